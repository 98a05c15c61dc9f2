package embedded

import (
	"context"

	"crux/summarize"
)

// Conversations separates what people talk about at the same time: the ids of the messages of
// each conversation, in order of its first. What programs posted is in none.
func (e *Engine) Conversations(ctx context.Context, t *summarize.Transcript) ([][]string, error) {
	r := e.tables.read(t)
	for _, stage := range []func(){func() { r.understand(ctx) }, r.assignRoles, func() { r.linkMessages(ctx) }, r.judgeStances, r.findThreads} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		stage()
	}
	r.gather(r.goesOnWith)
	type conversation struct{ debate, thread int }
	place, all := map[conversation]int{}, [][]string{}
	for i := range r.messages {
		m := &r.messages[i]
		if m.bot {
			continue
		}
		key := conversation{m.debate, undecided}
		if m.debate == undecided { // chatter, or too little of a debate to tell
			key.thread = m.thread
		}
		if _, known := place[key]; !known {
			place[key] = len(all)
			all = append(all, nil)
		}
		all[place[key]] = append(all[place[key]], t.Messages[i].ID)
	}
	return all, ctx.Err()
}
