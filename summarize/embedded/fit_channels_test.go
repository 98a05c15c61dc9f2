//go:build fit

package embedded

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"crux/summarize"
	"crux/summarize/score"
)

const (
	// wovenChannels is how many channels are made: enough that each debate is met in several mixtures.
	wovenChannels = 80
	// leastThreads is how many files of one debate it takes to make channels that differ.
	leastThreads = 4
	// wovenNames is how many people of a debate get a name in a channel; the few beyond stay unnamed.
	wovenNames = 9
)

// weaveChannels weaves debates of one topic each into channels in which two or
// three go on at once among the same people; there are too few real ones to
// learn from. The same files always make the same channels.
func weaveChannels(files []*goldFile, count int) []*goldFile {
	random := rand.New(rand.NewPCG(1, 2))
	var threads []*goldFile
	for _, g := range files {
		if g.isThread() {
			threads = append(threads, g)
		}
	}
	if len(threads) < leastThreads {
		return nil
	}
	var channels []*goldFile
	for range count {
		w := &weaver{random: random, clock: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC), name: threads[0].name}
		for k, at := range random.Perm(len(threads))[:2+random.IntN(2)] {
			w.strands = append(w.strands, newStrand(random, threads[at], strconv.Itoa(k)+"-"))
		}
		channels = append(channels, w.weave())
	}
	return channels
}

// strand is a debate that is woven into a channel.
type strand struct {
	from   []summarize.Message // what is left of it
	before time.Time           // of the message that was taken last
	prefix string              // of its ids
	names  map[string]string   // by author
	rename *strings.Replacer
	taken  []string // the ids of its messages in the channel
}

// newStrand gives a debate's people names that all the debates of a channel share.
func newStrand(random *rand.Rand, g *goldFile, prefix string) *strand {
	s := &strand{from: g.transcript.Messages, prefix: prefix, names: map[string]string{}}
	letters := random.Perm(wovenNames)
	var pairs []string
	for _, m := range s.from {
		if _, named := s.names[m.Author]; !named && len(s.names) < wovenNames {
			name := "person" + string(rune('a'+letters[len(s.names)]))
			s.names[m.Author] = name
			pairs = append(pairs, m.Author, name)
		}
	}
	s.rename = strings.NewReplacer(pairs...)
	return s
}

// take takes the next message, as the channel has it.
func (s *strand) take(now time.Time) summarize.Message {
	m := s.from[0]
	s.from, s.before = s.from[1:], m.Time
	m.ID = s.prefix + m.ID
	s.taken = append(s.taken, m.ID)
	if m.ReplyTo != "" {
		m.ReplyTo = s.prefix + m.ReplyTo
	}
	m.Time, m.Author, m.Text = now, s.names[m.Author], s.rename.Replace(m.Text)
	return m
}

// weaver makes one channel of a few strands, of which it has started some.
type weaver struct {
	random  *rand.Rand
	strands []*strand
	started int
	clock   time.Time
	channel []summarize.Message
	name    string // of a file that went into it
}

func (w *weaver) weave() *goldFile {
	w.started = 1
	for {
		var going []*strand
		for _, s := range w.strands[:w.started] {
			if len(s.from) > 0 {
				going = append(going, s)
			}
		}
		waiting := w.started < len(w.strands)
		switch {
		case waiting && (len(going) == 0 || w.random.IntN(4) == 0):
			w.started++
		case len(going) > 0:
			w.burst(going[w.random.IntN(len(going))])
		default:
			return w.file()
		}
	}
}

// burst takes a few messages of one debate in a row, at times after a long silence.
func (w *weaver) burst(s *strand) {
	length := 1 + w.random.IntN(9)
	if w.random.IntN(4) == 0 {
		w.clock = w.clock.Add(time.Duration(10+w.random.IntN(900)) * time.Minute)
	}
	for n := range min(length, len(s.from)) {
		if n == 0 {
			w.clock = w.clock.Add(time.Duration(20+w.random.IntN(200)) * time.Second)
		} else {
			w.clock = w.clock.Add(min(gap(s.before, s.from[0].Time), 10*time.Minute))
		}
		w.channel = append(w.channel, s.take(w.clock))
	}
}

// file is the channel as a gold file. Of its gold only which messages belong to
// which debate is known: all of a debate's own file, chatter amid it too.
func (w *weaver) file() *goldFile {
	gold := &score.Gold{Channel: true, Messages: w.channel}
	for _, s := range w.strands {
		gold.Golds = append(gold.Golds, score.GoldDebate{Messages: s.taken, Sides: []summarize.Side{{ID: "A"}}})
	}
	g := newGoldFile(w.name, gold, transcriptOf(gold))
	g.woven = true
	return g
}
