package embedded

import (
	"slices"
	"testing"

	"crux/summarize"
)

// threaded is a reading up to the threads.
func threaded(t testing.TB, transcript *summarize.Transcript) *reading {
	t.Helper()
	r := linked(t, transcript)
	r.judgeStances()
	r.findThreads()
	return r
}

func (r *reading) threads() []int {
	var threads []int
	for i := range r.messages {
		threads = append(threads, r.messages[i].thread)
	}
	return threads
}

// TestThreadsNeverMove: the thread that a message was given to stays its own, whatever comes later.
func TestThreadsNeverMove(t *testing.T) {
	for _, path := range goldPaths(t) {
		whole := transcriptOf(goldFrom(t, path))
		all := threaded(t, whole).threads()
		for n := 3; n < len(whole.Messages); n += 7 {
			earlier := *whole
			earlier.Messages = whole.Messages[:n]
			some := threaded(t, &earlier).threads()
			some = some[:len(some)-1] // the last turn may go on
			if !slices.Equal(some, all[:len(some)]) {
				t.Errorf("%s: of the first %d messages, the threads are %v, and %v once more was said", path, n, some, all[:len(some)])
			}
		}
	}
}

// TestRepliesShareAThread: who replies by the platform speaks in the thread replied to.
func TestRepliesShareAThread(t *testing.T) {
	for _, path := range goldPaths(t) {
		r := threaded(t, transcriptOf(goldFrom(t, path)))
		for i := range r.messages {
			m := &r.messages[i]
			if m.bot || m.reply < 0 || r.messages[m.reply].bot {
				continue
			}
			if m.thread != r.messages[m.reply].thread {
				t.Errorf("%s: turn %d is in thread %d, the one it replies to in %d", path, i, m.thread, r.messages[m.reply].thread)
			}
		}
	}
}

// TestGatherLeavesNothingOut: every message stands once, in order, in the conversation it says, or in none.
func TestGatherLeavesNothingOut(t *testing.T) {
	never := func(*conversation, []conversation) int { return undecided }
	first := func(_ *conversation, gathered []conversation) int { return min(len(gathered), 1) - 1 }
	for _, path := range goldPaths(t) {
		r := threaded(t, transcriptOf(goldFrom(t, path)))
		for name, decide := range map[string]func(*conversation, []conversation) int{"by weights": r.goesOnWith, "never": never, "first": first} {
			gathered := r.gather(decide)
			if name == "first" && len(gathered) > 1 {
				t.Errorf("%s: %d conversations where all threads go on with the first", path, len(gathered))
			}
			held := map[int]int{}
			for k, c := range gathered {
				if len(c.messages) == 0 || !slices.IsSorted(c.messages) {
					t.Errorf("%s, %s: conversation %d is of %v", path, name, k, c.messages)
				}
				for _, i := range c.messages {
					if _, twice := held[i]; twice || r.messages[i].bot {
						t.Errorf("%s, %s: message %d is in conversation %d", path, name, i, k)
					}
					held[i] = k
				}
			}
			for i := range r.messages {
				k, in := held[i]
				if !in {
					k = undecided
				}
				if m := &r.messages[i]; !m.bot && m.debate != k {
					t.Errorf("%s, %s: message %d says it is in conversation %d, not %d", path, name, i, m.debate, k)
				}
			}
		}
	}
}

// TestStrangersDoNotMeet: two debates about other things between other people, a day apart, stay two.
func TestStrangersDoNotMeet(t *testing.T) {
	one, other := queueDebate(), chat(
		"ida: We should ban phones at the club meeting, since half of the members stare at a screen while somebody is speaking.",
		"ole: I don't agree. Some of us are on duty at the hospital and have to be reachable, so a ban means that we can't come at all. What about those members?",
		"ida: ole, doctors on duty could leave their number at the front desk, and somebody would fetch them, so a ban doesn't keep them out.",
		"ole: But the front desk is empty after eight, so nobody would fetch anyone. Your plan doesn't work for late meetings.",
	)
	for _, m := range other.Messages {
		m.ID, m.Time = "n"+m.ID, m.Time.AddDate(0, 0, 1)
		one.Messages = append(one.Messages, m)
	}
	for _, d := range debatesIn(t, one) {
		from := d.Messages[0][0]
		for _, id := range d.Messages {
			if id[0] != from {
				t.Errorf("a debate holds %v", d.Messages)
			}
		}
	}
}
