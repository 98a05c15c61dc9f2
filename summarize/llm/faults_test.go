package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crux/summarize"
	"crux/summarize/enginetest"
)

// fake is a model that answers as a test says.
type fake func(ctx context.Context, p Prompt) (Reply, error)

func (fake) Name() string { return "fake" }

func (f fake) Answer(ctx context.Context, p Prompt, _ func(int)) (Reply, error) {
	return tried(ctx, p, func(p Prompt) (Reply, error) { return f(ctx, p) })
}

// tried has a fake send a prompt once, as models have to. Where it has another fake answer, that sends nothing of its own.
func tried(ctx context.Context, p Prompt, send func(p Prompt) (Reply, error)) (Reply, error) {
	sent := p
	sent.Begin = nil
	return p.Try(ctx, func() (Reply, error) { return send(sent) })
}

// embedded stands in for the engine that answers where the model does not.
type embedded struct{}

func (embedded) Read(_ context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	progress(1, 2)
	progress(2, 2)
	return summarize.EngineInfo{Name: "embedded", Degraded: "One table is missing."}, []summarize.Debate{{ID: "instead", Messages: []string{t.Messages[0].ID}}}, nil
}

func plainDebate() *summarize.Transcript { return enginetest.Transcripts()["debate"] }

// answered is what the simple reader answers.
func answered(t testing.TB, p Prompt) string {
	r, err := simple{}.Answer(t.Context(), p, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return r.Text
}

// What surrounds an answer is passed over, and what can't be used is asked for once more.
func TestRepair(t *testing.T) {
	truncated := func(s string) string { return s[:len(s)*2/3] }
	for name, c := range map[string]struct {
		first func(answer string) string
		told  string // of what was wrong; "" where nothing was
	}{
		"plain":  {first: func(s string) string { return s }},
		"fenced": {first: func(s string) string { return "```json\n" + s + "\n```\nI hope this helps {really}." }},
		"in prose": {first: func(s string) string {
			return "Of the debates {I found some}: " + s + ` And {"debates": []} is a quote.`
		}},
		"thought":              {first: func(s string) string { return `<think>Maybe {"debates": [], "verdicts": []}?` + "</think>\n" + s }},
		"thought unopened":     {first: func(s string) string { return "Let me see {\n</think>" + s }},
		"not JSON":             {first: func(string) string { return "There were two debates." }, told: "no JSON object with"},
		"empty":                {first: func(string) string { return "" }, told: "no JSON object with"},
		"truncated":            {first: truncated, told: "no JSON object in it that is whole"},
		"truncated in a fence": {first: func(s string) string { return "```json\n" + truncated(s) }, told: "no JSON object in it that is whole"},
		"wrong types":          {first: func(string) string { return `{"debates": [{"question": 4}], "verdicts": [{"status": 4}]}` }, told: "must not be a number"},
		"a list alone":         {first: func(string) string { return `[{"question": "What?"}]` }, told: "no JSON object with"},
		"another object":       {first: func(string) string { return `{"result": {"debates": [], "verdicts": []}}` }, told: "no JSON object with"},
		"no list":              {first: func(string) string { return `{"debates": null, "verdicts": "none"}` }, told: "no JSON object with"},
		"made up quotes": {first: func(s string) string {
			return strings.NewReplacer(`"text":"`, `"text":"Never said: `, `"verdicts":[{`, `"verdicts":"", "x":[{`).Replace(s)
		}, told: " "},
	} {
		t.Run(name, func(t *testing.T) {
			want := readBy(t, simple{})
			asked := 0
			got := readBy(t, fake(func(_ context.Context, p Prompt) (Reply, error) {
				asked++
				again := len(p.Repair) > 0 || strings.Contains(p.Ask, "An earlier answer was of no use.")
				if !again {
					return Reply{Text: c.first(answered(t, p))}, nil
				}
				if !strings.Contains(toldIn(p), c.told) {
					t.Errorf("the model is told %q", toldIn(p))
				}
				p.Repair = nil
				return Reply{Text: answered(t, p)}, nil
			}))
			if len(got) != 1 || len(got[0].Objections) != len(want[0].Objections) {
				t.Fatalf("read as %v, not %v", got, want)
			}
			if asked != 2 && c.told == "" || asked != 4 && c.told != "" {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func toldIn(p Prompt) string {
	if len(p.Repair) == 0 {
		_, told, _ := strings.Cut(p.Ask, "An earlier answer")
		return told
	}
	return p.Repair[0].Told
}

func readBy(t *testing.T, m Model) []summarize.Debate {
	info, debates, err := engine(t, Options{Model: m}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || info.Degraded != "" {
		t.Fatal(err, info.Degraded)
	}
	return debates
}

// A model that is of no use twice, or does not answer, is said to be so by whoever reads instead.
func TestTheOtherEngineSaysWhy(t *testing.T) {
	failing := func(err error) fake {
		return func(context.Context, Prompt) (Reply, error) { return Reply{}, err }
	}
	for name, c := range map[string]struct {
		model fake
		why   string
	}{
		"twice wrong": {func(context.Context, Prompt) (Reply, error) { return Reply{Text: "{"}, nil }, "the language model's answer could not be read"},
		"timed out":   {failing(&Fault{Kind: TimedOut}), "the language model took too long"},
		"deadline":    {failing(context.DeadlineExceeded), "the language model took too long"},
		"unreachable": {failing(&Fault{Kind: Unreachable, Err: errors.New("secret")}), "the language model could not be reached"},
		"unknown":     {failing(errors.New("secret")), "the language model could not be reached"},
		"overloaded":  {failing(&Fault{Kind: Overloaded, RetryAfter: time.Minute}), "the language model had too much to do"},
		"unpaid":      {failing(&Fault{Kind: Unpaid}), "the account at the language model's vendor has no credit left"},
		"denied":      {failing(&Fault{Kind: Denied}), "the language model did not accept the key"},
		"rejected":    {failing(&Fault{Kind: Rejected}), "the language model did not accept the request"},
		"declined":    {failing(&Fault{Kind: Declined}), "the language model declined to answer"},
		"exhausted":   {failing(&Fault{Kind: Exhausted}), "today's budget for the language model is used up"},
	} {
		t.Run(name, func(t *testing.T) {
			e := engine(t, Options{Model: c.model, Instead: embedded{}})
			last := 0
			info, debates, err := e.Read(t.Context(), plainDebate(), func(done, total int) { last = 100 * done / total })
			if err != nil {
				t.Fatal(err)
			}
			want := "The embedded engine read this instead: " + c.why + ". One table is missing."
			if info.Degraded != want || info.Name != "embedded" || len(debates) != 1 || debates[0].ID != "instead" || last != 100 {
				t.Errorf("%+v with %d debates at %d%%, not %q", info, len(debates), last, want)
			}
		})
	}
}

// When whoever asked has gone, nobody is asked instead.
func TestEndedWhileTheModelAnswers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	meter := &purse{}
	e := engine(t, Options{Meter: meter, Model: fake(func(ctx context.Context, _ Prompt) (Reply, error) {
		cancel()
		<-ctx.Done()
		return Reply{Usage: Usage{Input: 7}}, &Fault{Kind: TimedOut}
	})})
	_, debates, err := e.Read(ctx, plainDebate(), func(int, int) {})
	if !errors.Is(err, context.Canceled) || len(debates) > 0 {
		t.Errorf("%v with %d debates", err, len(debates))
	}
	if meter.spent.Input != 7 {
		t.Errorf("%+v was spent", meter.spent)
	}
}

// A model that does not come to an end is not waited for.
func TestWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		slow := fake(func(ctx context.Context, _ Prompt) (Reply, error) {
			<-ctx.Done()
			return Reply{}, ctx.Err()
		})
		info, debates, err := engine(t, Options{Model: slow, Within: time.Minute, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
		if err != nil || !strings.Contains(info.Degraded, string(TimedOut)) || len(debates) == 0 || time.Since(began) != time.Minute {
			t.Errorf("%v, %+v, %d debates after %v", err, info, len(debates), time.Since(began))
		}
	})
}

// What was judged within the time is reported where it is more than half.
func TestWithinEndsInTheMiddle(t *testing.T) {
	const missing = "What became of 3 of 9 objections was not judged, so they may be shown as open without being so: " + string(TimedOut) + "."
	for within, want := range map[time.Duration]string{
		2*time.Minute + time.Second: "The embedded engine read this instead: " + string(TimedOut) + ". One table is missing.",
		4*time.Minute + time.Second: "The embedded engine read this instead: " + string(TimedOut) + ". One table is missing.",
		5*time.Minute + time.Second: missing,
		6*time.Minute + time.Second: "",
	} {
		synctest.Test(t, func(t *testing.T) {
			slow := fake(func(ctx context.Context, p Prompt) (Reply, error) {
				select {
				case <-time.After(time.Minute):
					return simple{}.Answer(ctx, p, func(int) {})
				case <-ctx.Done():
					return Reply{}, ctx.Err()
				}
			})
			e := engine(t, Options{Model: slow, MostInput: leastInput, AtOnce: 1, Within: within, Instead: embedded{}, Conversations: byTopic})
			info, _, err := e.Read(t.Context(), several(3), func(int, int) {})
			if err != nil || info.Degraded != want {
				t.Errorf("within %v: %v, %+v", within, err, info)
			}
			ctx, cancel := context.WithTimeout(t.Context(), within-time.Second/2)
			defer cancel()
			if _, _, err = e.Read(ctx, several(3), func(int, int) {}); within < 6*time.Minute && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("within less than %v of whoever asked: %v", within, err)
			}
		})
	}
}

// several are debates about topics that take a prompt each.
func several(n int) *summarize.Transcript {
	all := &summarize.Transcript{}
	for i := range n {
		topic := fmt.Sprintf("topic%d", i)
		for _, m := range plainDebate().Messages {
			m.ID = topic + m.ID
			if m.ReplyTo != "" {
				m.ReplyTo = topic + m.ReplyTo
			}
			m.Text += strings.Repeat(" That is how it is with "+topic+".", 8)
			all.Messages = append(all.Messages, m)
		}
	}
	return all
}

// byTopic separates what several joins.
func byTopic(_ context.Context, t *summarize.Transcript) ([][]string, error) {
	var all [][]string
	for i, m := range t.Messages {
		if i%9 == 0 {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], m.ID)
	}
	return all, nil
}

// A fault of one prompt costs what that prompt was for, and the report says so; of half of them it costs all.
func TestPartsAreLost(t *testing.T) {
	const notJudged = "What became of 3 of 9 objections was not judged, so they may be shown as open without being so: "
	for name, c := range map[string]struct {
		topics         int
		schema, topic  string // of the prompts that fail
		kind           FaultKind
		want           string
		debates, wrong int
	}{
		"a window":            {3, extractSchema.Name, "topic1", Declined, "9 of 27 messages were not read: the language model declined to answer.", 2, 0},
		"the last window":     {3, extractSchema.Name, "topic2", Overloaded, "9 of 27 messages were not read: the language model had too much to do.", 2, 0},
		"half of the windows": {2, extractSchema.Name, "topic1", Declined, "", 1, 0},
		"nothing more":        {3, extractSchema.Name, "topic0", Unreachable, "", 1, 0},
		"a judgement":         {3, judgeSchema.Name, "topic1", Unreadable, notJudged + "the language model's answer could not be read.", 3, 3},
		"the last judgement":  {3, judgeSchema.Name, "topic2", Exhausted, notJudged + "today's budget for the language model is used up.", 3, 3},
		"half of the judging": {2, judgeSchema.Name, "topic1", Unreadable, "", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := engine(t, Options{
				MostInput: leastInput, AtOnce: 1, Instead: embedded{}, Conversations: byTopic,
				Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
					if p.Schema.Name == c.schema && strings.Contains(p.Shared, c.topic) {
						return Reply{}, &Fault{Kind: c.kind}
					}
					return simple{}.Answer(ctx, p, func(int) {})
				}),
			})
			info, debates, err := e.Read(t.Context(), several(c.topics), func(int, int) {})
			if c.want == "" {
				c.want = "The embedded engine read this instead: " + string(c.kind) + ". One table is missing."
			}
			if err != nil || info.Degraded != c.want || len(debates) != c.debates {
				t.Errorf("%v, %q with %d debates", err, info.Degraded, len(debates))
			}
			wrong := 0
			for _, d := range debates {
				for _, o := range d.Objections {
					if o.Uncertain && o.Status == summarize.Unanswered {
						wrong++
					}
				}
			}
			if wrong != c.wrong {
				t.Errorf("of %d objections readers are warned", wrong)
			}
		})
	}
}

