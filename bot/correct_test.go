package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot/ledger"
	"crux/summarize"
)

// court is a town whose store keeps what people say of themselves.
type court struct {
	*townStore
	disowned map[Place][]ledger.Disowned
	out      []Exclusion
	// fault, if not nil, is of PutLedger.
	fault error
	// judging, if not nil, is called when a channel has been read and is judged. judged are the channels that were.
	judging func()
	judged  []string
	// mute may read but not write, and hidden is a channel that crux can't look at.
	mute   string
	hidden Place
}

func newCourt(t *testing.T) *court {
	c := &court{townStore: newTown(t).kept, disowned: map[Place][]ledger.Disowned{}}
	c.bot = New(Options{
		Platform: courtPlatform{c.town, c}, Storage: c, Summarizer: summarize.Summarizer{Engine: courtEngine{c}}, Engine: "marked",
		Queue: NewQueue(2), Limits: Limits{Person: 1000, Server: 1000}, Retention: 90 * day, Log: slog.New(slog.DiscardHandler), Now: c.clock,
	})
	t.Cleanup(c.bot.Close)
	if err := c.bot.following.load(t.Context(), c, c.Name()); err != nil {
		t.Fatal(err)
	}
	c.bot.following.connect()
	return c
}

func (c *court) Disown(_ context.Context, _ string, p Place, d ledger.Disowned) error {
	c.disowned[p] = append(c.disowned[p], d)
	return nil
}

func (c *court) Disowned(_ context.Context, _ string, p Place) ([]ledger.Disowned, error) {
	return c.disowned[p], nil
}

func (c *court) Exclusions(context.Context, string) ([]Exclusion, error) { return c.out, nil }

func (c *court) PutLedger(ctx context.Context, platform string, p Place, l Ledger) error {
	if c.fault != nil {
		return c.fault
	}
	return c.townStore.PutLedger(ctx, platform, p, l)
}

func (c *court) Asked(context.Context, string, string, Place, time.Time) error { return nil }

func (c *court) PostsQuoting(context.Context, string, Place, []string) ([]Post, error) {
	return nil, nil
}

type courtPlatform struct {
	*town
	court *court
}

func (p courtPlatform) MayManageServer(ctx context.Context, user, server string) error {
	return p.MayManage(ctx, user, Place{Server: server})
}

func (p courtPlatform) MayWrite(ctx context.Context, user string, in Place) error {
	if user == p.court.mute {
		return Refusef("You may not write there.")
	}
	return p.MayRead(ctx, user, in)
}

func (p courtPlatform) Describe(ctx context.Context, of Place) (Channel, error) {
	if of == p.court.hidden {
		return Channel{}, Refusef("I can't look at it.")
	}
	return p.town.Describe(ctx, of)
}

type courtEngine struct{ court *court }

func (e courtEngine) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	e.court.judged = append(e.court.judged, t.Channel)
	if e.court.judging != nil {
		e.court.judging()
	}
	return markedEngine{}.Read(ctx, t, progress)
}

func (c *court) request(command Command, asker string, places ...Place) Request {
	return Request{Command: command, Asker: asker, Here: places[0], Place: places[0], Also: places[1:]}
}

// asks has a request answered, and fails where that is refused.
func (c *court) asks(r Request) *Answer {
	c.t.Helper()
	a, err := c.bot.Answer(c.t.Context(), r, func(Progress) {})
	if err != nil {
		c.t.Fatalf("%s: %v", r.Command, err)
	}
	return a
}

// corrects has somebody say something of an item.
func (c *court) corrects(asker string, p Place, item string, said Correction) error {
	r := c.request(Correct, asker, p)
	r.Item, r.Correction = item, said
	_, err := c.bot.Answer(c.t.Context(), r, func(Progress) {})
	return err
}

// tells are the items that are shown to somebody, by list: whose each is, and its words.
func tells(a *Answer) string {
	var lists []string
	for _, l := range a.Lists {
		var items []string
		for _, i := range l.Items {
			items = append(items, strings.Join(i.By, ",")+": "+i.Words())
		}
		lists = append(lists, strings.TrimSpace(l.Title+" ["+strings.Join(items, "; ")+"]"))
	}
	return strings.Join(lists, " ")
}

// disputed is a channel in which bob objected to what ann said.
func (c *court) disputed(name string) (p Place, point, objection string) {
	p = c.watched(name, "ann*", "bob", "cid")
	point = c.say(p, "ann", "+ Let us build a wall", "")
	return p, point, c.say(p, "bob", "- Walls of "+name+" fall", point)
}

