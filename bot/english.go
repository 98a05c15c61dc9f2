package bot

import (
	"fmt"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// english writes numbers as readers expect them: 5,120.
var english = message.NewPrinter(language.English)

// What every adapter tells people whose request comes to nothing.
const (
	// SayRestarting is said to whoever asks while crux stops.
	SayRestarting = "crux is being restarted. Ask again in a minute."
	// SayTooLong is said where the platform waits for an answer no longer.
	SayTooLong = "This took longer than an answer may take here. Ask about fewer messages."
)

// SayFault tells people that something went wrong, and under which id it was logged.
func SayFault(id string) string {
	return fmt.Sprintf("Something went wrong, and it was logged as `%s`. Try again; if it happens again, tell whoever runs crux here.", id)
}

// Count is a number of things: "1 message", "5,120 messages".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return english.Sprintf("%d %s", n, noun)
}

// Lasting says how long something is: in days where it is whole days, else in hours or minutes.
func Lasting(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return Count(int(d/day), "day")
	case d >= time.Hour:
		return Count(int(d.Round(time.Hour)/time.Hour), "hour")
	}
	return Count(max(1, int(d.Round(time.Minute)/time.Minute)), "minute")
}

// String says in a few words how far an answer is.
func (p Progress) String() string {
	switch {
	case p.Stage == Queued && p.Done <= 0:
		return "⏳ Yours is next."
	case p.Stage == Queued:
		return "⏳ " + Count(p.Done, "request") + " ahead of yours."
	case p.Stage == Reading && p.Done > 0:
		return "📖 Reading… " + Count(p.Done, "message")
	case p.Stage == Reading:
		return "📖 Reading…"
	case p.Stage == Judging && p.Total > 0:
		return fmt.Sprintf("⚖️ Weighing… %d %%", 100*max(0, min(p.Done, p.Total))/p.Total)
	}
	return "⚖️ Weighing…"
}
