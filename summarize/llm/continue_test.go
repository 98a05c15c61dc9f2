package llm

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
	"crux/summarize/enginetest"
	"crux/summarize/score"
)

// verified is what holds of debates.
func verified(debates []summarize.Debate, t *summarize.Transcript) *summarize.Report {
	r := &summarize.Report{Debates: debates}
	summarize.Verify(r, t)
	return r
}

// A debate that is read as it grows is read about as well as at once, whatever the prompts hold.
func TestContinueCarefully(t *testing.T) {
	for _, most := range []int{0, leastInput} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			paths, err := filepath.Glob("../testdata/debates/*.json")
			if err != nil || len(paths) == 0 {
				t.Fatal("no debates", err)
			}
			var all score.Tally
			for _, path := range paths {
				g, chat := gold(t, path)
				all.Add(g, readInSteps(t, g, chat, 3, most))
			}
			atLeast(t, 0.97, all.Figures())
		})
	}
}

func readInSteps(t *testing.T, g *score.Gold, chat *summarize.Transcript, steps, most int) *summarize.Report {
	report := &summarize.Report{}
	first := 0
	for step := 1; step <= steps; step++ {
		part := *chat
		part.Messages = chat.Messages[:len(chat.Messages)*step/steps]
		model := newCareful(&part, g)
		before := ids(report.Debates)
		given := jsonLine(report.Debates)
		info, debates, err := engine(t, Options{Model: model, MostInput: most}).Continue(t.Context(), report.Debates, &part, first, func(int, int) {})
		if err != nil || info.Degraded != "" {
			t.Fatal(err, info.Degraded)
		}
		if after := jsonLine(report.Debates); after != given {
			t.Error("what was given is changed")
		}
		report = verified(debates, &part)
		for _, id := range before {
			if !slices.Contains(ids(report.Debates), id) {
				t.Errorf("%s: %s is gone after step %d", g.ID, id, step)
			}
		}
		within(t, model.asked, most)
		first = len(part.Messages)
	}
	return report
}

// ids are those of debates and, after a slash, of the rows in them with their first quotes.
func ids(debates []summarize.Debate) []string {
	var all []string
	for _, d := range debates {
		all = append(all, d.ID)
		for _, p := range d.Points {
			all = append(all, d.ID+"/"+p.ID+" "+p.Quotes[0].Text)
		}
		for _, o := range d.Objections {
			all = append(all, d.ID+"/"+o.ID+" "+o.Quotes[0].Text)
		}
	}
	return all
}

// within: no prompt is longer than it may be.
func within(t *testing.T, prompts []Prompt, most int) {
	t.Helper()
	for _, p := range prompts {
		if n := p.About(0).Input; most > 0 && n > most {
			t.Errorf("a prompt of %d tokens, of %d that it may have", n, most)
		}
	}
}

// What reading on costs grows with what is new: a week of digests costs under a quarter of the
// tokens of reading each day all that was said in that week so far.
func TestContinueCosts(t *testing.T) {
	paths, err := filepath.Glob("../testdata/debates/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no debates", err)
	}
	golds, chat := joined(t, paths, 1000)
	const days = 7
	spent := func(part *summarize.Transcript, read func(e *Engine) ([]summarize.Debate, error)) (Usage, []summarize.Debate) {
		meter := &purse{}
		debates, err := read(engine(t, Options{Model: newCareful(part, golds...), Meter: meter}))
		if err != nil {
			t.Fatal(err)
		}
		return meter.spent, verified(debates, part).Debates
	}
	var on, growing, last Usage
	var debates []summarize.Debate
	first := 0
	for day := 1; day <= days; day++ {
		part := *chat
		part.Messages = chat.Messages[:len(chat.Messages)*day/days]
		last, _ = spent(&part, func(e *Engine) ([]summarize.Debate, error) {
			_, debates, err := e.Read(t.Context(), &part, func(int, int) {})
			return debates, err
		})
		growing = growing.Add(last)
		var cost Usage
		cost, debates = spent(&part, func(e *Engine) ([]summarize.Debate, error) {
			_, debates, err := e.Continue(t.Context(), debates, &part, first, func(int, int) {})
			return debates, err
		})
		t.Logf("day %d: reading on %+v, all again %+v", day, cost, last)
		on = on.Add(cost)
		first = len(part.Messages)
	}
	t.Logf("%d messages: reading on %+v, what there is so far each day %+v, seven days each day %+v times 7: %.3f and %.3f", len(chat.Messages),
		on, growing, last, float64(on.Total())/float64(growing.Total()), float64(on.Total())/float64(days*last.Total()))
	if 4*on.Total() >= growing.Total() {
		t.Errorf("reading on costs %d tokens, reading it all again %d", on.Total(), growing.Total())
	}
	var all score.Tally
	for _, g := range golds {
		if end := g.Messages[len(g.Messages)-1].ID; slices.ContainsFunc(chat.Messages, func(m summarize.Message) bool { return m.ID == end }) {
			all.Add(g, reportOn(&summarize.Report{Debates: debates}, g))
		}
	}
	atLeast(t, 0.95, all.Figures())
}