// TestWhoIsMuteSaysNothingThroughCorrections: taking their own words out is free.
func TestWhoIsMuteSaysNothingThroughCorrections(t *testing.T) {
	c := newCourt(t)
	c.mute = "bob"
	agora, _, _ := c.disputed("agora")
	item := c.asks(c.request(Open, "bob", agora)).Lists[0].Items[0].Key
	for _, said := range []Correction{{Kind: ledger.NotMine, Words: "Buy at my shop"}, {Kind: ledger.SaidAnswered}} {
		if err := c.corrects("bob", agora, item, said); refusal(err) == nil || len(c.disowned) > 0 {
			t.Errorf("%+v by who is mute: %v, kept are %v", said, err, c.disowned)
		}
	}
	if err := c.corrects("bob", agora, item, Correction{Kind: ledger.NotMine}); err != nil {
		t.Errorf("who is mute can't take their words out: %v", err)
	}
	if got := tells(c.asks(c.request(Open, "ann", agora))); got != "[]" {
		t.Errorf("it is still told: %s", got)
	}
}

// TestWhatIsDisownedMeanwhileIsHeeded: while the channel is judged, or where a fault kept it out of the ledger.
func TestWhatIsDisownedMeanwhileIsHeeded(t *testing.T) {
	for name, disown := range map[string]func(c *court, p Place, d ledger.Disowned){
		"while it is judged": func(c *court, p Place, d ledger.Disowned) {
			c.judging = func() { c.disowned[p] = []ledger.Disowned{d} }
		},
		"when the ledger could not be changed": func(c *court, p Place, _ ledger.Disowned) {
			item := c.asks(c.request(Open, "bob", p)).Lists[0].Items[0].Key
			c.fault = errors.New("disk full")
			if err := c.corrects("bob", p, item, Correction{Kind: ledger.NotMine}); err == nil {
				c.t.Error("the fault is not told")
			}
			c.fault = nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			agora, _, objection := c.disputed("agora")
			m := c.said[agora][1]
			d, ok := ledger.DisownedOf(quoteOf(objection, "Walls of agora fall"), &m, "bob", "", c.clock())
			if !ok {
				t.Fatal("the words are not found")
			}
			disown(c, agora, d)
			for range 2 {
				if got := tells(c.asks(c.request(Open, "ann", agora))); got != "[]" {
					t.Errorf("it is told: %s", got)
				}
			}
		})
	}
}

// TestWhoLeavesMeanwhileIsNotTold: not even once more by the ledger that was being merged then.
func TestWhoLeavesMeanwhileIsNotTold(t *testing.T) {
	c := newCourt(t)
	agora, _, _ := c.disputed("agora")
	c.judging = func() { c.out = []Exclusion{{Person: "bob"}} }
	read, err := c.bot.upToDate(t.Context(), agora, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Entries) != 0 || len(c.ledgers[agora].Entries) != 0 {
		t.Errorf("the reading holds %+v, the store %+v", read.Entries, c.ledgers[agora].Entries)
	}
}

// TestOneButtonJudgesItsChannelAlone: under a digest of several.
func TestOneButtonJudgesItsChannelAlone(t *testing.T) {
	c := newCourt(t)
	agora, _, _ := c.disputed("agora")
	stoa, point, _ := c.disputed("stoa")
	items := c.asks(c.request(Open, "ann", agora, stoa)).Lists[0].Items
	c.say(agora, "cid", "- Too dear", c.said[agora][0].ID)
	c.say(stoa, "cid", "- Too late", point)
	c.judged = nil
	r := c.request(One, "ann", agora, stoa)
	r.Item = items[1].Key
	if a := c.asks(r); tells(a) != "[bob: Walls of stoa fall]" {
		t.Errorf("it shows %s", tells(a))
	}
	if !slices.Equal(c.judged, []string{"stoa"}) {
		t.Errorf("judged were %v", c.judged)
	}
}

