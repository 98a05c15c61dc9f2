package bot

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDigestIsSetUp(t *testing.T) {
	c := newTown(t)
	agora, stoa := c.watched("agora", "ann*", "bob"), c.channel("stoa", "ann*", "bob")
	news := c.channel("news", "ann*", "bob")

	a := c.answers("ann", news, DigestOrder{
		Action: DigestAdd, From: []Place{agora, stoa, agora}, When: " weekdays  8:30", Zone: "Europe/Berlin", Parts: []DigestPart{PartOpen, PartNew}, Quiet: true,
	})
	want := `Digest 1 is set up: #agora and #stoa, in #news, weekdays at 08:30 (Europe/Berlin).
It is due first Tue 24 Nov, 08:30 CET.
It tells new objections and what is still open. Where nothing is new it posts nothing.
`
	got, watching := a.Said, ""
	if at := strings.Index(got, "From now on I follow #stoa"); at > 0 {
		got, watching = got[:at], got[at:]
	}
	if got != want || !strings.Contains(watching, "90 days") || strings.Contains(watching, "agora") {
		t.Errorf("said %q\nand %q", got, watching)
	}
	d := c.kept.digests[0]
	wantDigest := Digest{
		ID: 100, Server: "S", Number: 1, By: "ann", Made: c.now, From: []Place{agora, stoa}, To: news, When: "weekdays 8:30", Zone: "Europe/Berlin",
		Parts: []DigestPart{PartNew, PartOpen}, Quiet: true, Next: d.Next, Covered: c.now,
	}
	if diff := cmp.Diff(wantDigest, d); diff != "" {
		t.Error(diff)
	}
	if got := d.Next.Format("2006-01-02T15:04Z07:00"); got != "2026-11-24T07:30Z" {
		t.Errorf("due %s", got)
	}
	if !c.bot.Follows(stoa) || len(c.kept.watch) != 2 {
		t.Errorf("follows %v", c.kept.watch)
	}
	if !strings.Contains(strings.Join(c.kept.log, "; "), "ann added digest 1") {
		t.Errorf("the log says %q", c.kept.log)
	}
}

