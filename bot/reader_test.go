package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot/gate"
	"crux/bot/ledger"
	"crux/summarize"
	"crux/summarize/llm"
)

// clever is a language model's engine that reads as markedEngine does, and goes on from what was read.
type clever struct {
	gate *gate.Gate
	// shown is how many messages it was shown, in so many readings.
	shown, readings int
	// fault, if not "", has another engine read instead, and lacks is what its own reports lack.
	fault, lacks string
	// blind are the objections, by their words, that it takes for none.
	blind []string
}

func (c *clever) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	return c.Continue(ctx, nil, t, 0, progress)
}

func (c *clever) Continue(
	ctx context.Context, earlier []summarize.Debate, t *summarize.Transcript, first int, progress func(int, int),
) (summarize.EngineInfo, []summarize.Debate, error) {
	info, debates, err := markedEngine{}.Read(ctx, t, progress)
	if first < len(t.Messages) {
		settle, refused := c.gate.Hold(ctx, llm.Usage{Input: len(t.Messages) - first, Output: 1})
		if c.fault != "" || refused != nil {
			info.Degraded = fmt.Sprintf("The marked engine read this instead: %s%v.", c.fault, refused)
			return info, debates, err
		}
		settle(llm.Usage{Input: len(t.Messages) - first, Output: 1})
		c.readings++
		c.shown += len(t.Messages) - first
	}
	isKnown := map[string]bool{}
	for _, d := range earlier {
		for _, p := range d.Points {
			isKnown[p.ID] = true
		}
		for _, o := range d.Objections {
			isKnown[o.ID] = true
		}
	}
	for _, m := range t.Messages[first:] {
		isKnown["p"+m.ID], isKnown["o"+m.ID] = true, true
	}
	d := &debates[0]
	d.Points = slices.DeleteFunc(d.Points, func(p summarize.Point) bool { return !isKnown[p.ID] })
	d.Objections = slices.DeleteFunc(d.Objections, func(o summarize.Objection) bool { return !isKnown[o.ID] || slices.Contains(c.blind, o.Gist) })
	return summarize.EngineInfo{Name: "vendor", Model: "clever", Degraded: c.lacks}, debates, err
}

// till keeps consents and what was used in memory.
type till struct {
	consents map[gate.Account]gate.Consent
	spent    []gate.DaySpent
}

func (t *till) Consent(_ context.Context, a gate.Account) (gate.Consent, error) {
	return t.consents[a], nil
}

func (t *till) SetConsent(_ context.Context, a gate.Account, c gate.Consent) error {
	t.consents[a] = c
	return nil
}

func (t *till) Decided(context.Context, string) ([]string, error) { return nil, nil }

func (t *till) Spend(_ context.Context, _ gate.Account, at time.Time, s gate.Spent) error {
	t.spent = append(t.spent, gate.DaySpent{Day: at.Truncate(day), Spent: s})
	return nil
}

func (t *till) SpentSince(_ context.Context, _ gate.Account, from time.Time) ([]gate.DaySpent, error) {
	return slices.DeleteFunc(slices.Clone(t.spent), func(d gate.DaySpent) bool { return d.Day.Before(from.Truncate(day)) }), nil
}

// withModel gives a town's bot a language model.
func (c *town) withModel() (*clever, *gate.Gate) {
	g := gate.New(gate.Options{
		Storage: &till{consents: map[gate.Account]gate.Consent{}}, To: gate.Destination{Vendor: "Somebody", Model: "clever"},
		Log: slog.New(slog.DiscardHandler), Now: c.clock,
	})
	model := &clever{gate: g}
	c.bot.o.Model = &Model{Summarizer: summarize.Summarizer{Engine: model}, Engine: "vendor clever", Gate: g}
	return model, g
}

func (c *town) consents(g *gate.Gate, given bool) {
	c.t.Helper()
	if err := g.Decide(c.t.Context(), gate.Account{Platform: c.Name(), Server: "S"}, given, "ann"); err != nil {
		c.t.Fatal(err)
	}
}

// read brings the ledger of a place up to date.
func (c *town) readIn(p Place, wanted bool) ledgerReading {
	c.t.Helper()
	read, err := c.bot.bringUpToDate(c.t.Context(), p, wanted, func(Progress) {})
	if err != nil {
		c.t.Fatal(err)
	}
	return read
}

