package render

import (
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"crux/summarize"
)

// fewMessages is where it begins to say something that no debate was found: whether two
// remarks are a debate often shows only in what is said around them.
const fewMessages = 12

// noDebate says that none was found, and no more than that. It is foreign where the reader asked for a topic.
func noDebate(c cleaner, messages int) string {
	words := "No debate"
	if topic := elide(c.line(c.o.About), "", aboutLimit); topic != "" {
		words += " about “" + topic + "”"
	}
	switch {
	case messages == 0:
		return "No debate found: there were no messages to read."
	case messages == 1:
		return words + " found in this one message."
	}
	words += " found in these " + Number(messages) + " messages."
	if messages < fewMessages {
		words += " In so few, one is easily missed."
	}
	return words
}

// windowWords says what was read: "41 messages, 5 people, 2 Mar 2026, 14:05–19:40 UTC".
func windowWords(w summarize.Window) string {
	words := size(w.Messages, w.People)
	if w.From.IsZero() || w.To.IsZero() {
		return words
	}
	from, to := w.From.UTC(), w.To.UTC()
	switch {
	case from.Format(minute) == to.Format(minute):
		return words + ", " + moment(from)
	case from.Format(day) == to.Format(day):
		return words + ", " + from.Format(minute) + "–" + to.Format("15:04 UTC")
	}
	return words + ", " + from.Format(minute) + " to " + moment(to)
}

const (
	day    = "2 Jan 2006"
	minute = day + ", 15:04"
)

// moment is a time as shown, in UTC.
func moment(t time.Time) string { return t.UTC().Format(minute + " UTC") }

// size says how much was said, and by how many where anybody is named.
func size(messages, people int) string {
	if people == 0 {
		return count(messages, "message")
	}
	return count(messages, "message") + ", " + count(people, "person")
}

// count is a number with its noun, in the plural where it needs one.
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "person":
		return Number(n) + " people"
	}
	return Number(n) + " " + noun + "s"
}

// Number is a number as readers of English write it: 12,000.
func Number(n int) string { return message.NewPrinter(language.English).Sprint(n) }
