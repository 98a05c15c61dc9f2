package bot

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot/gate"
	"crux/bot/ledger"
	"crux/summarize"
)

// askedModel counts how often a model is asked, and keeps what it is told of earlier debates.
type askedModel struct {
	*clever
	times   int
	earlier []summarize.Debate
}

func (a *askedModel) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	return a.Continue(ctx, nil, t, 0, progress)
}

func (a *askedModel) Continue(
	ctx context.Context, earlier []summarize.Debate, t *summarize.Transcript, first int, progress func(int, int),
) (summarize.EngineInfo, []summarize.Debate, error) {
	a.times++
	a.earlier = earlier
	return a.clever.Continue(ctx, earlier, t, first, progress)
}

// counting is withModel, with consent, where it is counted how often the model is asked.
func (c *town) counting() *askedModel {
	model, g := c.withModel()
	c.consents(g, true)
	a := &askedModel{clever: model}
	c.bot.o.Model.Summarizer = summarize.Summarizer{Engine: a}
	return a
}

// blindEngine is markedEngine that takes some objections, by their words, for none.
type blindEngine []string

func (e blindEngine) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	info, debates, err := markedEngine{}.Read(ctx, t, progress)
	d := &debates[0]
	d.Objections = slices.DeleteFunc(d.Objections, func(o summarize.Objection) bool { return slices.Contains(e, o.Gist) })
	return info, debates, err
}

// What a whole reading finds after one that was not belongs in the ledger, though nothing was said since.
func TestAWholeReadingMakesUpForOneInPart(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model := c.counting()
	one := c.say(p, "ann", "+ ship it", "")
	c.readIn(p, false)
	model.lacks, model.blind = "Part of it was not read.", []string{"who tests it"}
	c.say(p, "bob", "- who tests it", one)
	c.readIn(p, false)
	model.lacks, model.blind = "", nil
	c.wait(degradedFor)
	if got := gists(c.readIn(p, true).Entries); got != "who tests it unanswered" {
		t.Errorf("the ledger holds %q", got)
	}
	// Nobody need want it, only later.
	model.lacks, model.blind = "Part of it was not read.", []string{"who pays"}
	c.say(p, "bob", "- who pays", one)
	c.readIn(p, false)
	model.lacks, model.blind = "", nil
	model.times = 0
	if read := c.readIn(p, false); model.times != 0 || read.note == "" {
		t.Errorf("asked again at once %d times, note %q", model.times, read.note)
	}
	c.wait(askAgain)
	if got := gists(c.readIn(p, false).Entries); got != "who tests it unanswered; who pays unanswered" {
		t.Errorf("the ledger holds %q", got)
	}
}

// A model that never reads all of it is believed in the end: its prompts cost each time.
func TestWhatIsReadInPartOverAndOverIsEnough(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model := c.counting()
	one := c.say(p, "ann", "+ ship it", "")
	c.say(p, "ann", "+ and soon", "")
	c.readIn(p, false)
	model.lacks = "Part of it was not read."
	var shown []int
	for range 6 {
		c.say(p, "bob", "- who tests it", one)
		before := model.shown
		if read := c.readIn(p, false); read.note != model.lacks {
			t.Errorf("note %q", read.note)
		}
		shown = append(shown, model.shown-before)
	}
	if want := []int{1, 2, 3, 1, 2, 3}; !slices.Equal(shown, want) {
		t.Errorf("it was shown %v messages, not %v", shown, want)
	}
}

// Who asks the same while a model is down waits for it once, and is told more soon after it is back.
func TestWhatAModelDidNotReadIsRememberedBriefly(t *testing.T) {
	c := newCourt(t)
	agora, _, _ := c.disputed("agora")
	model := c.counting()
	model.fault = "it is down"
	request := Request{Command: Summary, Asker: "ann", Here: agora, Place: agora}
	var a *Answer
	for range 4 {
		a = c.asks(request)
		if by := a.Sections[0].Report.Engine; by.Name != "marked" || !strings.Contains(by.Degraded, "it is down") {
			t.Errorf("read by %+v", by)
		}
	}
	bound := a.Request // as a button on the report asks
	if c.asks(bound); model.times != 1 {
		t.Errorf("it was asked %d times", model.times)
	}
	model.fault = ""
	c.town.wait(degradedFor)
	for _, r := range []Request{request, bound} {
		if by := c.asks(r).Sections[0].Report.Engine; by.Name != "vendor" {
			t.Errorf("after %v it is read by %+v", degradedFor, by)
		}
	}
}