// Continue with the simple reader: what was settled stays as it is, what was open is judged again.
func TestContinueJudgesWhatIsOpen(t *testing.T) {
	chat := plainDebate()
	chat.Messages = append(chat.Messages, summarize.Message{
		ID: "m10", Author: "nadia", ReplyTo: "m7", Text: "It is 40 euros a month, I asked.", Time: chat.Messages[8].Time.Add(time.Hour),
	})
	early := *chat
	early.Messages = chat.Messages[:9]
	e := engine(t, Options{Model: simple{}})
	_, debates, err := e.Read(t.Context(), &early, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	before := verified(debates, &early).Debates
	var asked []Prompt
	e = engine(t, Options{Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
		asked = append(asked, p)
		if p.Schema.Name == extractSchema.Name {
			return Reply{Text: `{"debates":[{"continues":"d1","question":"x","messages":"10","sides":[],"neutral":[],"points":[
				{"id":"p9","side":"A","gist":"It is cheap","quotes":[{"n":10,"text":"It is 40 euros a month"}]}],"objections":[],"agreements":[]}]}`}, nil
		}
		return Reply{Text: `{"verdicts":[{"objection":"d1o3","why":"","status":"answered","responses":[{"n":10,"text":"It is 40 euros a month","kind":"answer"}],"sure":0.9},
			{"objection":"d1o2","why":"","status":"unanswered","responses":[],"sure":0.9},{"objection":"d1o1","why":"","status":"withdrawn","responses":[{"n":4,"text":"tomasz","kind":"withdrawal"}],"sure":0.9}]}`}, nil
	})})
	_, debates, err = e.Continue(t.Context(), before, chat, 9, func(int, int) {})
	if err != nil || len(debates) != 1 || len(asked) != 2 {
		t.Fatal(err, debates, len(asked))
	}
	if strings.Contains(asked[1].Ask, `"d1o1"`) || !strings.Contains(asked[1].Ask, `"d1o3"`) {
		t.Errorf("the model is asked of settled objections:\n%s", asked[1].Ask)
	}
	want := before[0]
	want.Messages = append(slices.Clone(want.Messages), "m10")
	got := verified(debates, chat).Debates[0]
	if got.ID != want.ID || !slices.Equal(got.Messages, want.Messages) || got.Question != want.Question {
		t.Errorf("%s %q with %v became %s %q with %v", want.ID, want.Question, want.Messages, got.ID, got.Question, got.Messages)
	}
	for i, o := range got.Objections {
		was := want.Objections[i]
		if i == 2 {
			if was.Status != summarize.Unanswered || o.Status != summarize.Answered || o.Responses[0].Message != "m10" {
				t.Errorf("%+v became %+v", was, o)
			}
			continue
		}
		if diff := cmp.Diff(was, o); diff != "" {
			t.Errorf("what nothing new was said of changed (-before +after):\n%s", diff)
		}
	}
	if n := len(want.Points); len(got.Points) != n+1 || got.Points[n].Side != "A" || got.Points[n].By[0] != "nadia" {
		t.Errorf("the points are %+v", got.Points)
	}
	if diff := cmp.Diff(want.Points, got.Points[:len(want.Points)]); diff != "" {
		t.Errorf("points changed (-before +after):\n%s", diff)
	}
}