// Where nobody says which channels, it is the one in which it is asked for, also in a thread of it.
func TestDigestOfHere(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	thread := c.channel("thread", "ann*", "bob")
	c.of(thread).Channel = Channel{Name: "thread", Thread: true, Parent: agora.Channel}
	forum, post := c.watched("forum", "ann*"), c.channel("post", "ann*")
	c.of(forum).Container, c.of(post).Channel = true, Channel{Name: "post", Thread: true, Parent: forum.Channel}

	for name, tt := range map[string]struct{ here, from, to Place }{
		"in the channel":  {agora, agora, agora},
		"in a thread":     {thread, agora, agora},
		"in a forum post": {post, forum, post},
	} {
		c.kept.digests = nil
		c.answers("ann", tt.here, DigestOrder{Action: DigestAdd, When: "daily"})
		d := c.kept.digests[0]
		if !cmp.Equal(d.From, []Place{tt.from}) || d.To != tt.to || d.Zone != "UTC" || len(d.Parts) != 4 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestDryDigestChangesNothing(t *testing.T) {
	c := newTown(t)
	stoa := c.channel("stoa", "ann*")
	a := c.answers("ann", stoa, DigestOrder{Action: DigestAdd, When: "mondays", Zone: "Europe/Berlin", Dry: true})
	want := `Nothing was set up. This would be: #stoa, in #stoa, mondays at 09:00 (Europe/Berlin).
It would be due at:
Mon 30 Nov, 09:00 CET
Mon 7 Dec, 09:00 CET
Mon 14 Dec, 09:00 CET
Mon 21 Dec, 09:00 CET
Mon 28 Dec, 09:00 CET
I would begin to follow #stoa.`
	if a.Said != want {
		t.Errorf("said %s", a.Said)
	}
	if len(c.kept.digests)+len(c.kept.watch)+len(c.kept.log) > 0 || c.bot.Follows(stoa) {
		t.Errorf("left %+v", c.kept)
	}
}

func TestDigestIsRefused(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	council := c.watched("council", "ann*")
	theirs := c.watched("theirs", "ann", "bob*")
	secret := c.watched("secret", "bob*")
	lost := c.channel("lost", "ann*")
	c.of(lost).hidden = true
	forum := c.channel("forum", "ann*", "bob")
	c.of(forum).Container = true
	mute := c.channel("mute", "ann*")
	c.of(mute).mute = true
	thread := c.channel("thread", "ann*", "bob")
	c.of(thread).Channel = Channel{Name: "thread", Thread: true, Parent: agora.Channel}
	const daily = "daily"

	for name, tt := range map[string]struct {
		order DigestOrder
		says  string
		never string
	}{
		"no schedule":                 {DigestOrder{}, "Say when", ""},
		"a bad schedule":              {DigestOrder{When: "whenever"}, `"whenever"`, ""},
		"too often":                   {DigestOrder{When: "every 5 minutes"}, "hour", ""},
		"no zone":                     {DigestOrder{When: daily, Zone: "Mars/Olympus"}, "Europe/Berlin", ""},
		"the machine's zone":          {DigestOrder{When: daily, Zone: "Local"}, "Europe/Berlin", ""},
		"no part":                     {DigestOrder{When: daily, Parts: []DigestPart{"all"}}, "new", ""},
		"both":                        {DigestOrder{When: daily, All: true, From: []Place{agora}}, "not both", ""},
		"too many":                    {DigestOrder{When: daily, From: manyPlaces()}, "10 channels", ""},
		"another server":              {DigestOrder{When: daily, From: []Place{{Server: "T", Channel: agora.Channel}}}, "this one", ""},
		"to another server":           {DigestOrder{When: daily, To: Place{Server: "T", Channel: agora.Channel}}, "this one", ""},
		"a thread":                    {DigestOrder{When: daily, From: []Place{thread}}, "with its channel", ""},
		"a thread within":             {DigestOrder{When: daily, From: []Place{{Server: "S", Channel: agora.Channel, Thread: "9"}}}, "with its channel", ""},
		"who doesn't manage it":       {DigestOrder{When: daily, From: []Place{theirs}}, "managing #theirs", ""},
		"who doesn't manage where to": {DigestOrder{When: daily, To: theirs}, "managing #theirs", ""},
		"who can't read it":           {DigestOrder{When: daily, From: []Place{secret}}, "no such channel", "secret"},
		"what crux can't read":        {DigestOrder{When: daily, From: []Place{lost}}, "no such channel", ""},
		"all, not all of them theirs": {DigestOrder{When: daily, All: true}, "every channel that I follow", "secret"},
		"not everyone may read it":    {DigestOrder{When: daily, From: []Place{agora, council}}, "#council", ""},
		"to a forum":                  {DigestOrder{When: daily, To: forum}, "can't post", ""},
		"where crux may not post":     {DigestOrder{When: daily, To: mute}, "can't post", ""},
	} {
		tt.order.Action = DigestAdd
		said := c.refuses("ann", agora, tt.order)
		if !strings.Contains(said, tt.says) || tt.never != "" && strings.Contains(said, tt.never) {
			t.Errorf("%s: said %q", name, said)
		}
	}
	if said := c.refuses("bob", agora, DigestOrder{Action: DigestAdd, When: daily}); !strings.Contains(said, "managing #agora") {
		t.Errorf("said %q", said)
	}
	if said := c.refuses("ann", Place{Channel: "DM"}, DigestOrder{Action: DigestList}); !strings.Contains(said, "server") {
		t.Errorf("said %q", said)
	}
	if len(c.kept.digests) > 0 || len(c.kept.watch) != 4 {
		t.Errorf("left %+v", c.kept)
	}
	for range mostDigests {
		c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: daily})
	}
	if said := c.refuses("ann", agora, DigestOrder{Action: DigestAdd, When: daily}); !strings.Contains(said, "25 digests") {
		t.Errorf("said %q", said)
	}
}

func manyPlaces() []Place {
	var places []Place
	for i := range mostSources + 1 {
		places = append(places, Place{Server: "S", Channel: strings.Repeat("x", i+1)})
	}
	return places
}

