//go:build fit

package embedded

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"crux/summarize"
)

// chatRecipe is for the linker that is fitted to Ubuntu's chat.
var chatRecipe = recipe{hidden: 48, starts: 2, epochs: 6, batch: 64, rate: 2e-3, decay: 0.01, drop: 0.1}

const (
	// chatShare is of how many messages of Ubuntu's chat one is learned from.
	chatShare = 2
	// rareSpread is how much, as a standard deviation, a feature must vary: the few
	// examples of one that hardly ever holds throw the fit of all others off.
	rareSpread = 0.05
)

// TestPublicLinksUbuntu prints how well replies are found in the chat of Ubuntu's
// users (Kummerfeld et al. 2019), where most talk to one other person in the midst
// of many, as in no debate: the linker, told besides who has been talking to whom
// (fit_public_chat_test.go), is fitted to its train part. It is no part of what
// ships, since debates are read worse with it. Every message is judged by itself, and
// what the chat says of who came and went responds to nothing. The figure is the
// F1 of the links of all messages, where one that responds to nothing has a link
// to itself.
func TestPublicLinksUbuntu(t *testing.T) {
	tb := testTables(t)
	var tr trainer
	for _, log := range readBenchmark[chatLog](t, "irc_ubuntu", "train") {
		log.learn(t, tb, &tr)
	}
	t.Logf("%d messages to learn from", len(tr.groups))
	tb.linker = fitChat(t, &tr)
	var all found
	for _, log := range readBenchmark[chatLog](t, "irc_ubuntu", "dev") {
		links := log.link(t, tb)
		for _, l := range log.Links {
			all.there++
			all.right += int(b2f(links[l[0]] == l[1]))
		}
		all.said += len(links)
	}
	t.Logf("irc_ubuntu dev, links: %v", all)
}

// TestPublicLinksMolweni prints how well replies are found in short chats of several
// people (Molweni, Li et al. 2020) by the linker that ships, to which such chats
// are foreign. The figure is the F1 of the links: of the likeliest of each message, as
// one responds to one there, and of those that the engine would go by.
func TestPublicLinksMolweni(t *testing.T) {
	tb := testTables(t)
	var likeliest, linked found
	for _, log := range readBenchmark[chatLog](t, "molweni", "dev") {
		there := map[[2]int]bool{}
		for _, l := range log.Links {
			there[[2]int{max(l[0], l[1]), min(l[0], l[1])}] = true
		}
		likeliest.there += len(there)
		linked.there += len(there)
		r := log.read(t, tb)
		w := linking{hidden: make([]float64, 0, r.linker.width)}
		for i := range r.messages {
			m := &r.messages[i]
			r.findCandidates(&w, m)
			if k, _ := most(r.scoreCandidates(&w, m)); k >= 0 {
				likeliest.said++
				likeliest.right += int(b2f(there[[2]int{i, w.candidates[k].message}]))
			}
		}
		r.linkMessages(t.Context())
		for i := range r.messages {
			for _, l := range r.messages[i].links {
				linked.said++
				linked.right += int(b2f(there[[2]int{i, l.to}]))
			}
		}
	}
	t.Logf("molweni dev, likeliest links: %v", likeliest)
	t.Logf("molweni dev, links as the engine has them: %v", linked)
}

// most is which of the values is greatest, the first of such; -1 where there are none.
func most(values []float64) (at int, value float64) {
	at, value = -1, math.Inf(-1)
	for i, v := range values {
		if v > value {
			at, value = i, v
		}
	}
	return at, value
}

// chatLog is a stretch of a chat of which some messages are annotated.
type chatLog struct {
	Messages  []chatMessage
	Links     []chatLink
	Annotated [2]int // the first and the last message
}

type chatMessage struct {
	Author, Text, Time, Kind string
}

// chatLink is a message and the one that it responds to, itself where that is none.
type chatLink [2]int

// UnmarshalJSON leaves out what kind of link it is.
func (l *chatLink) UnmarshalJSON(data []byte) error {
	var parts []any
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	for i := range l {
		n, _ := parts[i].(float64)
		l[i] = int(n)
	}
	return nil
}

// chatReading is a log as the engine reads it.
type chatReading struct {
	*reading
	source []int // the message of the log that each message is
	talk
}

