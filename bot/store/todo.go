package store

import (
	"context"
	"errors"
	"time"

	"crux/bot"
	"crux/bot/digest"
	"crux/bot/ledger"
)

var errTODO = errors.New("store: not written yet")

func (s *Store) Ledger(context.Context, string, bot.Place) (bot.Ledger, error) {
	return bot.Ledger{}, errTODO
}
func (s *Store) PutLedger(context.Context, string, bot.Place, bot.Ledger) error { return errTODO }
func (s *Store) Ledgers(context.Context, string) ([]bot.Place, error)           { return nil, errTODO }
func (s *Store) Disown(context.Context, string, bot.Place, ledger.Disowned) error {
	return errTODO
}
func (s *Store) Disowned(context.Context, string, bot.Place) ([]ledger.Disowned, error) {
	return nil, errTODO
}

func (s *Store) Claim(context.Context, string, time.Time, time.Duration, int) ([]digest.Run, error) {
	return nil, errTODO
}
func (s *Store) NextDue(context.Context, string) (time.Time, error) { return time.Time{}, errTODO }
func (s *Store) Ask(context.Context, int64, time.Time) error        { return errTODO }
func (s *Store) Posting(context.Context, digest.Run, time.Time, []byte, time.Duration) error {
	return errTODO
}
func (s *Store) Retry(context.Context, digest.Run, time.Time) error       { return errTODO }
func (s *Store) Finish(context.Context, digest.Run, digest.Outcome) error { return errTODO }
func (s *Store) PruneRuns(context.Context, time.Time) (int, error)        { return 0, errTODO }

func (s *Store) AddDigest(context.Context, string, bot.Digest) (bot.Digest, error) {
	return bot.Digest{}, errTODO
}
func (s *Store) Digests(context.Context, string, string) ([]bot.Digest, error) { return nil, errTODO }
func (s *Store) Digest(context.Context, string, string, int) (bot.Digest, error) {
	return bot.Digest{}, errTODO
}
func (s *Store) DigestOf(context.Context, int64) (bot.Digest, error) { return bot.Digest{}, errTODO }
func (s *Store) PauseDigest(context.Context, int64, bool, time.Time) error {
	return errTODO
}
func (s *Store) RemoveDigest(context.Context, int64) error { return errTODO }

func (s *Store) Exclude(context.Context, string, bot.Exclusion) (int, error) { return 0, errTODO }
func (s *Store) Exclusions(context.Context, string) ([]bot.Exclusion, error) { return nil, nil }
func (s *Store) KeptAbout(context.Context, string, string) (bot.KeptRows, error) {
	return bot.KeptRows{}, errTODO
}
func (s *Store) RemovePerson(context.Context, string, string) (bot.KeptRows, error) {
	return bot.KeptRows{}, errTODO
}
func (s *Store) PostsAbout(context.Context, string, string) ([]bot.Post, error) { return nil, errTODO }
func (s *Store) Retention(context.Context, string, string) (time.Duration, error) {
	return 0, nil
}
func (s *Store) SetRetention(context.Context, string, string, time.Duration) error { return errTODO }
func (s *Store) Log(context.Context, string, string, bot.LogEntry) error           { return errTODO }
func (s *Store) Changes(context.Context, string, string, int) ([]bot.LogEntry, error) {
	return nil, errTODO
}

func (s *Store) ThreadsKept(context.Context, string, bot.Place) ([]bot.Place, error) {
	return nil, errTODO
}
