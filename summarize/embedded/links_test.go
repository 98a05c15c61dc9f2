package embedded

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"crux/summarize"
)

// linked is a reading up to what responds to what.
func linked(t testing.TB, transcript *summarize.Transcript) *reading {
	t.Helper()
	r := understood(t, testTables(t), transcript)
	r.assignRoles()
	r.linkMessages(context.Background())
	return r
}

// likeliest is what a message most likely responds to, -1 for nothing.
func (r *reading) likeliest(message int) int {
	if links := r.messages[message].links; len(links) > 0 {
		return links[0].to
	}
	return -1
}

// twoTopics is a channel in which two things are talked about.
func twoTopics() *summarize.Transcript {
	return chat(
		"ann: We should rewrite the parser in Rust, the grammar has grown beyond what regular expressions can do.",
		"bob: I think the deployment should wait until Monday because nobody is on call over the weekend.",
		"cas: The weather is lovely today.",
		"dan: I disagree, that is far too much work for what it brings us.",
	)
}

func TestPlatformReplyWins(t *testing.T) {
	for to := range 3 {
		transcript := twoTopics()
		transcript.Messages[3].ReplyTo = transcript.Messages[to].ID
		if got := linked(t, transcript).likeliest(3); got != to {
			t.Errorf("a reply to message %d responds to %d", to, got)
		}
	}
}

func TestNamedPersonIsAnswered(t *testing.T) {
	for to, name := range []string{"ann", "bob"} {
		r := linked(t, chat(
			"ann: We should rewrite the parser in Rust, the grammar has grown beyond what regular expressions can do.",
			"bob: We should rewrite the parser in Go, because everybody here can read it.",
			"cas: The weather is lovely today.",
			"dan: @"+name+" I disagree, to rewrite the parser is far too much trouble for what it brings us.",
		))
		if got := r.likeliest(3); got != to {
			t.Errorf("a message to %s responds to %d", name, got)
		}
	}
}

func TestNextMessageAnswersAQuestion(t *testing.T) {
	r := linked(t, chat(
		"ann: Who is on call this weekend, and can they deploy the parser?",
		"bob: I am, and I can deploy the parser on Saturday.",
	))
	if got := r.likeliest(1); got != 0 {
		t.Errorf("the answer responds to %d", got)
	}
}

// checkLinks: links lead back to what a person wrote, are probabilities, and the likeliest comes first.
func checkLinks(t *testing.T, r *reading) {
	t.Helper()
	for i := range r.messages {
		m := &r.messages[i]
		if m.bot && len(m.links) > 0 {
			t.Errorf("bot's message %d responds to %v", i, m.links)
		}
		if len(m.links) > maxLinks {
			t.Errorf("message %d has %d links", i, len(m.links))
		}
		seen := map[int]bool{}
		for k, l := range m.links {
			if l.to < 0 || l.to >= i || r.messages[l.to].bot || seen[l.to] {
				t.Errorf("message %d responds to %v", i, m.links)
			}
			seen[l.to] = true
			if l.sure < linkThreshold || l.sure > 1 || l.opposes < 0 || l.opposes > 1 {
				t.Errorf("message %d: link %+v", i, l)
			}
			if k > 0 && l.sure > m.links[k-1].sure {
				t.Errorf("message %d: %v is not in order", i, m.links)
			}
		}
	}
}

func TestLinksLeadBack(t *testing.T) {
	for _, path := range goldPaths(t) {
		transcript := transcriptOf(goldFrom(t, path))
		r := linked(t, transcript)
		r.judgeStances()
		checkLinks(t, r)
		for i := range transcript.Messages { // some of which the platform can't have meant
			transcript.Messages[i].ReplyTo = transcript.Messages[(i*7+3)%len(transcript.Messages)].ID
			transcript.Messages[i].Bot = i%5 == 0
		}
		r = linked(t, transcript)
		r.judgeStances()
		checkLinks(t, r)
	}
}