// A digest of what people read is shown to who manages its destination, and its channels are named to who reads them.
func TestDigestsAreListed(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob", "cid*"), c.watched("council", "ann*")
	other := c.watched("other", "ann*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily"})
	c.answers("ann", other, DigestOrder{Action: DigestAdd, From: []Place{council, agora}, When: "every 6h"})
	c.answers("ann", other, DigestOrder{Action: DigestAdd, All: true, When: "mondays"})
	c.answers("ann", agora, DigestOrder{Action: DigestPause, Number: 3})
	c.kept.digests[1].Failure = "It broke."

	a := c.answers("ann", agora, DigestOrder{Action: DigestList})
	want := `1: #agora, in #agora, daily at 09:00 (UTC); next Tue 24 Nov, 09:00 UTC
2: #council and #agora, in #other, every 6 hours (UTC); next Mon 23 Nov, 12:00 UTC; the last one was not posted
3: all that I follow and everyone there may read, in #other, mondays at 09:00 (UTC); paused`
	if a.Said != want {
		t.Errorf("said %s", a.Said)
	}
	if a := c.answers("cid", agora, DigestOrder{Action: DigestList}); a.Said != strings.Split(want, "\n")[0] {
		t.Errorf("to who manages one channel: %s", a.Said)
	}
	if a := c.answers("bob", agora, DigestOrder{Action: DigestList}); !strings.Contains(a.Said, "there are no digests") {
		t.Errorf("to who manages none: %s", a.Said)
	}

	c.of(council).readers = nil
	a = c.answers("ann", agora, DigestOrder{Action: DigestShow, Number: 2})
	want = `Digest 2: #agora and a channel that you can't read, in #other, every 6 hours (UTC).
It tells new objections, what became of earlier ones, what is still open and new points. Where nothing is new it says so in a line.
It was not posted yet. The last time it was not posted: It broke.
⚠️ Of a channel that you can't read: it is not proved that everyone who may read where the digest goes may read it.
It is due:
Mon 23 Nov, 12:00 UTC
Mon 23 Nov, 18:00 UTC
Tue 24 Nov, 00:00 UTC
Tue 24 Nov, 06:00 UTC
Tue 24 Nov, 12:00 UTC`
	if a.Said != want {
		t.Errorf("said %s", a.Said)
	}
}

// Whoever manages the channels changes a digest; of others nobody learns that there is one.
func TestDigestsAreChanged(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob*"), c.watched("council", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})

	for _, action := range []DigestAction{DigestPause, DigestResume, DigestRemove, DigestRun} {
		if said := c.refuses("bob", agora, DigestOrder{Action: action, Number: 1}); !strings.Contains(said, "managing #council") {
			t.Errorf("%s by who manages the destination alone: %q", action, said)
		}
		unknown := strings.ReplaceAll(c.refuses("ann", agora, DigestOrder{Action: action, Number: 7}), "7", "1")
		if said := c.refuses("cid", agora, DigestOrder{Action: action, Number: 1}); said != unknown || !strings.Contains(said, "digest list") {
			t.Errorf("%s by a stranger: %q", action, said)
		}
	}

	says := func(action DigestAction, want string) {
		t.Helper()
		if a := c.answers("ann", agora, DigestOrder{Action: action, Number: 1}); !strings.Contains(a.Said, want) {
			t.Errorf("%s: said %q", action, a.Said)
		}
	}
	says(DigestPause, "Digest 1 is paused.")
	if d := c.kept.digests[0]; !d.Paused || !d.Next.IsZero() {
		t.Errorf("paused: %+v", d)
	}
	says(DigestPause, "paused already")
	says(DigestRun, "Digest 1 is being posted in #agora. What becomes of it is in /debate digest show 1.")
	c.kept.digests[0].Quiet = true
	says(DigestRun, "It is posted in #agora, unless nothing is new. What becomes of it is in /debate digest show 1.")
	says(DigestResume, "It is due Tue 24 Nov, 09:00 UTC, and tells what is new since Mon 23 Nov, 09:00 UTC.")
	if d := c.kept.digests[0]; d.Paused || d.Next.IsZero() {
		t.Errorf("resumed: %+v", d)
	}
	says(DigestResume, "not paused")
	says(DigestRemove, "Digest 1 is removed.")
	if len(c.kept.digests) > 0 || !cmp.Equal(c.kept.asked, []int64{100, 100}) {
		t.Errorf("left %+v, asked %v", c.kept.digests, c.kept.asked)
	}
	want := []string{"ann added digest 1", "ann paused digest 1", "ann had digest 1 posted", "ann had digest 1 posted", "ann resumed digest 1", "ann removed digest 1"}
	if diff := cmp.Diff(want, c.kept.log); diff != "" {
		t.Error(diff)
	}
}

