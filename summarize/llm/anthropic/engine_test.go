package anthropic_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"crux/summarize"
	"crux/summarize/llm"
	"crux/summarize/llm/fakevendor"
	"crux/summarize/llm/modeltest"
)

// purse adds up what prompts cost.
type purse struct {
	mu    sync.Mutex
	spent []llm.Usage
}

func (p *purse) Hold(context.Context, llm.Usage) (func(llm.Usage), error) {
	return func(u llm.Usage) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.spent = append(p.spent, u)
	}, nil
}

// nobody stands in where nobody is to.
type nobody struct{ t *testing.T }

func (n nobody) Read(context.Context, *summarize.Transcript, func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	n.t.Error("another engine was asked")
	return summarize.EngineInfo{}, nil, nil
}

// Of several debates in a conversation the first is judged with the conversation kept in the cache,
// and the others read it from there. What is read once alone is not kept.
func TestConversationsAreReadFromTheCache(t *testing.T) {
	for debates := 1; debates <= 3; debates++ {
		synctest.Test(t, func(t *testing.T) {
			vendor := fakevendor.New(t, "")
			vendor.Otherwise(func(r fakevendor.Request) fakevendor.Answer {
				if strings.Contains(r.Schema, "verdicts") {
					return fakevendor.Answer{Text: `{"verdicts":[{"objection":"o1","why":"","status":"unanswered","responses":[],"sure":1}]}`}
				}
				return fakevendor.Answer{Text: debated(debates)}
			})
			meter := &purse{}
			engine, err := llm.New(llm.Options{
				Name: "anthropic", Model: newModel(modeltest.Setup{Client: vendor.Client()}), Instead: nobody{t}, Meter: meter, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, found, err := engine.Read(t.Context(), chat(), func(int, int) {}); err != nil || len(found) != debates {
				t.Fatalf("%d debates, %v", len(found), err)
			}
			if len(meter.spent) != 1+debates {
				t.Fatalf("%d prompts", len(meter.spent))
			}
			for i, used := range meter.spent {
				const conversation = 3000 // tokens that it has at least
				keeps, reads := debates > 1 && i == 1, i > 1
				if keeps != (used.Kept > conversation) || !keeps && used.Kept > 0 || reads != (used.Cached > conversation) || reads != (used.Input < conversation) {
					t.Errorf("of %d debates, prompt %d used %+v", debates, i, used)
				}
			}
		})
	}
}

// chat is a conversation that is long enough to be kept.
func chat() *summarize.Transcript {
	t := &summarize.Transcript{}
	for i := range 60 {
		t.Messages = append(t.Messages, summarize.Message{
			ID: fmt.Sprint("m", i), Author: []string{"ann", "bob"}[i%2],
			Text: fmt.Sprintf("Remark %d says that queues lose nothing. %s", i, strings.Repeat("That is how it is with queues, and has been for years. ", 4)),
		})
	}
	return t
}

// debated is an answer with debates of twenty messages each.
func debated(debates int) string {
	var all []string
	for i := range debates {
		all = append(all, fmt.Sprintf(`{"question":"Is remark %[1]d right?","messages":"%[2]d-%[3]d","sides":[{"id":"A","label":"yes","members":["P1"]},{"id":"B","label":"no","members":["P2"]}],"neutral":[],
			"points":[{"id":"p1","side":"A","gist":"Queues lose nothing","quotes":[{"n":%[2]d,"text":"queues lose nothing"}]}],
			"objections":[{"id":"o1","side":"B","gist":"They do not","target":"p1","quotes":[{"n":%[4]d,"text":"queues lose nothing"}]}],"agreements":[]}`, i, 20*i+1, 20*i+20, 20*i+2))
	}
	return `{"debates":[` + strings.Join(all, ",") + `]}`
}