// read reads a log message by message.
func (l *chatLog) read(t testing.TB, tb *tables) *chatReading {
	t.Helper()
	r := &chatReading{talk: newTalk()}
	var times []time.Time
	transcript := &summarize.Transcript{}
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, m := range l.Messages {
		if at, err := time.Parse("15:04", m.Time); err == nil {
			minutes := (at.Hour()-clock.Hour())*60 + at.Minute() - clock.Minute()
			if minutes < -12*60 {
				minutes += 24 * 60 // past midnight
			}
			clock = clock.Add(time.Duration(max(0, minutes)) * time.Minute)
		}
		if m.Kind == "system" {
			continue
		}
		r.source = append(r.source, i)
		times = append(times, clock)
		// Without a time, messages aren't joined into turns.
		transcript.Messages = append(transcript.Messages, summarize.Message{ID: strconv.Itoa(i), Author: m.Author, Text: m.Text})
	}
	r.reading = tb.read(transcript)
	for i := range r.messages {
		r.messages[i].time = times[i]
	}
	r.understand(t.Context())
	r.assignRoles()
	return r
}

// learn notes what there is to learn from in a log. What responds to what earlier is known to later messages as annotated.
func (l *chatLog) learn(t testing.TB, tb *tables, tr *trainer) {
	t.Helper()
	r := l.read(t, tb)
	responds := map[chatLink]bool{}
	for _, link := range l.Links {
		responds[link] = true
	}
	var w linking
	for i, source := range r.source {
		if source < l.Annotated[0] || source > l.Annotated[1] {
			continue
		}
		m := &r.messages[i]
		r.findCandidates(&w, m)
		candidates := make(group, 0, len(w.candidates)+1)
		right := 0
		for k := range len(w.candidates) + 1 {
			f := features{named: len(tr.names) == 0}
			to := source // nothing
			if r.describe(&f, m, w.candidates, k); k < len(w.candidates) {
				to = r.source[w.candidates[k].message]
			}
			if f.named && k < len(w.candidates) {
				tr.names = f.names
			}
			is := responds[chatLink{source, to}]
			right += int(b2f(is))
			if is && to != source {
				m.links = append(m.links, link{to: w.candidates[k].message, sure: 1})
			}
			candidates = append(candidates, example{slices.Clip(f.values), classOf(is), 1})
		}
		r.put(m)
		if i%chatShare == 0 && right > 0 {
			tr.groups = append(tr.groups, candidates)
		}
	}
}

// fitChat fits a linker to chat, without features that hardly ever hold.
func fitChat(t testing.TB, tr *trainer) *network {
	t.Helper()
	_, spread := moments(tr.examples(), len(tr.names))
	for _, candidates := range tr.groups {
		for _, e := range candidates {
			for f := range e.values {
				if spread[f] < rareSpread {
					e.values[f] = 0
				}
			}
		}
	}
	n := tr.fitNetwork(t, "linker", chatRecipe, "responds")
	for f := range n.features {
		if spread[f] < rareSpread {
			clear(n.in[f*n.width:][:n.width])
		}
	}
	return n
}

// link finds the likeliest message that each annotated one responds to, itself for none.
func (l *chatLog) link(t testing.TB, tb *tables) map[int]int {
	t.Helper()
	links := map[int]int{}
	for i := l.Annotated[0]; i <= l.Annotated[1]; i++ {
		links[i] = i
	}
	r := l.read(t, tb)
	w := linking{hidden: make([]float64, 0, r.linker.width)}
	for i, source := range r.source {
		if _, annotated := links[source]; !annotated {
			continue
		}
		m := &r.messages[i]
		r.findCandidates(&w, m)
		w.scores = w.scores[:0]
		for k := range len(w.candidates) + 1 {
			w.f.values = w.f.values[:0]
			r.describe(&w.f, m, w.candidates, k)
			w.score = r.linker.scores(w.f.values, w.hidden, w.score)
			w.scores = append(w.scores, w.score[0])
		}
		if k, sure := most(w.scores); k < len(w.candidates) {
			m.links = []link{{to: w.candidates[k].message, sure: sure}}
			links[source] = r.source[m.links[0].to]
		}
		r.put(m)
	}
	return links
}