func gists(entries []ledger.Entry) string {
	var all []string
	for i := range entries {
		all = append(all, entries[i].Gist+" "+string(entries[i].Status))
	}
	return strings.Join(all, "; ")
}

func TestAModelReadsOnlyWhereTheServerConsented(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	one := c.say(p, "ann", "+ ship it", "")
	c.say(p, "bob", "- who tests it", one)
	ask := func() *reported {
		t.Helper()
		made, err := c.bot.reportOn(t.Context(), Request{Command: Summary, Asker: "ann", Here: p, Place: p}, func(Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	if a := ask(); model.shown != 0 || a.report.Engine.Name != "marked" {
		t.Errorf("shown %d messages, read by %+v", model.shown, a.report.Engine)
	}
	c.readIn(p, true)
	if model.shown != 0 {
		t.Errorf("the model was shown %d messages without consent", model.shown)
	}
	c.consents(g, true)
	if a := ask(); model.shown != 2 || a.report.Engine.Name != "vendor" {
		t.Errorf("shown %d messages, read by %+v", model.shown, a.report.Engine)
	}
	if a := ask(); model.shown != 2 || !a.cached {
		t.Errorf("shown %d messages for what was known", model.shown)
	}
	c.consents(g, false)
	if a := ask(); model.shown != 2 || a.report.Engine.Name != "marked" {
		t.Errorf("shown %d messages after consent was taken back, read by %+v", model.shown, a.report.Engine)
	}
}

// A week of digests costs what was said in it once, over restarts too.
func TestAModelReadsOnWhereItWas(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	open := ""
	said := 0
	aDay := 50
	if testing.Short() {
		aDay = 15
	}
	for day := range 7 {
		for i := range aDay {
			one := c.say(p, "ann", fmt.Sprintf("+ claim %d of day %d", i, day), "")
			open = c.say(p, "bob", fmt.Sprintf("- doubt %d of day %d", i, day), one)
			c.say(p, "ann", fmt.Sprintf("= answer %d of day %d", i, day), open)
			said += 3
		}
		read := c.readIn(p, false)
		if len(read.Entries) != aDay*(day+1) || read.note != "" {
			t.Fatalf("day %d: %d entries, note %q", day, len(read.Entries), read.note)
		}
		// What is wanted of it besides costs nothing, however often.
		for range 3 {
			if full := c.readIn(p, true); len(full.Report.Debates[0].Points) != aDay*(day+1) {
				t.Errorf("day %d: %d points", day, len(full.Report.Debates[0].Points))
			}
		}
		if day == 3 { // another process goes on
			was := c.bot
			o := was.o
			c.bot = New(o)
			t.Cleanup(c.bot.Close)
			if err := c.bot.following.load(t.Context(), c.kept, c.Name()); err != nil {
				t.Fatal(err)
			}
			c.bot.following.connect()
			c.bot.following.catchUp(p, c.bot.following.current())
		}
		c.wait(24 * time.Hour)
	}
	if model.shown != said || model.readings != 7 {
		t.Errorf("%d messages were said, and the model was shown %d in %d readings", said, model.shown, model.readings)
	}
}

func TestAnOutageFloodsNoLedger(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	model.blind = []string{"old"}
	one := c.say(p, "ann", "+ ship it", "")
	c.say(p, "bob", "- old", one)
	c.say(p, "bob", "- who tests it", one)
	if got := gists(c.readIn(p, false).Entries); got != "who tests it unanswered" {
		t.Fatalf("read %s", got)
	}
	model.fault = "it is down"
	c.say(p, "bob", "- who pays", one)
	read := c.readIn(p, false)
	if got := gists(read.Entries); got != "who tests it unanswered; who pays unanswered" || !strings.Contains(read.note, "it is down") {
		t.Errorf("while the model was down: %s, note %q", got, read.note)
	}
	model.fault = ""
	c.say(p, "ann", "+ another thing", "")
	before := model.shown
	if got := gists(c.readIn(p, false).Entries); got != "who tests it unanswered; who pays unanswered" || model.shown != before+2 {
		t.Errorf("afterwards: %s; shown %d messages", got, model.shown-before)
	}
	// The same where consent was taken back.
	c.consents(g, false)
	c.say(p, "bob", "- and why", one)
	if got := gists(c.readIn(p, false).Entries); got != "who tests it unanswered; who pays unanswered; and why unanswered" {
		t.Errorf("without consent: %s", got)
	}
}

// What a model read with gaps is read again.
func TestWhatAModelReadInPartIsReadAgain(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	one := c.say(p, "ann", "+ ship it", "")
	c.say(p, "ann", "+ and soon", "")
	c.readIn(p, false)
	model.lacks = "Part of it was not read."
	c.say(p, "bob", "- who tests it", one)
	if read := c.readIn(p, false); read.note != model.lacks {
		t.Errorf("note %q", read.note)
	}
	model.lacks = ""
	c.wait(degradedFor)
	before := model.shown
	if read := c.readIn(p, true); read.note != "" || model.shown != before+1 {
		t.Errorf("note %q, shown %d", read.note, model.shown-before)
	}
}

// The first reading by a model puts right what the embedded engine had made of the same messages,
// and nothing of that is news.
func TestABetterReaderTakesOver(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob", "cid")
	model, g := c.withModel()
	model.blind = []string{"no objection", "corrected"}
	one := c.say(p, "ann", "+ ship it", "")
	c.say(p, "bob", "- no objection", one)
	c.say(p, "bob", "- who tests it", one)
	c.say(p, "cid", "- corrected", one)
	read := c.readIn(p, true)
	i := slices.IndexFunc(read.Entries, func(e ledger.Entry) bool { return e.Gist == "corrected" })
	_, err := c.bot.Answer(t.Context(), Request{
		Command: Correct, Asker: "ann", Here: p, Place: p, Item: read.Entries[i].ID, Correction: Correction{Kind: ledger.SaidAnswered},
	}, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	raised := read.Counts.Raised
	c.wait(time.Hour)
	digest := c.clock()
	c.wait(time.Hour)
	c.consents(g, true)
	c.say(p, "bob", "- who pays", one)
	read = c.readIn(p, false)
	if got := gists(read.Entries); got != "who tests it unanswered; corrected answered; who pays unanswered" {
		t.Errorf("taken over: %s", got)
	}
	if read.Counts.Raised != raised-1+1 {
		t.Errorf("counts %d, was %d", read.Counts.Raised, raised)
	}
	var fresh []string
	for _, news := range ledger.Since(read.Entries, digest) {
		if news.Kind != ledger.IsStanding {
			fresh = append(fresh, news.Entry.Gist)
		}
	}
	if !slices.Equal(fresh, []string{"who pays"}) {
		t.Errorf("news %v", fresh)
	}
}

func TestAModelFollowsSeldomWhileNobodyAsks(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	c.say(p, "ann", "+ ship it", "")
	for hour := range 50 {
		c.say(p, "bob", fmt.Sprint("+ remark ", hour), "")
		c.bot.following.touch(p, "")
		if err := c.bot.followTouched(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.wait(time.Hour)
	}
	if model.readings != 3 {
		t.Errorf("read %d times in 50 hours", model.readings)
	}
}

// Whatever takes words out of a ledger takes them out of what a model read as well.
func TestNothingIsLeftInWhatAModelRead(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob", "cid")
	_, g := c.withModel()
	c.consents(g, true)
	one := c.say(p, "ann", "+ ship it now", "")
	two := c.say(p, "bob", "- secret words", one)
	c.say(p, "cid", "= an answer", two)
	whole := c.readIn(p, false).Ledger
	said := c.said[p][1]
	for what, take := range map[string]func(*Ledger){
		"deletion":   func(l *Ledger) { l.take(takingOut([]string{two})) },
		"a thread":   func(l *Ledger) { l.take(takingOutThread(p)) },
		"opting out": func(l *Ledger) { l.take(exclusions{"bob": {Exclusion: Exclusion{Person: "bob"}}}.taking()) },
		"until a time": func(l *Ledger) {
			l.take(exclusions{"bob": {Exclusion: Exclusion{Person: "bob", Until: said.Time.Add(1)}}}.taking())
		},
		"age":           func(l *Ledger) { l.expire(said.Time.Add(1)) },
		"nobody's wish": nil,
	} {
		l := whole
		if take != nil {
			take(&l)
		}
		data, err := json.Marshal(l.Reading)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(data), "secret"); has != (take == nil) {
			t.Errorf("%s: words of the message are there: %v\n%s", what, has, data)
		}
		if what == "opting out" && strings.Contains(string(data), `"bob"`) {
			t.Errorf("named still: %s", data)
		}
	}
}
