package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"crux/bot/gate"
)

// status answers Status, to the asker alone.
func (b *Bot) status(ctx context.Context, r Request) (*Answer, error) {
	if err := b.limiter.allow(r.Asker, r.Here.Server, b.o.Now()); err != nil {
		return nil, err
	}
	if r.Here.Server == "" {
		return nil, Refusef("That concerns a server. Ask for it in a channel of that server.")
	}
	if err := b.o.Platform.MayManageServer(ctx, r.Asker, r.Here.Server); err != nil {
		return nil, err
	}
	r.Share = false
	reads, err := b.readerWords(ctx, r)
	if err != nil {
		return nil, err
	}
	lines := []string{reads}
	if b.o.Model == nil {
		lines = append(lines, sayNoModel)
	} else {
		used, err := b.usedWords(ctx, r.Here.Server)
		if err != nil {
			return nil, err
		}
		lines = append(lines, used...)
	}
	counted, err := b.countedWords(ctx, r.Here.Server)
	if err != nil {
		return nil, err
	}
	return &Answer{Request: r, Said: strings.Join(append(lines, counted), "\n")}, nil
}

// spentDays is over how many days what was used is told.
const spentDays = 30

// usedWords say what a server used of the language model, and what is left for today.
func (b *Bot) usedWords(ctx context.Context, server string) ([]string, error) {
	g := b.o.Model.Gate
	now := b.o.Now().UTC()
	today := now.Truncate(day)
	days, err := g.SpentSince(ctx, b.account(server), today.Add(-(spentDays-1)*day))
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	var all, ofToday gate.Spent
	for _, d := range days {
		all = all.Add(d.Spent)
		if !d.Day.Before(today) {
			ofToday = ofToday.Add(d.Spent)
		}
	}
	isPriced := g.Prices().Known()
	lines := []string{
		"Used today: " + spentWords(ofToday, isPriced) + ".",
		fmt.Sprintf("Used in %d days: ", spentDays) + spentWords(all, isPriced) + ".",
	}
	bounds := boundsOf(g.Budget())
	if bounds == "" {
		return append(lines, "There is no bound to what may be used in a day."), nil
	}
	return append(lines, "A day's budget: "+bounds+", of which "+leftWords(g.Budget(), ofToday)+". The next day begins at "+stamp(today.Add(day))+"."), nil
}

// spentWords is what was used, in words.
func spentWords(s gate.Spent, isPriced bool) string {
	if s.Prompts == 0 && s.Total() == 0 {
		return "nothing"
	}
	words := Count(s.Prompts, "prompt") + ", " + Count(s.Total(), "token") +
		english.Sprintf(" (%d read, %d from the vendor's cache, %d written)", s.Input, s.Cached, s.Output)
	if isPriced {
		words += ", " + dollars(s.USD)
	}
	return words
}

// leftWords is what is left of a budget.
func leftWords(b gate.Budget, spent gate.Spent) string {
	left := boundsOf(gate.Budget{Tokens: max(0, b.Tokens-spent.Total()), USD: max(0, b.USD-spent.USD)})
	isUsedUp := b.Tokens > 0 && spent.Total() >= b.Tokens || b.USD > 0 && spent.USD >= b.USD
	if isUsedUp || left == "" {
		return "nothing is left"
	}
	return left + " are left"
}

// countedWords say how much is set up in a server.
func (b *Bot) countedWords(ctx context.Context, server string) (string, error) {
	watched, err := b.o.Storage.Watched(ctx, b.platform())
	if err != nil {
		return "", fmt.Errorf("bot: %w", err)
	}
	followed := 0
	for _, w := range watched {
		if w.Place.Server == server {
			followed++
		}
	}
	digests, err := b.o.Storage.Digests(ctx, b.platform(), server)
	if err != nil {
		return "", fmt.Errorf("bot: %w", err)
	}
	return "I follow " + Count(followed, "channel") + " here, and post " + Count(len(digests), "digest") + ". " +
		"I have been running since " + stamp(b.began.Truncate(time.Second)) + ".", nil
}