// While nobody asks, a model that never reads all of it is asked as seldom as another, since that costs; one that
// can't be asked is tried each hour, so that nothing grows too old before it is read.
func TestAFailingModelFollows(t *testing.T) {
	for name, c := range map[string]struct {
		fail  func(*askedModel)
		times int
	}{
		"down":    {func(a *askedModel) { a.fault = "it is down" }, 60},
		"in part": {func(a *askedModel) { a.lacks = "Part of it was not read." }, 3},
	} {
		town := newTown(t)
		p := town.watched("agora", "ann*", "bob")
		model := town.counting()
		c.fail(model)
		hour := func() {
			t.Helper()
			if err := town.bot.followTouched(t.Context()); err != nil {
				t.Fatal(err)
			}
			town.wait(time.Hour)
		}
		for range 60 {
			town.say(p, "bob", "+ hm", "")
			town.bot.following.touch(p, "")
			hour()
		}
		if model.times != c.times {
			t.Errorf("%s: asked %d times in 60 hours", name, model.times)
		}
		model.fault = ""
		if hour(); name == "down" && model.readings != 1 {
			t.Errorf("%s: nothing new was said, and it was not read once that could be", name)
		}
	}
}

// What was said in a gap, and is read in only later, is read by the model then.
func TestAModelReadsWhatWasMissed(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	c.counting()
	one := c.say(p, "ann", "+ ship it", "")
	c.readIn(p, false)
	c.bot.following.interrupt()
	c.say(p, "bob", "- who tests it", one)
	c.say(p, "ann", "+ it is fine", "")
	all := c.said[p]
	c.said[p] = []summarize.Message{all[0], all[2]}
	if read := c.readIn(p, false); read.isWhole {
		t.Fatal("there was no gap")
	}
	c.said[p] = all
	c.bot.following.connect()
	c.bot.following.catchUp(p, c.bot.following.current())
	c.say(p, "ann", "+ ok", "")
	if got := gists(c.readIn(p, false).Entries); got != "who tests it unanswered" {
		t.Errorf("the ledger holds %q", got)
	}
}

// What a model is told of earlier debates is as verification leaves it: words that are gone are made up for.
func TestAModelIsToldWhatStillHolds(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model := c.counting()
	one := c.say(p, "ann", "+ ship it", "")
	two := c.say(p, "bob", "- who tests it", one)
	answer := c.say(p, "ann", "= we do", two)
	c.readIn(p, false)
	if _, err := c.bot.editLedger(t.Context(), p, takingOut([]string{answer})); err != nil {
		t.Fatal(err)
	}
	c.lose(p, answer)
	c.say(p, "bob", "- who pays", one)
	read := c.readIn(p, false)
	for _, d := range model.earlier {
		if d.Question != "ship it" || d.Objections[0].Status != summarize.Unanswered {
			t.Errorf("it is told of %+v", d)
		}
	}
	if got := gists(read.Entries); got != "who tests it unanswered; who pays unanswered" {
		t.Errorf("the ledger holds %s", got)
	}
}

// What the reader before a model missed is no news of the day after consent, whenever its channel was read last.
func TestWhatAnotherReaderMissedIsNoNews(t *testing.T) {
	for name, between := range map[string]func(c *town, p Place){
		"not followed since the digest": func(*town, Place) {},
		"followed since the digest": func(c *town, p Place) {
			c.say(p, "cid", "hm", "")
			c.readIn(p, false)
		},
	} {
		for missed, missing := range map[string][]string{"one": {"missed weeks ago"}, "all": {"missed weeks ago", "who tests it"}} {
			t.Run(name+", "+missed, func(t *testing.T) {
				c := newTown(t)
				p := c.watched("agora", "ann*", "bob", "cid")
				c.answers("ann", p, DigestOrder{Action: DigestAdd, When: "daily"})
				c.bot.o.Summarizer = summarize.Summarizer{Engine: blindEngine(missing)}
				one := c.say(p, "ann", "+ ship it", "")
				c.say(p, "bob", "- missed weeks ago", one)
				c.say(p, "bob", "- who tests it", one)
				poster := c.poster()
				c.post(poster, c.run(1))
				c.wait(20 * day)
				c.post(poster, c.run(2))
				c.wait(20 * time.Hour)
				between(c, p)
				c.wait(4 * time.Hour)
				c.counting()
				c.say(p, "bob", "- and the budget", one)
				a := c.post(poster, c.run(3))
				if got := outline(a); strings.Count(got, "(new)") != 1 || !strings.Contains(got, "the budget (new)") {
					t.Errorf("it tells\n%s", got)
				}
			})
		}
	}
}

