package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/bot/digest"
	"crux/summarize"
)

// troubled is a platform that does not answer as it should.
type troubled struct {
	Platform
	history func() error
	proof   func()
	manage  map[Place]error
}

func (p troubled) History(ctx context.Context, place Place, r Range, progress func(int)) (History, error) {
	if p.history != nil {
		return History{}, p.history()
	}
	return p.Platform.History(ctx, place, r, progress)
}

func (p troubled) AllMayRead(ctx context.Context, from, there Place) error {
	err := p.Platform.AllMayRead(ctx, from, there)
	if p.proof != nil {
		p.proof()
	}
	return err
}

func (p troubled) MayManage(ctx context.Context, user string, place Place) error {
	if err := p.manage[place]; err != nil {
		return err
	}
	return p.Platform.MayManage(ctx, user, place)
}

// trouble has the town's platform answer otherwise, and returns what sets that right.
func (c *town) trouble(p troubled) (mended func()) {
	good := c.bot.o.Platform
	p.Platform = good
	c.bot.o.Platform = p
	return func() { c.bot.o.Platform = good }
}

// debate is a channel with an objection in it, and a digest of it.
func (c *town) debate(parts ...DigestPart) (agora Place, point, objection string) {
	agora = c.watched("agora", "ann*", "bob", "cid")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily", Parts: parts})
	point = c.say(agora, "ann", "+ we need the queue", "")
	return agora, point, c.say(agora, "bob", "- the queue is slow", point)
}

// What can't be looked at for now is not taken for deleted: the digest waits, and nothing counts as told.
func TestDigestWaitsForWhatCantBeLookedAt(t *testing.T) {
	for name, tt := range map[string]struct {
		err   error
		tries int
		says  string // where it is refused
	}{
		"limited":            {&Refusal{Reason: "Later.", Err: ErrLater}, 100, ""},
		"a fault":            {errors.New("500"), 100, ""},
		"throttled":          {&Refusal{Reason: "Little.", Err: ErrThrottled}, 1, ""},
		"throttled for good": {&Refusal{Reason: "Little.", Err: ErrThrottled}, triesUnread + 1, "so little"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			agora, _, _ := c.debate()
			c.bot.following.fellBehind(agora)
			mended := c.trouble(troubled{history: func() error { return tt.err }})
			p, run := c.poster(), c.run(1)
			run.Tries = tt.tries
			drafted, err := p.Draft(t.Context(), run)
			refused, is := errors.AsType[*digest.Refused](err)
			if err == nil || is != (tt.says != "") || is && !strings.Contains(refused.Reason, tt.says) {
				t.Fatalf("drafted %+v, %v", drafted, err)
			}
			mended()
			if a := c.post(p, c.run(2)); !strings.Contains(outline(a), "New objections:\n- bob: the queue is slow (new)") {
				t.Errorf("then posted %s", outline(a))
			}
		})
	}
}

// A digest that was posted while the clock was ahead tells too much afterwards rather than too little.
func TestDigestAfterTheClockWasAhead(t *testing.T) {
	c := newTown(t)
	agora, point, slow := c.debate(PartNew, PartSettled)
	p := c.poster()
	c.post(p, c.run(1))
	ahead := c.clock().AddDate(0, 1, 0)
	c.kept.digests[0].Covered, c.kept.digests[0].Posted = ahead, ahead
	c.say(agora, "cid", "- the queue costs money", point)
	c.say(agora, "ann", "= it is fast enough", slow)
	wantOutline(t, c.post(p, c.run(2)), `
Digest of #agora since Mon 23 Nov, 09:00 UTC.
New objections:
- cid: the queue costs money (new)
- bob: the queue is slow (new, answered by ann)
`)
	now := c.clock()
	for name, tt := range map[string]struct {
		d    Digest
		want time.Time
	}{
		"right":           {Digest{Covered: now, Posted: now.Add(-time.Hour)}, now},
		"never posted":    {Digest{Covered: now.Add(1), Made: now.Add(-time.Hour)}, now.Add(-time.Hour)},
		"posted before":   {Digest{Covered: now.Add(1), Posted: now.Add(-time.Minute), Made: now.Add(-time.Hour)}, now.Add(-time.Minute)},
		"made ahead, too": {Digest{Covered: now.Add(1), Posted: now.Add(1), Made: now.Add(1)}, time.Time{}},
	} {
		if got := tt.d.since(now); !got.Equal(tt.want) {
			t.Errorf("%s: since %v, want %v", name, got, tt.want)
		}
	}
}