// Whoever asks soon after the model could not be reached does not wait for it once more.
func TestAModelThatIsDownIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		fault := &Fault{Kind: Unreachable}
		model := fake(func(context.Context, Prompt) (Reply, error) {
			asked++
			return Reply{}, fault
		})
		e := engine(t, Options{Model: model, Rest: time.Minute, Instead: embedded{}, AtOnce: 1})
		reads := func(what string, want int, says FaultKind) {
			t.Helper()
			before := asked
			info, debates, err := e.Read(t.Context(), plainDebate(), func(int, int) {})
			if err != nil || len(debates) == 0 || asked-before != want || !strings.Contains(info.Degraded, string(says)) {
				t.Errorf("%s: asked %d times, %v, %+v", what, asked-before, err, info)
			}
		}
		reads("down", 1, Unreachable)
		reads("at once again", 0, Unreachable)
		time.Sleep(time.Minute)
		fault = &Fault{Kind: Overloaded, RetryAfter: 5 * time.Minute}
		reads("after a minute", 1, Overloaded)
		time.Sleep(4 * time.Minute)
		reads("as long as it asked for", 0, Overloaded)
		time.Sleep(time.Minute)
		fault = &Fault{Kind: Declined} // which the next reading need not meet
		reads("declined", 1, Declined)
		reads("declined again", 1, Declined)
	})
}

