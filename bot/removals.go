package bot

import (
	"slices"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"crux/summarize"
)

// removalsKept is how many deletions are remembered, for answers that are being made meanwhile.
const removalsKept = 20_000

// removals knows what happened to messages and to who wrote them while an answer that may quote
// them is being made. Of deletions it keeps ids, for a while; of edits the new text,
// only while a job that reads the place runs.
type removals struct {
	gone *lru.Cache[messageKey, struct{}]
	// people are those who are left out.
	people leftOut

	mu   sync.Mutex
	jobs map[*job]bool
}

type messageKey struct {
	place Place
	id    string
}

func newRemovals() *removals {
	gone, err := lru.New[messageKey, struct{}](removalsKept)
	if err != nil { // only where the size is not above zero
		panic(err)
	}
	return &removals{gone: gone, jobs: map[*job]bool{}}
}

func (s *removals) removed(p Place, ids ...string) {
	for _, id := range ids {
		s.gone.Add(messageKey{p, id}, struct{}{})
	}
}

// closed tells that the place is gone altogether.
func (s *removals) closed(p Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for j := range s.jobs {
		if j.place == p {
			j.closed = true
		}
	}
}

func (s *removals) edited(p Place, m summarize.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for j := range s.jobs {
		if j.place == p && !m.Edited.Before(j.edits[m.ID].Edited) {
			j.edits[m.ID] = m
		}
	}
}

// any reports whether one of the messages was deleted lately.
func (s *removals) any(p Place, ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return s.gone.Contains(messageKey{p, id}) })
}

// watch begins to note what happens in a place.
func (s *removals) watch(p Place) *job {
	j := &job{removals: s, place: p, edits: map[string]summarize.Message{}, leftOut: s.people.current()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs[j] = true
	return j
}

// job is an answer in the making.
type job struct {
	removals *removals
	place    Place
	edits    map[string]summarize.Message // under removals.mu
	closed   bool                         // under removals.mu
	// leftOut are those who were left out when it began: leaveOut leaves them out, and says so.
	leftOut exclusions
}

func (j *job) end() {
	j.removals.mu.Lock()
	defer j.removals.mu.Unlock()
	delete(j.removals.jobs, j)
}

// apply returns t as its messages stand now, without those of people who were left out meanwhile;
// t itself where nothing happened to them.
func (j *job) apply(t *summarize.Transcript) *summarize.Transcript {
	left, _ := j.removals.people.current().since(j.leftOut).without(j.applyEvents(t))
	return left
}

func (j *job) applyEvents(t *summarize.Transcript) *summarize.Transcript {
	j.removals.mu.Lock()
	defer j.removals.mu.Unlock()
	now := make([]summarize.Message, 0, len(t.Messages))
	changed := false
	for _, m := range t.Messages {
		edit, isEdited := j.edits[m.ID]
		switch {
		case j.closed, j.removals.gone.Contains(messageKey{j.place, m.ID}):
			changed = true
			continue
		case isEdited && edit.Text != m.Text:
			changed = true
			m = edit
		}
		now = append(now, m)
	}
	if !changed {
		return t
	}
	current := *t
	current.Messages = now
	return &current
}

// withGone is a transcript that tells which of its messages are gone since, or written by somebody who is left
// out since. jobOf is the job of a message's place.
func withGone(t *summarize.Transcript, jobOf func(id string) *job) *summarize.Transcript {
	messages := make(map[string]*summarize.Message, len(t.Messages))
	for i := range t.Messages {
		messages[t.Messages[i].ID] = &t.Messages[i]
	}
	told := *t
	told.Gone = func(id string) bool {
		j, m := jobOf(id), messages[id]
		return m != nil && j != nil && j.isGone(m)
	}
	return &told
}

// isGone reports whether a message is gone since the job began, or whoever wrote it is left out since.
func (j *job) isGone(m *summarize.Message) bool {
	now := j.removals.people.current()
	if j.removals.gone.Contains(messageKey{j.place, m.ID}) || now.covers(m) && !j.leftOut.covers(m) {
		return true
	}
	j.removals.mu.Lock()
	defer j.removals.mu.Unlock()
	return j.closed
}
