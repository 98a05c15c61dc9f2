package embedded

import (
	"slices"
	"strings"
	"testing"

	"crux/summarize"
)

// queueDebate is a plain debate; the tests of this package go on from its last
// message, an objection of yusuf's about what the queue costs.
func queueDebate(more ...string) *summarize.Transcript {
	return chat(append([]string{
		"nadia: I think we should move the nightly jobs from cron to a queue. Cron loses a run whenever the box reboots, and nobody notices for days.",
		"yusuf: I disagree. A queue is one more service to keep alive, and nobody here has run one in production. Who gets paged when it falls over at 3am?",
		"tomasz: Agree with nadia. We lost the billing run twice last month, and both times a customer told us first.",
		"nadia: yusuf, nobody gets paged at 3am, because the cloud provider runs the managed queue and keeps that service alive for us.",
		"tomasz: Cron also has no retries, so every failed job waits until somebody starts it again by hand.",
		"yusuf: But that ignores the price: the managed queue bills us for every single message, and the import job sends four million messages a night.",
	}, more...)...)
}

// became is what the engine says became of the objection that holds these words, "" where there is none.
func became(t *testing.T, transcript *summarize.Transcript, words string) (summarize.Status, *summarize.Objection) {
	t.Helper()
	debates := debatesIn(t, transcript)
	for i := range debates {
		for k := range debates[i].Objections {
			o := &debates[i].Objections[k]
			for _, q := range o.Quotes {
				if strings.Contains(q.Text, words) {
					return o.Status, o
				}
			}
		}
	}
	return "", nil
}

func TestStatus(t *testing.T) {
	const bill = "bills us for every single message"
	tests := map[string]struct {
		then []string
		open bool
		want summarize.Status // "" where only open or closed matters
		in   string           // the message that shows it
	}{
		"nothing": {open: true, want: summarize.Unanswered},
		"conceded": {then: []string{"nadia: yusuf, you're right, I hadn't thought of the price per message. At four million a night the managed queue is too expensive."},
			want: summarize.Conceded, in: "m7"},
		"answered": {then: []string{"nadia: The managed queue doesn't bill for single messages but for batches of ten thousand messages, so the import job's four million messages a night cost us about two cents."},
			want: summarize.Answered, in: "m7"},
		"withdrawn": {then: []string{
			"nadia: It bills for batches of ten thousand messages, so four million messages cost two cents a night.",
			"yusuf: Ok, I take it back then, two cents a night for the messages is fine."},
			want: summarize.Withdrawn, in: "m8"},
		"put off": {then: []string{"nadia: Good question, I don't know what the queue bills us for four million messages. I'll look it up tomorrow."},
			open: true, want: summarize.Acknowledged, in: "m7"},
		"a joke":       {then: []string{"nadia: lol"}, open: true, want: summarize.Unanswered},
		"thanks":       {then: []string{"nadia: thanks!"}, open: true, want: summarize.Unanswered},
		"an insult":    {then: []string{"nadia: you always say that, grandpa"}, open: true},
		"lunch":        {then: []string{"tomasz: who wants pizza for lunch?"}, open: true, want: summarize.Unanswered},
		"restated":     {then: []string{"yusuf: And nobody has said anything about the bill for those messages yet."}, open: true},
		"an ally":      {then: []string{"pat: +1 to yusuf"}, open: true, want: summarize.Unanswered},
		"all of these": {then: []string{"nadia: lol", "tomasz: haha", "nadia: thanks!", "tomasz: lunch?"}, open: true, want: summarize.Unanswered},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			status, o := became(t, queueDebate(test.then...), bill)
			if o == nil {
				t.Fatal("the objection isn't found")
			}
			if status.Open() != test.open || test.want != "" && status != test.want {
				t.Fatalf("it is %s (%v), expected %s (open: %t)", status, o.Responses, test.want, test.open)
			}
			if test.in != "" && (len(o.Responses) == 0 || o.Responses[0].Message != test.in) {
				t.Errorf("%s is shown by %v, expected message %s", status, o.Responses, test.in)
			}
			if status == summarize.Unanswered && len(o.Responses) > 0 {
				t.Errorf("unanswered, in view of %v", o.Responses)
			}
			if o.Confidence < 0 || o.Confidence > 1 {
				t.Errorf("confidence is %f", o.Confidence)
			}
		})
	}
}

// TestAnswerToOneOfTwo: who answers one of two objections in a message has not answered the other.
func TestAnswerToOneOfTwo(t *testing.T) {
	transcript := queueDebate(
		"yusuf: And I disagree on two more counts.\n\nFirst, you assume that the workers can reach the payroll database, but our firewall forbids that. Who opens it?\n\nSecond, you say that retries are good, but they would send the same newsletter twice to every subscriber, because the mailer isn't idempotent.",
		"nadia: On the newsletter: the mailer has had an idempotency key for every subscriber since May, so retries don't send the newsletter twice.",
	)
	if status, o := became(t, transcript, "send the same newsletter twice"); o == nil || status.Open() {
		t.Errorf("the objection that is answered is %q: %v", status, o)
	}
	if status, o := became(t, transcript, "our firewall forbids that"); o == nil || !status.Open() {
		t.Errorf("the objection that is not answered is %q: %v", status, o)
	}
}

// TestChatterClosesNothing: what is said about an objection decides, not how much is said after it.
func TestChatterClosesNothing(t *testing.T) {
	more := []string{}
	for range 8 {
		more = append(more, "tomasz: morning all", "nadia: coffee is ready", "pat: happy birthday cas!!")
	}
	if status, o := became(t, queueDebate(more...), "bills us for every single message"); o == nil || !status.Open() {
		t.Errorf("after a morning of chatter the objection is %q: %v", status, o)
	}
}

func TestBestReplies(t *testing.T) {
	as := func(concedes ...float64) []reply {
		var found []reply
		for i, p := range concedes {
			r := reply{unit: i}
			r.does[replyConcede] = p
			found = append(found, r)
		}
		return found
	}
	for what, c := range map[string]struct {
		found []reply
		want  []int
	}{
		"the best first":             {as(0.3, 0.8, 0.5), []int{1, 2}},
		"of equals the first":        {as(0.5, 0.5, 0.5, 0.5), []int{0, 1, 2}},
		"a small one where it leads": {as(0.1, 0), []int{0}},
		"none that can't be one":     {as(0, 0), nil},
		"none of nothing":            {nil, nil},
	} {
		var got []int
		for _, r := range bestReplies(c.found, replyConcede) {
			got = append(got, r.unit)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	if got := bestReplies(as(0.3), replyNone); got != nil {
		t.Errorf("what is no reply is shown by %v", got)
	}
}

// TestConcessionsSaySo: what is shown as somebody's giving in has words for it.
func TestConcessionsSaySo(t *testing.T) {
	tb, shown := testTables(t), 0
	for _, path := range goldPaths(t) {
		for _, d := range debatesIn(t, transcriptOf(goldFrom(t, path))) {
			for _, o := range d.Objections {
				if o.Status != summarize.Conceded {
					continue
				}
				for _, response := range o.Responses {
					shown++
					units := tb.read(chat("ann: " + response.Text)).units
					if !slices.ContainsFunc(units, func(u unit) bool { return u.concedes || u.withdraws || u.agrees }) {
						t.Errorf("%s: %q is shown as a concession", path, response.Text)
					}
				}
			}
		}
	}
	if shown == 0 {
		t.Error("nothing is conceded in any debate")
	}
}
