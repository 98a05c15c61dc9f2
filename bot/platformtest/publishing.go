package platformtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot"
)

// publishing is what crux says without being asked.
func publishing() []check[World] {
	return []check[World]{
		{"what is published is found by its mark", publishedIsFound},
		{"what another program posts is not", forgedIsNotFound},
		{"where crux can't see, nothing is certain", unseenIsUncertain},
		{"what can't be posted was not posted", refusedIsNotPosted},
		{"what people wrote stays words in what is published", publishedWords},
		{"telling", telling},
	}
}

// markOf is a mark as digests have them: 22 letters and digits.
func markOf(seed string) string { return (strings.Repeat("Z", 22) + seed)[len(seed):] }

// digestOf makes a list a digest.
func digestOf(a *bot.Answer) *bot.Answer {
	a.Token, a.Request.Command = "", bot.Open
	a.Said = "What is new since yesterday."
	a.Offers = []bot.Offer{{Action: bot.ActOpen, Label: "What is still open"}}
	return a
}

// ledgerTown is a town in which nothing is asked.
func ledgerTown(w World) *town {
	c := &town{World: w, ann: w.Person("ann"), bob: w.Person("bob")}
	c.oracle = NewOracle(c.answer)
	c.begin()
	return c
}

func (c *town) publish(t *testing.T, p bot.Place, mark string) (id string) {
	t.Helper()
	id, err := c.Platform().Publish(t.Context(), p, digestOf(c.list(bot.Request{Place: c.agora, Here: p})), mark)
	if err != nil || id == "" {
		t.Fatalf("published as %q, %v", id, err)
	}
	return id
}

// found is the message with a mark, of those of the last hour.
func (c *town) found(t *testing.T, p bot.Place, mark string) (id string) {
	t.Helper()
	id, err := c.Platform().Published(t.Context(), p, mark, time.Now().Add(-time.Hour))
	if err != nil {
		t.Errorf("%s: %v", mark, err)
	}
	return id
}

func publishedIsFound(t *testing.T, w World) {
	c := ledgerTown(w)
	thread := c.Thread(c.agora, c.Post(c.agora, Message{Author: c.ann, Text: "And semicolons?"}))
	council := c.Private("council", c.ann)
	for n, p := range []bot.Place{c.agora, thread, council} {
		mark, other := markOf(fmt.Sprint("one", n)), markOf(fmt.Sprint("two", n))
		if id := c.found(t, p, mark); id != "" {
			t.Errorf("place %d: found before it was posted: %s", n, id)
		}
		first, second := c.publish(t, p, mark), c.publish(t, p, other)
		for range 120 { // more than one page of history
			c.Post(p, Message{Author: c.ann, Text: "Anyway."})
		}
		if id := c.found(t, p, mark); id != first {
			t.Errorf("place %d: found %q, posted as %q", n, id, first)
		}
		if id := c.found(t, p, other); id != second {
			t.Errorf("place %d: found %q, posted as %q", n, id, second)
		}
		seen := c.Public(p)
		at := slices.IndexFunc(seen, func(s Shown) bool { return s.ID == first })
		if at < 0 || seen[at].Private || len(seen[at].Pings) > 0 || !says("They misalign tables")(seen[at]) || !says("What is new since yesterday.")(seen[at]) {
			t.Errorf("place %d: everyone sees %+v", n, seen)
		}
		c.Delete(p, first)
		if id := c.found(t, p, mark); id != "" {
			t.Errorf("place %d: found %q, which is deleted", n, id)
		}
	}
}

func forgedIsNotFound(t *testing.T, w World) {
	c := ledgerTown(w)
	mark := markOf("forged")
	id := c.publish(t, c.agora, mark)
	c.Forge(c.agora, id)
	c.Delete(c.agora, id)
	if found := c.found(t, c.agora, mark); found != "" {
		t.Errorf("found %q, which another program posted", found)
	}
}

func unseenIsUncertain(t *testing.T, w World) {
	c := ledgerTown(w)
	mark := markOf("hidden")
	c.publish(t, c.agora, mark)
	c.Hide(c.agora)
	if id, err := c.Platform().Published(t.Context(), c.agora, mark, time.Now().Add(-time.Hour)); err == nil {
		t.Errorf("it is certain that there is %q in a channel that crux can't see", id)
	}
}

func refusedIsNotPosted(t *testing.T, w World) {
	c := ledgerTown(w)
	hidden := c.Private("council", c.ann)
	c.Hide(hidden)
	closed := c.Channel("closed")
	c.Close(closed)
	for what, p := range map[string]bot.Place{"nowhere": c.Nowhere(), "a channel that crux can't see": hidden, "a channel that is gone": closed} {
		id, err := c.Platform().Publish(t.Context(), p, digestOf(c.list(bot.Request{Place: c.agora, Here: p})), markOf("refused"))
		_, isRefusal := errors.AsType[*bot.Refusal](err)
		if id != "" || !isRefusal && !errors.Is(err, bot.ErrNotPosted) {
			t.Errorf("%s: posted as %q, %v", what, id, err)
		}
	}
	w.Forgive() // whoever publishes asks first whether crux may
}

func publishedWords(t *testing.T, w World) {
	c := ledgerTown(w)
	rooms := 0
	show := func(words, channel string) Shown {
		rooms++ // platforms bound how much is posted in one
		room := w.Channel(fmt.Sprint("room-", rooms))
		a := digestOf(c.foreignList(bot.Request{Place: c.agora, Here: room}, words, channel))
		a.Said = words
		if _, err := c.Platform().Publish(t.Context(), room, a, markOf(fmt.Sprint("words", rooms))); err != nil {
			t.Fatal(err)
		}
		return c.Public(room)[0]
	}
	plain := show("plain words", "agora")
	for _, words := range append(literal(), called(c.bob)...) {
		got := show(words, "agora")
		sameBut(t, words, got, plain)
		if slices.Contains(literal(), words) && strings.Count(got.Text, words) < strings.Count(plain.Text, "plain words") {
			t.Errorf("%q is not shown everywhere as it is:\n%s", words, got.Text)
		}
		sameBut(t, "a channel named "+words, show("plain words", words), plain)
	}
}

func telling(t *testing.T, w World) {
	ann, bob := w.Person("ann"), w.Person("bob")
	server := w.Channel("agora").Server
	tell := func(words string) Shown {
		if err := w.Platform().Tell(t.Context(), ann, server, words); err != nil {
			t.Fatalf("telling %q: %v", words, err)
		}
		told := w.Told(ann)
		if len(told) == 0 {
			t.Fatalf("nobody was told %q", words)
		}
		return told[len(told)-1]
	}
	plain := tell("Digest 2 was not posted: plain words.")
	if plain.Text != "Digest 2 was not posted: plain words." || len(plain.Buttons) > 0 || len(plain.Links) > 0 {
		t.Errorf("told %+v", plain)
	}
	for _, words := range append(literal(), called(bob)...) {
		got := tell("Digest 2 was not posted: " + words)
		sameBut(t, words, got, plain)
		if slices.Contains(literal(), words) && !strings.Contains(got.Text, words) {
			t.Errorf("%q is told as %q", words, got.Text)
		}
	}
	w.Shut(bob)
	for what, person := range map[string]string{"somebody who is not reached": bob, "nobody": "", "no id": "../x"} {
		forbidden(t, what, w.Platform().Tell(t.Context(), person, server, "Digest 2 was not posted."))
	}
	if told := w.Told(bob); len(told) > 0 {
		t.Errorf("told %+v", told)
	}
}