// That one reading took too long says nothing of the next.
func TestNobodyRestsAfterALongReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		takes := 2 * time.Minute
		e := engine(t, Options{Within: time.Minute, Rest: time.Hour, Instead: embedded{}, Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
			select {
			case <-time.After(takes):
				return simple{}.Answer(ctx, p, func(int) {})
			case <-ctx.Done():
				return Reply{}, ctx.Err()
			}
		})})
		info, _, err := e.Read(t.Context(), plainDebate(), func(int, int) {})
		if err != nil || !strings.Contains(info.Degraded, string(TimedOut)) {
			t.Errorf("too long: %v, %+v", err, info)
		}
		takes = time.Second
		if info, _, err = e.Read(t.Context(), plainDebate(), func(int, int) {}); err != nil || info.Degraded != "" {
			t.Errorf("then: %v, %+v", err, info)
		}
	})
}

// Readings that began together end one after the other: what the last is told does not end a longer rest.
func TestARestIsNeverCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rest{}
		r.after(&Fault{Kind: Overloaded, RetryAfter: 10 * time.Minute}, time.Minute)
		r.after(&Fault{Kind: Unreachable}, time.Minute)
		time.Sleep(9 * time.Minute)
		if kind := kindOf(r.now()); r.now() == nil || kind != Overloaded {
			t.Errorf("after nine minutes of ten: %v", r.now())
		}
		r.after(&Fault{Kind: Unreachable}, 2*time.Minute)
		time.Sleep(time.Minute)
		if kind := kindOf(r.now()); r.now() == nil || kind != Unreachable {
			t.Errorf("a minute before the longer one ends: %v", r.now())
		}
		time.Sleep(time.Minute)
		if r.now() != nil {
			t.Errorf("for ever: %v", r.now())
		}
	})
}
