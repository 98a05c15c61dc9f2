package bot

import "context"

// modelOrder answers what concerns the language model.
func (b *Bot) modelOrder(ctx context.Context, r Request) (*Answer, error) {
	return &Answer{}, nil
}