// A digest says who stood in for the model, and why, whatever it tells; and lets nobody wait twice.
func TestDigestSaysWhoStoodIn(t *testing.T) {
	for name, parts := range map[string][]DigestPart{"all": nil, "no points": {PartNew, PartSettled}} {
		c := newTown(t)
		agora, point, _ := c.debate(parts...)
		model := c.counting()
		p := c.poster()
		if a := c.post(p, c.run(1)); len(a.Notes) > 0 {
			t.Errorf("%s: notes %q of what the model read", name, a.Notes)
		}
		c.wait(day)
		model.fault, model.times = "it is down", 0
		c.say(agora, "bob", "- it loses messages", point)
		c.say(agora, "ann", "+ it is cheap", "")
		a := c.post(p, c.run(2))
		if len(a.Notes) != 1 || !strings.Contains(a.Notes[0], "it is down") {
			t.Errorf("%s: notes %q", name, a.Notes)
		}
		if model.times != 1 {
			t.Errorf("%s: the model was asked %d times", name, model.times)
		}
		if got := outline(a); !strings.Contains(got, "it loses messages (new)") {
			t.Errorf("%s: it tells\n%s", name, got)
		}
	}
}

// inventive is a model that makes up quotes.
type inventive struct{ *askedModel }

func (e inventive) Continue(
	ctx context.Context, earlier []summarize.Debate, t *summarize.Transcript, first int, progress func(int, int),
) (summarize.EngineInfo, []summarize.Debate, error) {
	info, debates, err := e.askedModel.Continue(ctx, earlier, t, first, progress)
	d := &debates[0]
	d.Points = append(d.Points, summarize.Point{ID: "made up", By: []string{"ann"}, Quotes: []summarize.Quote{{Message: t.Messages[0].ID, Text: "never said"}}})
	return info, debates, err
}

func (e inventive) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	return e.Continue(ctx, nil, t, 0, progress)
}

// A report of which much did not hold says so; one of which little did not, does not.
func TestReportSaysThatMuchDidNotHold(t *testing.T) {
	for more, want := range map[int]bool{0: true, 20: false} {
		c := newCourt(t)
		agora, _, _ := c.disputed("agora")
		for range more {
			c.say(agora, "ann", "+ more", "")
		}
		c.bot.o.Model = nil
		model := c.counting()
		c.bot.o.Model.Summarizer = summarize.Summarizer{Engine: inventive{model}}
		for range 2 { // the second time from memory
			a := c.asks(Request{Command: Summary, Asker: "ann", Here: agora, Place: agora})
			if got := slices.Contains(a.Notes, sayDropped); got != want {
				t.Errorf("%d more points: notes %q", more, a.Notes)
			}
			c.bot.recent.clear()
		}
		if a := c.asks(c.request(Open, "ann", agora)); slices.Contains(a.Notes, sayDropped) && !want {
			t.Errorf("%d more points: the list notes %q", more, a.Notes)
		}
	}
}

