package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// outline is an answer in lines.
func outline(a *Answer) string {
	if a == nil {
		return "nothing"
	}
	var lines []string
	lines = append(lines, a.Said)
	names := func(ids []string) string { return strings.Join(ids, "+") }
	for _, list := range a.Lists {
		lines = append(lines, list.Title+":")
		for _, item := range list.Items {
			line := strings.Trim(fmt.Sprintf("- %s%s: %s (%s)", names(item.By), item.Side, item.Words(), item.StatusWords(names)), " ")
			if item.Channel != "" {
				line += " in " + item.Channel
			}
			lines = append(lines, line)
		}
		if list.More > 0 {
			lines = append(lines, list.MoreWords())
		}
	}
	return strings.Join(append(lines, a.Notes...), "\n")
}

func wantOutline(t *testing.T, a *Answer, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimSpace(want), outline(a)); diff != "" {
		t.Error(diff)
	}
}

// Over some days each news is told once, and what stands is told with it.
func TestDigestTellsWhatIsNew(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob", "cid")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily", Zone: "Europe/Berlin"})
	p := c.poster()

	queue := c.say(agora, "ann", "+ we need the queue", "")
	slow := c.say(agora, "bob", "- the queue is slow", queue)
	c.say(agora, "cid", "- the queue costs money", queue)
	wantOutline(t, c.post(p, c.run(1)), `
Digest of #agora since Mon 23 Nov, 10:00 CET.
New objections:
- bob: the queue is slow (new)
- cid: the queue costs money (new)
New points:
- annside: we need the queue ()
`)

	c.wait(day)
	wantOutline(t, c.post(p, c.run(2)), "Nothing new in #agora since Mon 23 Nov, 10:03 CET. 2 objections still stand.")

	c.say(agora, "ann", "= not with batches", slow)
	c.say(agora, "bob", "- the queue loses messages", queue)
	c.wait(day)
	a := c.post(p, c.run(3))
	wantOutline(t, a, `
Digest of #agora since Tue 24 Nov, 10:03 CET.
New objections:
- bob: the queue loses messages (new)
Settled since:
- bob: the queue is slow (answered by ann)
Still open:
- cid: the queue costs money (unanswered)
`)
	wantNames := map[string]string{"ann": "Ann", "bob": "Bob", "cid": "Cid"}
	if diff := cmp.Diff(wantNames, a.Names); diff != "" || !cmp.Equal(a.people, []string{"ann", "bob", "cid"}) {
		t.Errorf("names %s, people %q", diff, a.people)
	}

	c.say(agora, "bob", "! with batches too", slow)
	c.wait(day)
	wantOutline(t, c.post(p, c.run(4)), `
Digest of #agora since Wed 25 Nov, 10:05 CET.
Open again:
- bob: the queue is slow (open again)
Still open:
- cid: the queue costs money (unanswered)
- bob: the queue loses messages (unanswered)
`)
}

// However much is new, a digest is short, and puts first what matters most.
func TestDigestIsShort(t *testing.T) {
	c := newTown(t)
	agora, stoa := c.watched("agora", "ann*", "bob", "cid"), c.watched("stoa", "ann*", "bob", "cid")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, stoa}, When: "daily"})
	for _, p := range []Place{agora, stoa} {
		point := c.say(p, "ann", "+ point 0 of "+c.of(p).Name, "")
		for n := range 4 {
			c.say(p, "ann", fmt.Sprintf("+ point %d of %s", n+1, c.of(p).Name), "")
			objection := c.say(p, "bob", fmt.Sprintf("- objection %d of %s", n, c.of(p).Name), point)
			if n == 0 {
				c.say(p, "ann", "~ granted", objection)
			}
		}
	}
	wantOutline(t, c.post(c.poster(), c.run(1)), `
Digest of #agora and #stoa since Mon 23 Nov, 09:00 UTC.
New objections:
- bob: objection 1 of agora (new) in agora
- bob: objection 2 of agora (new) in agora
- bob: objection 3 of agora (new) in agora
- bob: objection 1 of stoa (new) in stoa
- bob: objection 2 of stoa (new) in stoa
and 3 more
New points:
- annside: point 0 of agora () in agora
- annside: point 0 of stoa () in stoa
- annside: point 1 of agora () in agora
- annside: point 1 of stoa () in stoa
and 6 more
`)
}

