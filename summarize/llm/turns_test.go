package llm

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crux/summarize"
)

// twice is a debate about two questions, side by side in one conversation.
const twice = `{"debates":[
	{"question":"Should the jobs move to a queue?","messages":"1-6","sides":[{"id":"A","label":"queue","members":["P1","P3"]},{"id":"B","label":"cron","members":["P2"]}],"neutral":[],
		"points":[{"id":"p1","side":"A","gist":"Runs are lost","quotes":[{"n":1,"text":"Cron loses a run whenever the box reboots"}]}],
		"objections":[{"id":"o1","side":"B","gist":"It is one more thing to run","target":"p1","quotes":[{"n":2,"text":"I disagree"}]}],"agreements":[]},
	{"question":"Does it cost too much?","messages":"7-9","sides":[{"id":"A","label":"no","members":["P1","P3"]},{"id":"B","label":"yes","members":["P2"]}],"neutral":[],
		"points":[],"objections":[{"id":"o1","side":"B","gist":"The cost","target":"A","quotes":[{"n":7,"text":"And what about the cost?"}]}],"agreements":[]}]}`

// asking is a model that notes what it is asked and when; each answer begins after a minute and takes another.
type asking struct {
	extract string // what it extracts, by itself where that is ""

	mu      sync.Mutex
	prompts []Prompt
	at      []time.Time
}

func (*asking) Name() string { return "asking" }

func (m *asking) Answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	return tried(ctx, p, func(p Prompt) (Reply, error) { return m.answer(ctx, p, progress) })
}

func (m *asking) answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	m.mu.Lock()
	m.prompts, m.at = append(m.prompts, p), append(m.at, time.Now())
	m.mu.Unlock()
	time.Sleep(time.Minute)
	progress(1)
	time.Sleep(time.Minute)
	if m.extract != "" && p.Schema.Name == extractSchema.Name {
		return Reply{Text: m.extract}, nil
	}
	return simple{}.Answer(ctx, p, progress)
}

// of are the prompts of a pass, and how long after the first of them each came.
func (m *asking) of(pass Schema) (reused []Reuse, after []time.Duration) {
	var first time.Time
	for i, p := range m.prompts {
		if p.Schema.Name != pass.Name {
			continue
		}
		if first.IsZero() {
			first = m.at[i]
		}
		reused, after = append(reused, p.Reused), append(after, m.at[i].Sub(first))
	}
	return reused, after
}

// A vendor is to keep what is sent again, and nothing else; what it keeps is sent again only once it can have it.
func TestReuse(t *testing.T) {
	for name, c := range map[string]struct {
		chat           *summarize.Transcript
		extract        string
		most           int
		extracts, each Reuse // what is reused of the prompts of either pass
		judged         []time.Duration
	}{
		"one debate":                  {chat: plainDebate(), judged: []time.Duration{0}},
		"two in one conversation":     {chat: plainDebate(), extract: twice, each: SharedReused, judged: []time.Duration{0, time.Minute}},
		"conversations by themselves": {chat: several(3), most: leastInput, extracts: SystemReused, each: SystemReused, judged: []time.Duration{0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &asking{extract: c.extract}
				e := engine(t, Options{Model: m, MostInput: c.most, Conversations: byTopic})
				if info, _, err := e.Read(t.Context(), c.chat, func(int, int) {}); err != nil || info.Degraded != "" {
					t.Fatal(err, info.Degraded)
				}
				other := func(want Reuse) func(Reuse) bool { return func(r Reuse) bool { return r != want } }
				if reused, _ := m.of(extractSchema); slices.ContainsFunc(reused, other(c.extracts)) {
					t.Errorf("of extracting %v is reused, want %v", reused, c.extracts)
				}
				reused, after := m.of(judgeSchema)
				if slices.ContainsFunc(reused, other(c.each)) || !slices.Equal(after, c.judged) {
					t.Errorf("of judging %v is reused, want %v; sent after %v, want %v", reused, c.each, after, c.judged)
				}
			})
		})
	}
}

// Where the first fails, those that wait for it go on.
func TestTheFirstFails(t *testing.T) {
	judged := 0
	e := engine(t, Options{AtOnce: 1, Instead: embedded{}, Model: fake(func(ctx context.Context, p Prompt) (Reply, error) {
		if p.Schema.Name == extractSchema.Name {
			return Reply{Text: twice}, nil
		}
		if judged++; judged == 1 {
			return Reply{}, &Fault{Kind: Declined}
		}
		return simple{}.Answer(ctx, p, func(int) {})
	})})
	info, _, err := e.Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || judged != 2 || !strings.Contains(info.Degraded, string(Declined)) {
		t.Errorf("%v, judged %d times, %+v", err, judged, info)
	}
}
