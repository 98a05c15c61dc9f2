package gate

import (
	"context"
	"sync"
)

// Account is a server of a platform: whose messages go to the model, and who pays.
type Account struct{ Platform, Server string }

// errand is a piece of work of which prompts are sent.
type errand struct {
	of Account

	mu    sync.Mutex
	spent Spent
}

type errandKey struct{}

// For returns a context whose prompts are an account's, and that counts what they use.
func For(ctx context.Context, a Account) context.Context {
	return context.WithValue(ctx, errandKey{}, &errand{of: a})
}

// SpentIn is what the prompts of a context that For made have used so far.
func SpentIn(ctx context.Context) Spent {
	e, ok := ctx.Value(errandKey{}).(*errand)
	if !ok {
		return Spent{}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.spent
}

func (e *errand) add(s Spent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.spent = e.spent.Add(s)
}

// errandIn is the piece of work that a context's prompts are for; ok is false where it is
// nobody's, or of no server: direct messages are nobody's to consent to.
func errandIn(ctx context.Context) (e *errand, ok bool) {
	e, ok = ctx.Value(errandKey{}).(*errand)
	return e, ok && e.of.Server != ""
}