// TestWhatWasSettledLatelyCanBeCorrected: by whoever disagrees, and for a week.
func TestWhatWasSettledLatelyCanBeCorrected(t *testing.T) {
	c := newCourt(t)
	agora, point, first := c.disputed("agora")
	ids := []string{first}
	for i := range 6 {
		ids = append(ids, c.say(agora, "bob", fmt.Sprintf("- It fails for reason %d", i), point))
	}
	open := func() *Answer { return c.asks(c.request(Open, "cid", agora)) }
	if a := open(); len(a.Lists) != 1 {
		t.Fatalf("nothing was settled, and it shows %s", tells(a))
	}
	for _, id := range ids {
		c.say(agora, "ann", "= No, it holds well", id)
		open()
	}
	a := open()
	if len(a.Lists) != 2 || len(a.Lists[1].Items) != 5 || a.Lists[1].More != 2 || a.Lists[1].Items[0].Words() != "It fails for reason 5" {
		t.Fatalf("it shows %s", tells(a))
	}
	if title, count := a.ListHeading("#agora"); title+count != "Still open in #agora"+OpenCount(0) {
		t.Errorf("its heading is %q, %q", title, count)
	}
	if err := c.corrects("cid", agora, a.Lists[1].Items[0].Key, Correction{Kind: ledger.SaidOpen}); err != nil {
		t.Fatal(err)
	}
	if a = open(); len(a.Lists[0].Items) != 1 || a.Lists[0].Items[0].SaidBy != "cid" {
		t.Errorf("corrected, it shows %s", tells(a))
	}
	c.wait(8 * day)
	if a = open(); len(a.Lists) != 1 {
		t.Errorf("a week later it shows %s", tells(a))
	}
}

// TestListsOfSeveralChannelsSayWhatTheyLack: one that can't be read, or is not followed any more.
func TestListsOfSeveralChannelsSayWhatTheyLack(t *testing.T) {
	for name, test := range map[string]struct {
		lose func(c *court, p Place)
		note string
	}{
		"not to be looked at": {func(c *court, p Place) { c.hidden = p }, "One of the channels can't be looked at now: I can't look at it."},
		"followed no more":    {func(c *court, p Place) { c.bot.following.set(p.Channel, false) }, sayFollowedNoMore},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			agora, _, _ := c.disputed("agora")
			stoa, _, _ := c.disputed("stoa")
			test.lose(c, stoa)
			a := c.asks(c.request(Open, "ann", agora, stoa))
			if tells(a) != "[bob: Walls of agora fall]" {
				t.Errorf("it shows %s", tells(a))
			}
			if got := strings.Join(a.Notes, " "); !strings.Contains(got, test.note) || strings.Contains(got, "stoa") {
				t.Errorf("it notes %q", got)
			}
		})
	}
}

// TestWhatIsDisownedMeanwhileIsTakenDown: what everybody sees of it, and not what its author is being shown.
func TestWhatIsDisownedMeanwhileIsTakenDown(t *testing.T) {
	for name, test := range map[string]struct {
		after time.Duration
		hook  string
		gone  bool
	}{
		"meanwhile":              {time.Minute, "", true},
		"before":                 {-time.Minute, "", false},
		"to one person":          {time.Minute, "hook", false},
		"kept a moment later on": {-time.Second, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourt(t)
			agora, _, objection := c.disputed("agora")
			a := c.asks(c.request(Open, "ann", agora))
			c.disowned[agora] = []ledger.Disowned{{Message: objection, Author: "bob", At: c.clock().Add(test.after)}}
			if err := c.bot.Published(t.Context(), a, Post{Place: agora, Message: "7", Hook: test.hook}); err != nil {
				t.Fatal(err)
			}
			if got := slices.Contains(c.takenOff, "7: "+whyDisowned); got != test.gone {
				t.Errorf("taken off: %v", c.takenOff)
			}
		})
	}
}

// TestWhoCorrectedOnceIsNamedNowhere: once they left, also where another corrected it since.
func TestWhoCorrectedOnceIsNamedNowhere(t *testing.T) {
	e := ledger.Entry{ID: "e", By: []string{"ben"}, Quotes: []ledger.Quote{{Quote: quoteOf("1", "no"), Author: "ben"}}, Status: summarize.Unanswered}
	for at, c := range []ledger.Correction{{Kind: ledger.SaidAnswered, By: "ann"}, {Kind: ledger.SaidOpen, By: "cy"}} {
		c.At = noon.Add(time.Duration(at))
		next, err := ledger.Correct(e, c)
		if err != nil {
			t.Fatal(err)
		}
		e = next
	}
	kept, changed := optedOut.takeFrom([]ledger.Entry{e})
	if len(changed) != 1 || len(kept) != 1 || kept[0].Changes[0].By != "" || kept[0].Changes[1].By != "cy" {
		t.Errorf("left is %+v, changed %v", kept, changed)
	}
}