// A channel that was unfollowed while a digest of it was being proved stays unfollowed.
func TestDigestFollowsNothingAnew(t *testing.T) {
	c := newTown(t)
	agora, _, _ := c.debate()
	c.trouble(troubled{proof: func() {
		if _, err := c.bot.unwatch(t.Context(), agora); err != nil && !errors.Is(err, ErrNotKept) {
			t.Error(err)
		}
	}})
	d, err := c.poster().Draft(t.Context(), c.run(1))
	if !errors.Is(err, ErrLater) || c.bot.Follows(agora) {
		t.Errorf("drafted %+v, %v, and follows it: %v", d, err, c.bot.Follows(agora))
	}
}

// A digest of what is settled alone tells as settled what was raised and settled since.
func TestDigestTellsWhatCameAndWent(t *testing.T) {
	for mark, word := range map[string]string{"=": "answered", "~": "conceded"} {
		c := newTown(t)
		agora, _, slow := c.debate(PartSettled)
		c.say(agora, "ann", mark+" so it is", slow)
		p := c.poster()
		wantOutline(t, c.post(p, c.run(1)), `
Digest of #agora since Mon 23 Nov, 09:00 UTC.
Settled since:
- bob: the queue is slow (`+word+` by ann)
`)
		wantOutline(t, c.post(p, c.run(2)), "Nothing new in #agora since Mon 23 Nov, 09:03 UTC. No objection is open.")
	}
}

// Of what is read for the first time that is new which was said since, and not what was noticed since.
func TestDigestOfWhatWasSaidLongBefore(t *testing.T) {
	c := newTown(t)
	agora := c.channel("agora", "ann*", "bob", "cid")
	point := c.say(agora, "ann", "+ we need the queue", "")
	old := c.say(agora, "bob", "- the queue is slow", point)
	settled := c.say(agora, "bob", "- the queue is blue", point)
	c.say(agora, "ann", "= it is red", settled)
	c.wait(21 * day)
	c.follow(agora)
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	p := c.poster()
	wantOutline(t, c.post(p, c.run(1)), `
Digest of #agora since Mon 14 Dec, 09:04 UTC.
Still open:
- bob: the queue is slow (unanswered)
`)

	c.kept.ledgers = map[Place]Ledger{}
	c.kept.digests[0].Covered = c.kept.digests[0].Made
	c.say(agora, "ann", "~ it is", old)
	c.say(agora, "cid", "- the queue costs money", point)
	c.say(agora, "cid", "+ and a crane", "")
	wantOutline(t, c.post(p, c.run(2)), `
Digest of #agora since Mon 14 Dec, 09:04 UTC.
New objections:
- cid: the queue costs money (new)
Settled since:
- bob: the queue is slow (conceded by ann)
New points:
- cidside: and a crane ()
`)
}

// A digest that is paused while its run is tried again is not posted, unless somebody asked for it.
func TestPausedDigestIsNotPosted(t *testing.T) {
	c := newTown(t)
	agora, _, _ := c.debate()
	p, due := c.poster(), c.run(1)
	due.Due = c.kept.digests[0].Next
	covered := c.kept.digests[0].Covered
	c.answers("ann", agora, DigestOrder{Action: DigestPause, Number: 1})
	if d, err := p.Draft(t.Context(), due); err != nil || !d.Skip || !d.Covers.IsZero() {
		t.Errorf("drafted %+v, %v", d, err)
	}
	asked := c.run(2)
	if d, err := p.Draft(t.Context(), asked); err != nil || d.Skip || !d.Covers.After(covered) {
		t.Errorf("drafted what was asked for: %+v, %v", d, err)
	}
}

