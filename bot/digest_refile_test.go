package bot

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"crux/bot/digest"
)

// Where an earlier try may stand after all, what is filed holds what that rests on as well.
func TestDigestIsFiledWithEarlierTries(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob", "cem")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora}, When: "daily"})
	point := c.say(agora, "ann", "+ we need the queue", "")
	c.say(agora, "bob", "- the queue is slow", point)
	p, run := c.poster(), c.run(1)
	earlier, err := json.Marshal(filed{To: agora, Sources: []Source{{Place: agora, Messages: []string{"earlier"}}}, People: []string{"cem", "ann"}})
	if err != nil {
		t.Fatal(err)
	}
	run.Sources = earlier
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.File(t.Context(), run, drafted.Sources, "post-1"); err != nil {
		t.Fatal(err)
	}
	post := c.kept.filed[0]
	var messages []string
	for _, s := range post.Sources {
		messages = append(messages, s.Messages...)
	}
	if !slices.Equal(post.People, []string{"ann", "bob", "cem"}) || !slices.Contains(messages, "earlier") || !slices.Contains(messages, point) {
		t.Errorf("filed %+v", post)
	}
}

// The post of a digest that was removed is found, and nothing more of it is posted.
func TestPostOfARemovedDigestIsFound(t *testing.T) {
	c := newTown(t)
	agora := c.watched("agora", "ann*", "bob")
	c.answers("ann", agora, DigestOrder{Action: DigestAdd, From: []Place{agora}, When: "daily"})
	c.say(agora, "bob", "- the queue is slow", c.say(agora, "ann", "+ we need the queue", ""))
	p, run := c.poster(), c.run(1)
	drafted, err := p.Draft(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Post(t.Context(), run, drafted); err != nil {
		t.Fatal(err)
	}
	run.Sources, run.Posting = drafted.Sources, c.now
	c.answers("ann", agora, DigestOrder{Action: DigestRemove, Number: 1})
	if found, err := p.Find(t.Context(), run); err != nil || found != "post-1" {
		t.Errorf("found %q: %v", found, err)
	}
	_, err = p.Draft(t.Context(), run)
	if refused, is := errors.AsType[*digest.Refused](err); !is || !refused.Gone {
		t.Errorf("drafting it again: %v", err)
	}
	if next, err := p.Next(t.Context(), run, c.now.Add(time.Hour)); err != nil || !next.IsZero() {
		t.Errorf("due next at %v: %v", next, err)
	}
	p.lost(run)
	if len(p.made) > 0 {
		t.Errorf("of runs of other processes %d are known", len(p.made))
	}
}