// TestLaterMessagesChangeNoLink: what is said later doesn't change what a message responds to.
func TestLaterMessagesChangeNoLink(t *testing.T) {
	for _, path := range goldPaths(t) {
		whole := transcriptOf(goldFrom(t, path))
		half := *whole
		half.Messages = whole.Messages[:len(whole.Messages)/2]
		all, some := linked(t, whole), linked(t, &half)
		for i := range len(some.messages) - 1 { // the last turn may go on
			if a, b := all.messages[i].links, some.messages[i].links; !slices.Equal(a, b) {
				t.Errorf("%s: message %d responds to %v, and to %v once more was said", path, i, b, a)
			}
		}
	}
}

// longTalk is a chat of n messages in which most of what is said is said again.
func longTalk(n int) *summarize.Transcript {
	lines := []string{}
	for i := range n {
		lines = append(lines, fmt.Sprintf("%s: %s", []string{"ann", "bob", "cas"}[i%3], []string{
			"We should rewrite the parser in Rust.", "I disagree, that is far too much work.",
			"Who is on call this weekend?", "Agreed.", "ann, what does the rewrite cost us?",
		}[i%5]))
	}
	return chat(lines...)
}

// TestLinkProbabilities: to respond to one candidate or another or to nothing is one choice.
func TestLinkProbabilities(t *testing.T) {
	for name, transcript := range map[string]*summarize.Transcript{
		"two topics": twoTopics(), "a debate": queueDebate(), "German": german(), "a long talk": longTalk(farMessages + 40),
	} {
		r := linked(t, transcript)
		var w linking
		for i := range r.messages {
			m := &r.messages[i]
			r.findCandidates(&w, m)
			sum := 0.0
			probabilities := r.scoreCandidates(&w, m)
			if len(probabilities) != len(w.candidates) {
				t.Fatalf("%s: %d probabilities of %d candidates", name, len(probabilities), len(w.candidates))
			}
			for k, p := range probabilities {
				if !(p >= 0 && p <= 1) {
					t.Errorf("%s: message %d responds to %d with probability %v", name, i, w.candidates[k].message, p)
				}
				sum += p
			}
			if nothing := w.scores[len(w.candidates)]; !(sum <= 1+1e-9) || math.Abs(sum+nothing-1) > 1e-9 {
				t.Errorf("%s: message %d responds to something with probability %v, to nothing with %v", name, i, sum, nothing)
			}
		}
	}
}

// TestLinksKeepNoOrder: in which order candidates are considered changes no probability.
func TestLinksKeepNoOrder(t *testing.T) {
	r := linked(t, longTalk(40))
	var w linking
	for i := range r.messages {
		m := &r.messages[i]
		r.findCandidates(&w, m)
		before := slices.Clone(r.scoreCandidates(&w, m))
		slices.Reverse(w.candidates)
		after := slices.Clone(r.scoreCandidates(&w, m))
		slices.Reverse(after)
		for k := range before {
			if math.Abs(before[k]-after[k]) > 1e-12 {
				t.Fatalf("message %d: the probabilities were %v, and in another order %v", i, before, after)
			}
		}
	}
}

