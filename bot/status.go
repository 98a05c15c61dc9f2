package bot

import "context"

// status answers Status.
func (b *Bot) status(ctx context.Context, r Request) (*Answer, error) {
	return &Answer{Request: r}, nil
}
