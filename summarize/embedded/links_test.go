package embedded

import (
	"context"
	"testing"

	"crux/summarize"
)

// linked is a reading up to what responds to what.
func linked(t testing.TB, transcript *summarize.Transcript) *reading {
	t.Helper()
	tb, err := loadTables()
	if err != nil {
		t.Fatal(err)
	}
	r := tb.read(transcript)
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
			if a, b := all.likeliest(i), some.likeliest(i); a != b {
				t.Errorf("%s: message %d responds to %d, and to %d once more was said", path, i, b, a)
			}
		}
	}
}
