package store

import (
	"context"
	"time"

	"crux/bot/gate"
)

// Consent implements gate.Storage.
func (s *Store) Consent(ctx context.Context, a gate.Account) (gate.Consent, error) {
	return gate.Consent{}, nil
}

// SetConsent implements gate.Storage.
func (s *Store) SetConsent(ctx context.Context, a gate.Account, c gate.Consent) error { return nil }

// Spend implements gate.Storage.
func (s *Store) Spend(ctx context.Context, a gate.Account, at time.Time, spent gate.Spent) error {
	return nil
}

// SpentSince implements gate.Storage.
func (s *Store) SpentSince(ctx context.Context, a gate.Account, from time.Time) ([]gate.DaySpent, error) {
	return nil, nil
}