// Lists and corrections are what they are with any reader, and what somebody disowned is not told again
// by a model that read it before.
func TestListsAndCorrectionsWithAModel(t *testing.T) {
	c := newCourt(t)
	agora, point, _ := c.disputed("agora")
	model := c.counting()
	c.say(agora, "cid", "- Too dear", point)
	if got := tells(c.asks(c.request(Open, "ann", agora))); got != "[bob: Walls of agora fall; cid: Too dear]" {
		t.Fatalf("open: %s", got)
	}
	if got := tells(c.asks(c.request(Mine, "ann", agora))); got != titleOwes+" [bob: Walls of agora fall; cid: Too dear] "+titleOwed+" []" {
		t.Errorf("mine: %s", got)
	}
	if got := tells(c.asks(c.request(Mistaken, "ann", agora))); got != "Points [ann: Let us build a wall] Objections []" {
		t.Errorf("said: %s", got)
	}
	items := c.asks(c.request(Open, "ann", agora)).Lists[0].Items
	if err := c.corrects("ann", agora, items[1].Key, Correction{Kind: ledger.SaidAnswered}); err != nil {
		t.Fatal(err)
	}
	if err := c.corrects("bob", agora, items[0].Key, Correction{Kind: ledger.NotMine}); err != nil {
		t.Fatal(err)
	}
	shown := model.shown
	if got := tells(c.asks(c.request(Open, "ann", agora))); got != "[] Settled lately [cid: Too dear]" {
		t.Errorf("corrected: %s", got)
	}
	c.say(agora, "bob", "- It takes years", point)
	if got := tells(c.asks(c.request(Open, "ann", agora))); got != "[bob: It takes years] Settled lately [cid: Too dear]" {
		t.Errorf("read on: %s", got)
	}
	if model.shown != shown+1 || shown != 3 {
		t.Errorf("the model was shown %d messages, and %d before", model.shown, shown)
	}
}

// A week of daily digests of 1,000 messages, or fewer with -short, has each read once, over a restart too.
func TestAWeekOfDigestsReadsEachMessageOnce(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	c.answers("ann", p, DigestOrder{Action: DigestAdd, When: "daily"})
	model := c.counting()
	messages := 1000
	if testing.Short() {
		messages = 280
	}
	said, told, poster := 0, 0, c.poster()
	for n := range int64(7) {
		for said < messages*int(n+1)/7 {
			point := c.say(p, "ann", "+ we need "+strings.Repeat("x", said%50)+" more", "")
			c.say(p, "bob", "- not "+strings.Repeat("y", said%50)+" again", point)
			said += 2
		}
		for _, list := range c.post(poster, c.run(n)).Lists {
			if list.Title == "New objections" {
				told += len(list.Items) + list.More
			}
		}
		if n == 3 { // the process ends, and another goes on
			c.bot.Close()
			c.bot = New(c.bot.o)
			t.Cleanup(c.bot.Close)
			if err := c.bot.following.load(t.Context(), c.kept, c.Name()); err != nil {
				t.Fatal(err)
			}
			c.bot.following.catchUp(p, c.bot.following.connect())
			poster = c.poster()
			before := model.shown
			c.readIn(p, true)
			if model.shown != before {
				t.Errorf("the restart had %d messages read again", model.shown-before)
			}
		}
		c.wait(day)
	}
	if model.shown != said {
		t.Errorf("%d messages were said, and the model was shown %d", said, model.shown)
	}
	if told != said/2 {
		t.Errorf("%d objections were told of %d", told, said/2)
	}
}

// What went into an entry that a better reader did away with does not point there.
func TestNothingGoesIntoWhatIsGone(t *testing.T) {
	entry := func(id, message, into string, at time.Time) ledger.Entry {
		return ledger.Entry{
			ID: id, By: []string{"bob"}, Quotes: []ledger.Quote{{Quote: quoteOf(message, "no"), Author: "bob", Time: at, Noticed: noon}},
			Status: summarize.Unanswered, Raised: at, Noticed: noon, LastSeen: noon, Into: into,
		}
	}
	l := Ledger{Entries: []ledger.Entry{entry("a", "2", "", noon), entry("b", "2", "a", noon), entry("c", "0", "a", noon.Add(-time.Hour))}}
	l.Counts = ledger.Counts{}.Follow(nil, l.Entries)
	read := &summarize.Transcript{Messages: []summarize.Message{saidAt("1", "ann", "", -1), saidAt("2", "bob", "1", 0)}}
	read.Messages[1].Text = "no"
	empty := &summarize.Report{Engine: summarize.EngineInfo{Name: "vendor"}}
	l.takeIn(&followed{
		judged: judged{report: empty}, told: empty, transcript: read, shown: read, isWhole: true,
		by: &reader{engine: "vendor clever", account: &gate.Account{}},
	}, "key", noon.Add(time.Hour))
	if len(l.Entries) != 1 || l.Entries[0].ID != "c" || l.Entries[0].Into != "" || l.Counts.Raised != 0 {
		t.Errorf("left are %+v, counts %+v", l.Entries, l.Counts)
	}
}