func TestDigestTellsItsPartsAlone(t *testing.T) {
	for name, tt := range map[string]struct {
		parts       []DigestPart
		first, then string
	}{
		"new": {[]DigestPart{PartNew}, `
Digest of #agora since Mon 23 Nov, 09:00 UTC.
New objections:
- bob: the queue is slow (new)
- cid: the queue costs money (new)`, "Nothing new in #agora since Mon 23 Nov, 09:03 UTC. 1 objection still stands."},
		"settled": {[]DigestPart{PartSettled}, "Nothing new in #agora since Mon 23 Nov, 09:00 UTC. 2 objections still stand.", `
Digest of #agora since Mon 23 Nov, 09:03 UTC.
Settled since:
- bob: the queue is slow (conceded by ann)`},
		"open": {[]DigestPart{PartOpen}, `
Digest of #agora since Mon 23 Nov, 09:00 UTC.
Still open:
- bob: the queue is slow (unanswered)
- cid: the queue costs money (unanswered)`, `
Digest of #agora since Mon 23 Nov, 09:03 UTC.
Still open:
- cid: the queue costs money (unanswered)`},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			agora := c.watched("agora", "ann*", "bob", "cid")
			c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily", Parts: tt.parts})
			p, point := c.poster(), c.say(agora, "ann", "+ we need the queue", "")
			slow := c.say(agora, "bob", "- the queue is slow", point)
			c.say(agora, "cid", "- the queue costs money", point)
			wantOutline(t, c.post(p, c.run(1)), tt.first)
			c.say(agora, "ann", "~ it is", slow)
			wantOutline(t, c.post(p, c.run(2)), tt.then)
		})
	}
}

// What is noticed while a digest is put together is for the next one, and is told there.
func TestDigestLosesNothingThatComesMeanwhile(t *testing.T) {
	c := newTown(t)
	agora, stoa := c.watched("agora", "ann*", "bob"), c.watched("stoa", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora, stoa}, When: "daily", Parts: []DigestPart{PartNew}})
	first := c.say(agora, "ann", "+ we need the queue", "")
	c.say(agora, "bob", "- the queue is slow", first)

	c.kept.reading = func(p Place, times int) {
		switch {
		case p == stoa && times == 1: // agora was brought up to date, and not read yet
			c.say(agora, "bob", "- the queue costs money", first)
		case p == agora && times == 2: // up to when the digest tells is settled
			c.say(agora, "bob", "- the queue is late", first)
		}
	}
	p := c.poster()
	wantOutline(t, c.post(p, c.run(1)), `
Digest of #agora and #stoa since Mon 23 Nov, 09:00 UTC.
New objections:
- bob: the queue is slow (new) in agora
`)
	wantOutline(t, c.post(p, c.run(2)), `
Digest of #agora and #stoa since Mon 23 Nov, 09:03 UTC.
New objections:
- bob: the queue costs money (new) in agora
- bob: the queue is late (new) in agora
`)
	wantOutline(t, c.post(p, c.run(3)), "Nothing new in #agora and #stoa since Mon 23 Nov, 09:04 UTC. 3 objections still stand.")
}

func TestQuietDigestPostsNothing(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, When: "daily", Quiet: true})
	p := c.poster()
	before := c.clock()
	if a := c.post(p, c.run(1)); a != nil || len(c.posts) > 0 {
		t.Errorf("posted %s", outline(a))
	}
	if covered := c.kept.digests[0].Covered; covered.Before(before) {
		t.Errorf("covers up to %s", covered)
	}
	if len(c.kept.requests) > 0 {
		t.Errorf("kept %+v", c.kept.requests)
	}
}

