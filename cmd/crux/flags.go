package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"crux/bot"
)

// Both flag types below reject a bad value while the command line is parsed,
// before anything is read.
var (
	_ pflag.Value = (*choice)(nil)
	_ pflag.Value = (*moment)(nil)
)

// choice is a flag whose value is one of a few words.
type choice struct {
	value string
	known []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "word" }

func (c *choice) Set(s string) error {
	if !slices.Contains(c.known, s) {
		return fmt.Errorf("expected one of %s", strings.Join(c.known, ", "))
	}
	c.value = s
	return nil
}

// moment is a flag that names a point in time: either outright, or as a span
// back from the transcript's last message. The zero moment is none.
type moment struct {
	text string
	at   time.Time
	day  bool // at is a whole day, not an instant
	back time.Duration
}

func (m *moment) String() string { return m.text }
func (m *moment) Type() string   { return "time" }

func (m *moment) Set(s string) error {
	if span, ok := bot.ParseSpan(s); ok {
		*m = moment{text: s, back: span}
		return nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime, time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			*m = moment{text: s, at: at, day: layout == time.DateOnly}
			return nil
		}
	}
	return errors.New(`expected 2026-03-02, "2026-03-02 14:05" or 2026-03-02T14:05:00Z, or a span back from the last message: 90m, 24h, 3d, 2w`)
}

func (m *moment) set() bool { return m.text != "" }

// start is the first instant that the moment includes; last is the time of the
// transcript's last message.
func (m *moment) start(last time.Time) time.Time {
	if m.back > 0 {
		return last.Add(-m.back)
	}
	return m.at
}

// end is the first instant after the moment: a day ends with its midnight, so
// that --until 2026-03-02 includes that day.
func (m *moment) end(last time.Time) time.Time {
	if m.day {
		return m.at.AddDate(0, 0, 1)
	}
	return m.start(last)
}