// That a digest is paused is told though it had failed before.
func TestOwnerIsToldOfThePause(t *testing.T) {
	c := newTown(t)
	agora, _, _ := c.debate()
	c.kept.digests[0].Failure = sayUnproved
	c.of(agora).closed = true
	p := c.poster()
	p.Failed(t.Context(), c.run(1), c.refusedDraft(p).Reason)
	if len(c.told) != 1 || !strings.Contains(c.told[0], "so it is paused") {
		t.Errorf("told %q", c.told)
	}
}

// Who set a digest up is told that one of its channels is not followed any longer.
func TestOwnerIsToldOfALostChannel(t *testing.T) {
	c := newTown(t)
	agora, stoa := c.watched("agora", "ann*", "bob*"), c.watched("stoa", "ann*", "bob*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, stoa}, When: "daily"})
	c.answers("bob", agora, DigestOrder{Action: DigestAdd, From: []Place{agora}, When: "daily"})
	c.answers("bob", agora, DigestOrder{Action: DigestAdd, All: true, When: "daily"})
	if _, err := c.bot.unwatch(t.Context(), stoa); err != nil {
		t.Fatal(err)
	}
	c.bot.background.Wait()
	if want := []string{"ann: I don't follow #stoa any longer, so digest 1, in #agora, tells nothing of it."}; !cmp.Equal(want, c.told) {
		t.Errorf("told %q", c.told)
	}
}

// What is gone by when a draft is posted is not posted, and the bot keeps no words of it.
func TestDraftOfWhatIsGoneIsNotPosted(t *testing.T) {
	for name, remove := range map[string]func(c *town, agora Place, id string){
		"deleted":                    func(c *town, agora Place, id string) { c.bot.gone.removed(agora, id) },
		"deleted by another process": (*town).lose,
	} {
		c := newTown(t)
		agora, point, _ := c.debate()
		p, run := c.poster(), c.run(1)
		drafted, err := p.Draft(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		if kept := p.made[run.ID]; len(kept.Lists) > 0 || kept.Names != nil || kept.Said != "" {
			t.Errorf("%s: keeps %+v", name, kept)
		}
		remove(c, agora, point)
		if message, err := p.Post(t.Context(), run, drafted); !errors.Is(err, digest.ErrNotPosted) || len(c.posts) > 0 {
			t.Errorf("%s: posted %q, %v", name, message, err)
		}
	}
}

// lose removes a message from the store, of which nothing tells.
func (c *town) lose(p Place, id string) {
	c.said[p] = slices.DeleteFunc(c.said[p], func(m summarize.Message) bool { return m.ID == id })
}

// What another process was told is deleted takes the post down as it is filed.
func TestDigestOfWhatWasDeletedElsewhereComesDown(t *testing.T) {
	c := newTown(t)
	agora, point, _ := c.debate()
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	message, err := p.Post(t.Context(), run, drafted)
	if err != nil {
		t.Fatal(err)
	}
	c.lose(agora, point)
	if err := p.File(t.Context(), run, drafted.Sources, message); err != nil {
		t.Fatal(err)
	}
	c.bot.background.Wait()
	if want := []string{"post-1: " + whyTakenDown}; !cmp.Equal(want, c.takenOff) {
		t.Errorf("took down %q", c.takenOff)
	}
}

// A report is made where points are told and there are new ones, or where the channel changed.
func TestDigestMakesNoReportForNothing(t *testing.T) {
	for name, parts := range map[string][]DigestPart{"all": nil, "no points": {PartNew, PartSettled, PartOpen}} {
		c := newTown(t)
		reports := 0
		c.bot.o.Summarizer = summarize.Summarizer{Engine: countedEngine{markedEngine{}, &reports}}
		c.debate(parts...)
		p := c.poster()
		c.post(p, c.run(1))
		if reports == 0 {
			t.Errorf("%s: no report was made of what is new", name)
		}
		c.wait(day)
		c.bot.reports.clear()
		reports = 0
		c.post(p, c.run(2))
		if reports > 0 {
			t.Errorf("%s: %d reports were made though nothing was said", name, reports)
		}
	}
}

type countedEngine struct {
	markedEngine
	reports *int
}

func (e countedEngine) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	*e.reports++
	return e.markedEngine.Read(ctx, t, progress)
}