// TestCandidates: each is an earlier message by a person, considered once.
func TestCandidates(t *testing.T) {
	transcript := longTalk(farMessages + 60)
	last := len(transcript.Messages) - 1
	for i := range transcript.Messages {
		transcript.Messages[i].Bot = i%7 == 3
	}
	transcript.Messages[last].Bot = false
	transcript.Messages[last].ReplyTo = transcript.Messages[1].ID
	r := understood(t, testTables(t), transcript)
	var w linking
	for i := range r.messages {
		r.findCandidates(&w, &r.messages[i])
		seen := map[int]bool{}
		for _, c := range w.candidates {
			if c.message < 0 || c.message >= i || r.messages[c.message].bot || seen[c.message] {
				t.Errorf("message %d: candidate %d", i, c.message)
			}
			seen[c.message] = true
			far := c.message < i-nearMessages
			if far && c.message < i-farMessages && c.message != r.messages[i].reply {
				t.Errorf("message %d: candidate %d is too far back", i, c.message)
			}
		}
		for c := max(0, i-nearMessages); c < i; c++ {
			if !r.messages[c].bot && !seen[c] {
				t.Errorf("message %d: %d just before it is no candidate", i, c)
			}
		}
		if len(seen) > nearMessages+farCandidates+1 {
			t.Errorf("message %d has %d candidates", i, len(seen))
		}
		if i == last && !seen[1] {
			t.Errorf("message %d is a reply to 1, which is no candidate", i)
		}
	}
}

func TestLikeness(t *testing.T) {
	r := understood(t, testTables(t), chat(
		"ann: The launch moved seven weeks because of the veto.",
		"bob: The weather is lovely today.\n\nThey delayed the release by almost two months.",
		"cas: The launch moved seven weeks because of the veto.",
		"dan: :)",
	))
	same, reworded := r.likeness(&r.messages[2], &r.messages[0]), r.likeness(&r.messages[2], &r.messages[1])
	empty := r.likeness(&r.messages[3], &r.messages[0])
	for _, way := range []int{inWords, unitCovered, inMeaning, unitInMeaning} {
		if math.Abs(same[way]-1) > 0.01 {
			t.Errorf("the same is %v %s", same[way], likenessNames[way])
		}
	}
	if reworded[inWords] > 0.1 || reworded[unitInMeaning] < 0.4 {
		t.Errorf("the same in other words is %v", reworded)
	}
	if reworded[unitInMeaning] <= reworded[inMeaning] {
		t.Errorf("what is half about the same is %v near, and its nearest unit %v", reworded[inMeaning], reworded[unitInMeaning])
	}
	if empty != (likeness{}) {
		t.Errorf("what says nothing is like something: %v", empty)
	}
}

// TestNothingIsDescribedAsCandidatesAre: the features of responding to nothing are the first of a candidate's.
func TestNothingIsDescribedAsCandidatesAre(t *testing.T) {
	r := linked(t, twoTopics())
	var w linking
	m := &r.messages[3]
	r.findCandidates(&w, m)
	candidate, nothing := features{named: true}, features{named: true}
	r.linkFeatures(&candidate, m, w.candidates, 0)
	r.nothingFeatures(&nothing, m)
	n := len(nothing.names)
	if n >= len(candidate.names) || !slices.Equal(nothing.names, candidate.names[:n]) {
		t.Fatalf("nothing is described by %q, a candidate by %q", nothing.names, candidate.names)
	}
	differ := []string{}
	for i := range n {
		if nothing.values[i] != candidate.values[i] {
			differ = append(differ, nothing.names[i])
		}
	}
	if !slices.Equal(differ, []string{"responds to nothing"}) {
		t.Errorf("nothing and a candidate differ in %q", differ)
	}
	probabilities := r.scoreCandidates(&w, m)
	odds := math.Log(probabilities[0] / w.scores[len(probabilities)])
	want := r.linker.scores(candidate.values, nil, nil)[0] - r.linker.scores(nothing.values, nil, nil)[0]
	if math.Abs(odds-want) > 1e-6 {
		t.Errorf("the logarithm of the odds of a candidate against nothing is %v, by their scores %v", odds, want)
	}
}

// TestLinkingCanBeStopped: once nobody waits for it any more, no further message is linked.
func TestLinkingCanBeStopped(t *testing.T) {
	r := understood(t, testTables(t), queueDebate())
	r.assignRoles()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	r.linkMessages(stopped)
	for i := range r.messages {
		if links := r.messages[i].links; len(links) > 0 {
			t.Errorf("message %d responds to %v", i, links)
		}
	}
}