// A digest whose channels are gone can still be ended: by who made it, where nobody manages any of them.
func TestDigestOfWhatIsGoneCanBeRemoved(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob*"), c.watched("council", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
	c.of(council).closed = true
	c.answers("bob", agora, DigestOrder{Action: DigestRemove, Number: 1})

	other := c.channel("other", "ann", "bob*")
	c.of(agora).closed = true
	c.refuses("bob", other, DigestOrder{Action: DigestRemove, Number: 2})
	if a := c.answers("ann", other, DigestOrder{Action: DigestList}); !strings.Contains(a.Said, "2: a channel that you can't read, in a channel that you can't read") {
		t.Errorf("said %q", a.Said)
	}
	c.answers("ann", other, DigestOrder{Action: DigestRemove, Number: 2})
	if len(c.kept.digests) > 0 {
		t.Errorf("left %+v", c.kept.digests)
	}
}

// What would be shown to all is shown to the asker alone.
func TestDigestsAreNoneOfTheOthers(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	a, err := c.bot.Answer(t.Context(), Request{
		Command: Digests, Asker: "ann", Here: agora, Place: agora, Share: true, Digest: DigestOrder{Action: DigestList},
	}, func(Progress) {})
	if err != nil || a.Private == "" {
		t.Errorf("got %+v and %v", a, err)
	}
}

// One of whose channels is gone goes on with the others, by who manages those.
func TestDigestOfWhatIsPartlyGoneGoesOn(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob*"), c.watched("council", "ann*", "bob*")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, council}, When: "daily"})
	c.answers("ann", agora, DigestOrder{Action: DigestPause, Number: 1})
	c.of(council).hidden = true
	c.refuses("bob", agora, DigestOrder{Action: DigestResume, Number: 1})
	c.of(council).closed = true
	for _, action := range []DigestAction{DigestRun, DigestResume} {
		c.answers("bob", agora, DigestOrder{Action: action, Number: 1})
	}
	c.refuses("bob", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily"})
}

// A digest of which it can't be told at the moment who may know of it hides no other one.
func TestDigestsAreListedAsFarAsIsKnown(t *testing.T) {
	c := newTown(t)
	agora, other := c.watched("agora", "ann*"), c.watched("other", "ann*")
	for _, p := range []Place{agora, other} {
		c.answers("ann", p, DigestOrder{Action: DigestAdd, When: "daily"})
	}
	busy := &Refusal{Reason: "Later.", Err: ErrLater}
	mended := c.trouble(troubled{manage: map[Place]error{agora: busy}})
	want := "2: #other, in #other, daily at 09:00 (UTC); next Tue 24 Nov, 09:00 UTC\nThere may be more, which I can't look up at the moment."
	if a := c.answers("ann", other, DigestOrder{Action: DigestList}); a.Said != want {
		t.Errorf("said %q", a.Said)
	}
	mended()
	c.trouble(troubled{manage: map[Place]error{agora: busy, other: busy}})
	if said := c.refuses("ann", other, DigestOrder{Action: DigestList}); said != "Later." {
		t.Errorf("said %q", said)
	}
}

// full is a store that takes no digest, or follows no channel more than once.
type full struct {
	*townStore
	watches int
}

func (s *full) Watch(ctx context.Context, platform string, w WatchedChannel) error {
	if s.watches--; s.watches < 0 {
		return errors.New("the disk is full")
	}
	return s.townStore.Watch(ctx, platform, w)
}

func (s *full) AddDigest(context.Context, string, Digest) (Digest, error) {
	return Digest{}, errors.New("the disk is full")
}

// What can't be set up leaves nothing followed.
func TestDigestThatFailsFollowsNothing(t *testing.T) {
	for _, watches := range []int{1, 2} {
		c := newTown(t)
		agora, stoa, council := c.watched("agora", "ann*"), c.channel("stoa", "ann*"), c.channel("council", "ann*")
		c.bot.o.Storage = &full{c.kept, watches}
		if _, err := c.ask("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, stoa, council}, When: "daily"}); err == nil {
			t.Fatal("it was set up")
		}
		if len(c.kept.watch) != 1 || c.bot.Follows(stoa) || c.bot.Follows(council) || !c.bot.Follows(agora) {
			t.Errorf("after %d follows %v", watches, c.kept.watch)
		}
	}
}

// A digest is tried by a process that was not told that another one follows its channel.
func TestDigestOfWhatAnotherProcessFollowsIsTried(t *testing.T) {
	c := newTown(t)
	agora, _, _ := c.debate()
	c.bot.following.set(agora.Channel, false)
	a := c.answers("ann", agora, DigestOrder{Action: DigestRun, Number: 1, Dry: true})
	if !strings.Contains(a.Said, "Digest of #agora") {
		t.Errorf("said %q", a.Said)
	}
}
