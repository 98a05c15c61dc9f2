package bot

import "context"

// digesting answers Digests.
func (b *Bot) digesting(ctx context.Context, r Request, progress func(Progress)) (*Answer, error) {
	return nil, Refusef("Not written yet.")
}

// RunDigests posts digests as they fall due, until ctx ends.
func (b *Bot) RunDigests(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