// The asker alone sees a digest that is tried, and only where they may read all of it.
func TestDigestIsTried(t *testing.T) {
	c := newTown(t)
	agora, council := c.watched("agora", "ann*", "bob"), c.watched("council", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{council}, When: "daily", Quiet: true})
	point := c.say(council, "ann", "+ we meet in secret", "")
	c.say(council, "bob", "- they know", point)
	try := DigestOrder{Action: DigestRun, Number: 1, Dry: true}
	a := c.answers("ann", agora, try)
	const told = `
Digest of #council since Mon 23 Nov, 09:00 UTC.
New objections:
- bob: they know (new)
New points:
- annside: we meet in secret ()
`
	wantOutline(t, a, told)
	if r := c.kept.requests[a.Token]; r.Command != Open || r.Place != council || len(a.Offers) != 1 {
		t.Errorf("its button asks for %+v", r)
	}
	if len(c.posts)+len(c.kept.asked)+len(c.kept.filed) > 0 || !c.kept.digests[0].Posted.IsZero() {
		t.Errorf("left %+v", c.kept)
	}

	c.of(agora).readers = append(c.of(agora).readers, "cid")
	wantOutline(t, c.answers("ann", agora, try), told+"It would not be posted now: "+sayUnproved)
	c.kept.digests[0].Covered, c.kept.digests[0].Posted = c.clock(), c.clock()
	wantOutline(t, c.answers("ann", agora, try), "Nothing new in #council since Mon 23 Nov, 09:02 UTC. 1 objection still stands. Nothing would be posted.\nIt would not be posted now: "+sayUnproved)
	c.of(council).managers = []string{"ann", "bob"}
	c.of(agora).managers = []string{"ann", "bob"}
	c.of(council).readers = []string{"ann"}
	c.refuses("bob", agora, try)
}

// Whatever comes when, each objection is told as new once, and each answer once.
func TestDigestsTellEachNewsOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := newTown(t)
		defer c.bot.Close()
		places := []Place{c.watched("agora", "ann*", "bob"), c.watched("stoa", "ann*", "bob")}
		c.answers("ann", places[0], DigestOrder{Action: DigestAdd, From: places, When: "daily", Parts: []DigestPart{PartNew, PartSettled}})
		points := []string{c.say(places[0], "ann", "+ we need the queue", ""), c.say(places[1], "ann", "+ we need the crane", "")}
		raised, settled, open := 0, 0, []func(){}
		comes := func(what string) {
			n := rapid.IntRange(0, 1).Draw(r, what)
			if len(open) > 0 && rapid.Bool().Draw(r, what+" answers") {
				open[0]()
				open = open[1:]
				return
			}
			raised++
			id := c.say(places[n], "bob", fmt.Sprintf("- objection %s%s of all", strings.Repeat("very ", raised%7), strings.Repeat("x", raised)), points[n])
			open = append(open, func() { c.say(places[n], "ann", "= no, because of that", id) })
		}
		p, fresh, answered := c.poster(), 0, 0
		runs := rapid.IntRange(1, 4).Draw(r, "runs")
		for n := range runs + 1 {
			for range rapid.IntRange(0, 3).Draw(r, "before") {
				comes("before")
			}
			late := n < runs && rapid.Bool().Draw(r, "late")
			reads := 0
			c.kept.reading = func(Place, int) {
				if reads++; late && reads == 3 { // up to when the digest tells is settled
					comes("late")
				}
			}
			c.wait(time.Hour)
			for _, list := range c.post(p, c.run(int64(n))).Lists {
				told := len(list.Items) + list.More
				if list.Title == "New objections" {
					fresh += told
					for _, item := range list.Items {
						if !item.Status.Open() {
							settled++ // told with the objection
						}
					}
				} else {
					answered += told
				}
			}
		}
		if fresh != raised {
			r.Errorf("%d objections were told as new of %d", fresh, raised)
		}
		if answered+settled != raised-len(open) {
			r.Errorf("%d answers were told of %d", answered+settled, raised-len(open))
		}
	})
}
