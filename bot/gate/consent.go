package gate

import (
	"context"
	"fmt"
	"time"
)

// Allows reports whether messages of an account may go to the model: its server consented to the terms of now.
func (g *Gate) Allows(ctx context.Context, a Account) (bool, error) {
	c, err := g.Consent(ctx, a)
	return c.Given && c.Terms == g.o.To.Terms(), err
}

// Consent is what an account's server decided last, about whatever destination; the zero Consent where nothing.
func (g *Gate) Consent(ctx context.Context, a Account) (Consent, error) {
	if a.Server == "" { // nobody can consent for it
		return Consent{}, nil
	}
	c, err := g.o.Storage.Consent(ctx, a)
	if err != nil {
		return Consent{}, fmt.Errorf("gate: consent: %w", err)
	}
	return c, nil
}

// Decide notes what somebody who may do so decided for an account's server, about the destination of now.
func (g *Gate) Decide(ctx context.Context, a Account, given bool, by string) error {
	if a.Server == "" {
		return fmt.Errorf("gate: no server to decide for")
	}
	c := Consent{Terms: g.o.To.Terms(), Given: given, By: by, At: g.o.Now().UTC().Truncate(time.Microsecond)}
	if err := g.o.Storage.SetConsent(ctx, a, c); err != nil {
		return fmt.Errorf("gate: consent: %w", err)
	}
	return nil
}

// SpentSince is what an account used on each day, in UTC, from that of a time on, in order.
func (g *Gate) SpentSince(ctx context.Context, a Account, from time.Time) ([]DaySpent, error) {
	days, err := g.o.Storage.SpentSince(ctx, a, from)
	if err != nil {
		return nil, fmt.Errorf("gate: use: %w", err)
	}
	return days, nil
}
