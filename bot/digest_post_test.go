package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"crux/bot/digest"
)

// run is a run of the first digest.
func (c *town) run(n int64) digest.Run {
	return digest.Run{ID: n, Digest: c.kept.digests[0].ID, Due: c.now, Mark: fmt.Sprintf("MARK%018d", n), Posting: c.now, Tries: 1}
}

// post takes a run of the first digest to its end, as a runner does, and returns what is posted; nil where nothing is.
func (c *town) post(p *poster, run digest.Run) *Answer {
	c.t.Helper()
	drafted, err := p.Draft(c.t.Context(), run)
	if err != nil {
		c.t.Fatal(err)
	}
	c.kept.digests[0].Covered = drafted.Covers
	if drafted.Skip {
		p.ended(run, digest.Outcome{})
		return nil
	}
	message, err := p.Post(c.t.Context(), run, drafted)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := p.File(c.t.Context(), run, drafted.Sources, message); err != nil {
		c.t.Fatal(err)
	}
	c.kept.digests[0].Posted = c.clock()
	p.ended(run, digest.Outcome{Posted: true})
	return c.posts[len(c.posts)-1].answer
}

// refusedDraft drafts a run, and fails where that is not refused.
func (c *town) refusedDraft(p *poster) *digest.Refused {
	c.t.Helper()
	d, err := p.Draft(c.t.Context(), c.run(99))
	refused, is := errors.AsType[*digest.Refused](err)
	if !is {
		c.t.Fatalf("drafted %+v and %v", d, err)
	}
	return refused
}

// A post is filed with all that it rests on, and its mark is the token of its button.
func TestDigestIsFiled(t *testing.T) {
	c := newTown(t)
	agora, stoa := c.watched("agora", "ann*", "bob"), c.watched("stoa", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, stoa}, When: "daily"})
	point := c.say(agora, "ann", "+ we need the queue", "")
	objection := c.say(agora, "bob", "- the queue is slow", point)
	p, run := c.poster(), c.run(1)
	a := c.post(p, run)

	if want := []Offer{{Action: ActOpen, Label: "What is still open"}}; !cmp.Equal(want, a.Offers) || a.Token != run.Mark {
		t.Errorf("offers %+v under %q", a.Offers, a.Token)
	}
	wantRequest := Request{Command: Open, Place: agora, Also: []Place{stoa}}
	if diff := cmp.Diff(wantRequest, c.kept.requests[run.Mark]); diff != "" {
		t.Error(diff)
	}
	post := c.kept.filed[0]
	if post.Message != "post-1" || post.Place != agora || post.Token != run.Mark || !cmp.Equal(post.People, []string{"ann", "bob"}) {
		t.Errorf("filed %+v", post)
	}
	if !slices.Contains(post.Sources[0].Messages, point) || !slices.Contains(post.Sources[0].Messages, objection) {
		t.Errorf("filed with %+v", post.Sources)
	}
}

// What is deleted between drafting and filing takes the post down at once.
func TestDigestOfWhatWasDeletedMeanwhileComesDown(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	point := c.say(agora, "ann", "+ we need the queue", "")
	c.say(agora, "bob", "- the queue is slow", point)
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	message, err := p.Post(t.Context(), run, drafted)
	if err != nil {
		t.Fatal(err)
	}
	c.bot.gone.removed(drafted.Content.(draft).answer.Sources()[0].Place, point)
	if err := p.File(t.Context(), run, drafted.Sources, message); err != nil {
		t.Fatal(err)
	}
	c.bot.background.Wait()
	if want := []string{"post-1: " + whyTakenDown}; !cmp.Equal(want, c.takenOff) {
		t.Errorf("took down %q", c.takenOff)
	}
}

