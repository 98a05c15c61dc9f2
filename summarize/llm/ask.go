package llm

import "context"

// Meter bounds what a model may cost. Its methods may be called from several goroutines.
type Meter interface {
	// Hold is asked right before a prompt is sent, which then costs most at most, about; also where
	// it is sent again after a fault. Its error is why the prompt is not sent: a *Fault, of the kind
	// Exhausted where the budget is used up, and Unallowed where the messages may not go to the
	// model, or that of ctx. settle is called once, with what that sending cost in the end, also
	// where the answer was of no use; also after ctx has ended. Where nobody knows what it cost, it
	// is about what was sent.
	Hold(ctx context.Context, most Usage) (settle func(Usage), err error)
}

// ask has the model answer in the form of T, and once more, with what was wrong, where it does not.
func ask[T any](ctx context.Context, r *reading, p Prompt, progress func(bytes int), usable func(*T) error) (T, error) {
	for attempt := 0; ; attempt++ {
		reply, err := r.answer(ctx, p, progress)
		if err != nil {
			var none T
			return none, err
		}
		out, err := decode[T](reply.Text, p.Schema.Name)
		if err == nil {
			err = usable(&out)
		}
		if err == nil {
			return out, nil
		}
		if attempt == mostRepairs {
			return out, &Fault{Kind: Unreadable, Err: err}
		}
		told := "That could not be used: " + err.Error() + "."
		if reply.Cut {
			told += " The answer was cut off because it was too long: be briefer."
		}
		told += " Answer again with the whole JSON object in the form that was asked for, and nothing else."
		p = r.repair(p, reply.Text, told)
	}
}

// mostRepairs is how often a model is asked again for an answer that can be used.
const mostRepairs = 1

// repair is a prompt with what was wrong with its answer. Where there is no room for the answer,
// or there was none, the model is asked afresh.
func (r *reading) repair(p Prompt, answer, told string) Prompt {
	if answer == "" || p.About(0).Input+tokensOf(answer)+tokensOf(told) > r.o.MostInput {
		p.Ask += "\n\nAn earlier answer was of no use. " + told
		return p
	}
	p.Repair = append(p.Repair, Turn{Answer: answer, Told: told})
	return p
}

// answer has the model answer once, where there is room and within the budget.
func (r *reading) answer(ctx context.Context, p Prompt, progress func(bytes int)) (Reply, error) {
	if r.o.Room != nil {
		if err := r.o.Room.Acquire(ctx, 1); err != nil {
			return Reply{}, err
		}
		defer r.o.Room.Release(1)
	}
	if err := ctx.Err(); err != nil {
		return Reply{}, err
	}
	if p.shown != nil {
		p.Shared = p.shown()
	}
	if r.o.Meter != nil { // only now: what is true before the wait for room need not be after it
		most := p.most()
		p.Begin = func(ctx context.Context) (func(Usage), error) { return r.o.Meter.Hold(ctx, most) }
	}
	reply, err := r.o.Model.Answer(ctx, p, progress)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	r.spent = r.spent.Add(reply.Usage)
	return reply, err
}

// most is about what a prompt costs at most.
func (p Prompt) most() Usage {
	most := p.About(0)
	most.Output = p.MostTokens
	if p.Reused != NothingReused {
		most.Kept = most.Input
	}
	return most
}