// A debate that has nothing to do with what is new is told of by its question and its sides alone.
func TestOutlineOfQuietDebates(t *testing.T) {
	chat := plainDebate()
	e := engine(t, Options{Model: simple{}})
	_, debates, err := e.Read(t.Context(), chat, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	before := verified(debates, chat).Debates
	side := before[0].Sides[0]
	for name, c := range map[string]struct {
		message summarize.Message
		stirred bool
	}{
		"somebody of it": {summarize.Message{Author: side.Members[0]}, true},
		"a reply to it":  {summarize.Message{Author: "passer-by", ReplyTo: chat.Messages[6].ID}, true},
		"neither":        {summarize.Message{Author: "passer-by"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			on := *chat
			c.message.ID, c.message.Text = "new", "Lunch, anybody?"
			on.Messages = append(slices.Clone(chat.Messages), c.message)
			s := newSheet(&on, false)
			last := len(s.rows)
			told := outline(s, s.drafted(before), s.window([]int{last}), 3000)
			for _, always := range []string{before[0].Question, `"label"`} {
				if !strings.Contains(told, always) {
					t.Errorf("it does not tell of %q:\n%s", always, told)
				}
			}
			for _, more := range []string{`"members"`, `"points"`, `"objections"`} {
				if strings.Contains(told, more) != c.stirred {
					t.Errorf("%q is in it:\n%s", more, told)
				}
			}
		})
	}
}

// Where there is nothing new nothing is asked, and where the model fails the other engine reads all of it.
func TestContinueWithoutAModel(t *testing.T) {
	chat := plainDebate()
	before := verified(readBy(t, simple{}), chat).Debates
	asked := 0
	e := engine(t, Options{Instead: embedded{}, Model: fake(func(context.Context, Prompt) (Reply, error) {
		asked++
		return Reply{}, &Fault{Kind: Overloaded}
	})})
	info, debates, err := e.Continue(t.Context(), before, chat, len(chat.Messages), func(int, int) {})
	if diff := cmp.Diff(before, verified(debates, chat).Debates); err != nil || asked != 0 || info.Degraded != "" || diff != "" {
		t.Errorf("%v, %d asked, %+v (-before +after):\n%s", err, asked, info, diff)
	}
	info, debates, err = e.Continue(t.Context(), before, chat, 5, func(int, int) {})
	if err != nil || info.Name != "embedded" || !strings.Contains(info.Degraded, string(Overloaded)) || debates[0].ID != "instead" {
		t.Errorf("%v, %+v, %v", err, info, debates)
	}
}

// A single message was not shown to the model when it was read, so it is new when the second comes.
func TestContinueFromASingleMessage(t *testing.T) {
	chat := plainDebate()
	alone := *chat
	alone.Messages = chat.Messages[:1]
	var asked []Prompt
	e := engine(t, Options{Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
		asked = append(asked, p)
		return simple{}.Answer(ctx, p, func(int) {})
	})})
	if _, debates, err := e.Read(t.Context(), &alone, func(int, int) {}); err != nil || len(debates) > 0 || len(asked) > 0 {
		t.Fatalf("%v, %d debates, %d prompts", err, len(debates), len(asked))
	}
	_, debates, err := e.Continue(t.Context(), nil, chat, 1, func(int, int) {})
	if diff := cmp.Diff(readBy(t, simple{}), debates); err != nil || diff != "" {
		t.Errorf("%v: read on otherwise than as a whole (-whole +on):\n%s", err, diff)
	}
	if strings.Contains(asked[0].Ask, e.prompts.more("", 1)) {
		t.Errorf("the first message is shown for context:\n%s", asked[0].Ask)
	}
}

// What rests on messages that are gone is left out, under whatever ids an engine gave.
func TestContinueFromAnotherEngine(t *testing.T) {
	chat := plainDebate()
	d := verified(readBy(t, simple{}), chat).Debates[0]
	d.ID = "other"
	for i := range d.Objections {
		d.Objections[i].ID = fmt.Sprintf("obj-%d", i)
	}
	d.Objections[0].ID = "o2"
	chat.Messages = slices.Delete(chat.Messages, 3, 4) // in which the second objection was put
	_, debates, err := engine(t, Options{Model: simple{}}).Continue(t.Context(), []summarize.Debate{d}, chat, 6, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(debates, func(d summarize.Debate) bool { return d.ID == "other" })
	if at < 0 || len(debates[at].Objections) != 2 || debates[at].Objections[0].ID != "o2" || debates[at].Objections[1].ID != "obj-2" {
		t.Errorf("%+v", debates)
	}
}

// halves is an engine that reads the second half of everything on from the first.
type halves struct{ *Engine }

func (h halves) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	half := *t
	half.Messages = t.Messages[:len(t.Messages)/2]
	_, debates, err := h.Engine.Read(ctx, &half, func(int, int) {})
	if err != nil {
		return summarize.EngineInfo{}, nil, err
	}
	return h.Continue(ctx, verified(debates, &half).Debates, t, len(half.Messages), progress)
}

func TestContinueIsAnEngine(t *testing.T) {
	all := enginetest.Transcripts()
	for _, name := range []string{"debate", "instructions", "markup", "very long", "dangling replies", "other scripts", "nobody is named"} {
		_, debates, err := halves{engine(t, Options{Model: simple{}, MostInput: leastInput})}.Read(t.Context(), all[name], func(int, int) {})
		r := &summarize.Report{Debates: debates}
		if dropped := summarize.Verify(r, all[name]); err != nil || dropped.Total() > 0 {
			raw, _ := json.Marshal(debates)
			t.Errorf("%s: %v, %v\n%s", name, err, dropped, raw)
		}
	}
}