// What must not be posted is refused in words that name no channel, and its owner is told once.
func TestDigestThatMustNotBePosted(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(c *town, agora, council Place)
		says   string
		gone   bool
	}{
		"somebody joined":              {func(c *town, agora, _ Place) { c.of(agora).readers = append(c.of(agora).readers, "cid") }, "Not everyone", false},
		"somebody left":                {func(c *town, _, council Place) { c.of(council).readers = []string{"ann"} }, "Not everyone", false},
		"crux can't read it":           {func(c *town, _, council Place) { c.of(council).hidden = true }, "Not everyone", false},
		"crux can't see where it goes": {func(c *town, agora, _ Place) { c.of(agora).hidden = true }, "I can't post", false},
		"crux may not post":            {func(c *town, agora, _ Place) { c.of(agora).mute = true }, "I can't post", false},
		"its destination is gone":      {func(c *town, agora, _ Place) { c.of(agora).closed = true }, "paused", true},
		"nothing is followed":          {func(c *town, _, _ Place) { c.kept.watch = nil }, "none of the channels", false},
		"its channels are gone":        {func(c *town, _, council Place) { c.of(council).closed = true }, "none of the channels", false},
		"it was removed":               {func(c *town, _, _ Place) { c.kept.digests[0].ID++ }, "removed", true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*", "bob")
			c.say(council, "ann", "+ we meet in secret", "")
			c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
			p, run := c.poster(), c.run(99)
			tt.change(c, agora, council)
			_, err := p.Draft(t.Context(), run)
			refused, is := errors.AsType[*digest.Refused](err)
			if !is || !strings.Contains(refused.Reason, tt.says) || refused.Gone != tt.gone {
				t.Fatalf("drafted: %v", err)
			}
			if strings.Contains(refused.Reason, "council") || strings.Contains(refused.Reason, "agora") {
				t.Errorf("names a channel: %s", refused.Reason)
			}
			if d := c.kept.digests[0]; d.Paused != (tt.gone && name != "it was removed") {
				t.Errorf("left %+v", d)
			}
		})
	}
}

// Who set it up is told once that it fails, and again when it failed anew.
func TestOwnerIsToldOnce(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
	p := c.poster()
	fail := func(n int64) {
		p.Failed(t.Context(), c.run(n), "It broke.")
		c.kept.digests[0].Failure = "It broke."
	}
	fail(1)
	fail(2)
	c.kept.digests[0].Failure = ""
	c.of(council).readers = []string{"bob"}
	fail(3)
	want := []string{
		"ann: Digest 1 of #council, in #agora, was not posted: It broke.\n/debate digest show 1 says how it stands. I tell you no more of it until it works again.",
		"ann: Digest 1 of a channel that you can't read, in #agora, was not posted: It broke.\n/debate digest show 1 says how it stands. I tell you no more of it until it works again.",
	}
	if diff := cmp.Diff(want, c.told); diff != "" {
		t.Error(diff)
	}
}

// A digest of all that is followed draws on what is proved alone, and tells nobody of the rest.
func TestDigestOfAllNamesNoSecret(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, All: true, When: "daily"})
	for _, p := range []Place{agora, council} {
		c.say(p, "ann", "+ said in "+c.of(p).Name, "")
	}
	wantOutline(t, c.post(c.poster(), c.run(1)), `
Digest of #agora since Mon 23 Nov, 09:00 UTC.
New points:
- annside: said in agora ()
`)
	if r := c.kept.requests[c.run(1).Mark]; len(r.Also) > 0 {
		t.Errorf("its button asks for %+v", r)
	}
	c.of(agora).readers = append(c.of(agora).readers, "cid")
	c.of(council).readers = nil
	c.kept.watch = c.kept.watch[1:]
	if said := c.refusedDraft(c.poster()).Reason; strings.Contains(said, "council") {
		t.Errorf("said %q", said)
	}
}

// What may work later is tried again, and what failed on the way is not taken for a refusal.
func TestPassingFaultsAreNoRefusals(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	c.say(agora, "ann", "+ we need the queue", "")
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		fault              error
		refused, notPosted bool
	}{
		"limited":    {&Refusal{Reason: "slow down", Err: fmt.Errorf("429: %w", ErrLater)}, false, true},
		"not posted": {fmt.Errorf("slack: %w", ErrNotPosted), false, true},
		"forbidden":  {Refusef("I may not post in #agora."), true, false},
		"cut off":    {context.DeadlineExceeded, false, false},
	} {
		c.fault = tt.fault
		_, err := p.Post(t.Context(), run, drafted)
		refused, is := errors.AsType[*digest.Refused](err)
		if is != tt.refused || errors.Is(err, digest.ErrNotPosted) != tt.notPosted {
			t.Errorf("%s: %v", name, err)
		}
		if is && strings.Contains(refused.Reason, "agora") {
			t.Errorf("%s: names a channel: %s", name, refused.Reason)
		}
	}
}

// A draft that has waited is proved anew before it is posted.
func TestOldDraftIsProvedAgain(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*", "bob")
	c.say(council, "ann", "+ we meet in secret", "")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	c.wait(stale + time.Second)
	c.of(council).readers = []string{"ann"}
	_, err = p.Post(t.Context(), run, drafted)
	if _, is := errors.AsType[*digest.Refused](err); !is || len(c.posts) > 0 {
		t.Errorf("posted %d, %v", len(c.posts), err)
	}
}

// Of a digest of all that is followed, what is proved no more is not posted with the rest.
func TestOldDraftOfAllIsProvedAgain(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, All: true, When: "daily"})
	c.say(council, "ann", "+ we meet in secret", "")
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	c.wait(stale + time.Second)
	c.of(council).readers = []string{"ann"}
	if _, err = p.Post(t.Context(), run, drafted); !errors.Is(err, digest.ErrNotPosted) || len(c.posts) > 0 {
		t.Errorf("posted %d, %v", len(c.posts), err)
	}
	if a := c.post(p, run); strings.Contains(outline(a), "secret") || strings.Contains(outline(a), "council") {
		t.Errorf("posted %s", outline(a))
	}
}

func TestFindingThePost(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	p := c.poster()
	c.post(p, c.run(1))
	for name, tt := range map[string]struct {
		run     int64
		change  func()
		want    string
		refused bool
	}{
		"there":         {1, func() {}, "post-1", false},
		"not there":     {2, func() {}, "", false},
		"out of sight":  {1, func() { c.of(agora).hidden = true }, "", true},
		"with all gone": {1, func() { c.of(agora).closed = true }, "", false},
	} {
		c.of(agora).hidden, c.of(agora).closed = false, false
		tt.change()
		message, err := p.Find(t.Context(), c.run(tt.run))
		if _, is := errors.AsType[*digest.Refused](err); message != tt.want || is != tt.refused || err != nil && !is {
			t.Errorf("%s: %q, %v", name, message, err)
		}
	}
}

// After a start digests wait for what was said meanwhile, but not for ever.
func TestDigestWaitsForWhatWasMissed(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	c.bot.began = c.clock()
	c.bot.following.interrupt()
	p := c.poster()
	if _, err := p.Draft(t.Context(), c.run(1)); !errors.Is(err, errNotReadIn) {
		t.Errorf("drafted at once: %v", err)
	}
	c.bot.following.connect()
	if _, err := p.Draft(t.Context(), c.run(1)); err != nil {
		t.Errorf("read in: %v", err)
	}
	c.bot.following.interrupt()
	c.wait(startsFor)
	if _, err := p.Draft(t.Context(), c.run(1)); err != nil {
		t.Errorf("after long: %v", err)
	}
}

// A digest whose next due time was set aside gets one again, unless it is paused.
func TestDueTimesAreFoundAnew(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*")
	for range 3 {
		c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	}
	c.kept.digests[0].Next = time.Time{}
	c.answers("ann", agora, DigestOrder{Action: DigestPause, Number: 2})
	c.wait(3 * time.Hour)
	if err := c.bot.findDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range c.kept.digests {
		got = append(got, fmt.Sprint(d.Paused, " ", d.Next.Format(time.RFC3339)))
	}
	want := []string{"false 2026-11-24T09:00:00Z", "true 0001-01-01T00:00:00Z", "false 2026-11-24T09:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What another process on the same store began to follow is followed here too.
func TestDigestOfWhatAnotherProcessFollows(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	c.say(agora, "ann", "+ we need the queue", "")
	c.bot.following.set(agora.Channel, false)
	if a := c.post(c.poster(), c.run(1)); !strings.Contains(outline(a), "we need the queue") || !c.bot.Follows(agora) {
		t.Errorf("posted %s", outline(a))
	}
}

// How each run ended is counted, and how late the posts were.
func TestDigestsAreCounted(t *testing.T) {
	c := newTown(t)
	registry := prometheus.NewRegistry()
	c.bot.metrics = newMetrics(registry, "discord")
	p, run := c.poster(), digest.Run{ID: 1, Due: c.now}
	if err := p.refuse(run, Refusef("no")); err == nil {
		t.Fatal("not refused")
	}
	p.ended(run, digest.Outcome{Failure: "no"})
	p.ended(run, digest.Outcome{Failure: "It broke."})
	p.ended(run, digest.Outcome{})
	p.ended(run, digest.Outcome{Posted: true, At: c.now.Add(40 * time.Second)})
	p.ended(run, digest.Outcome{Posted: true, At: c.now.Add(-time.Second)}) // by a clock that was set
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			switch family.GetName() {
			case "crux_digests_total":
				for _, label := range m.GetLabel() {
					if label.GetName() == "outcome" {
						got[label.GetValue()] = m.GetCounter().GetValue()
					}
				}
			case "crux_digest_late_seconds":
				got["late"] = m.GetHistogram().GetSampleSum()
			}
		}
	}
	if want := map[string]float64{"refused": 1, "failed": 1, "nothing": 1, "posted": 2, "late": 40}; !cmp.Equal(want, got) {
		t.Errorf("counted %v, want %v", got, want)
	}
}
