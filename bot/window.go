package bot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a window may ask for at most; how much is read at most is Limits.Messages.
const (
	mostMessages = 100_000
	mostYears    = 10
	// longestWords is more than any window needs, in bytes.
	longestWords = 300
)

var (
	// messageID is a Discord message's id. Other numbers are counts.
	messageID   = regexp.MustCompile(`^[0-9]{17,20}$`)
	countOfSome = regexp.MustCompile(`^([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)( ?(?:messages?|msgs?|posts?))?$`)
)

// ParseWindow reads a window as people type it, in letters of either case: a
// number of messages (last 200), a span (24h, 3 days), a day (yesterday, monday, 2 March,
// 2026-03-02 14:05), a Discord timestamp, the id of a Discord message, a link to a message, or
// words for the whole thread and for the asker's last message and request. Days
// begin and times are told in zone, nil for UTC. "" is the zero Window. An error is a *Refusal.
//
// Of a link only the message is in the Window: whether it lies in the place that
// is asked about is for the caller to check, with ParseLink.
func ParseWindow(words string, now time.Time, zone *time.Location) (Window, error) {
	text := normal(words)
	now = inZone(now, zone)
	switch {
	case text == "":
		return Window{}, nil
	case len(words) > longestWords:
		return Window{}, notUnderstood(words)
	case strings.Contains(text, "://"):
		return windowOfLink(words)
	}
	if w, ok := windowOfPhrase(text); ok {
		return w, nil
	}

	rest, since := cutWords(text, "since", "from", "in", "over", "within")
	switch rest {
	case "last week", "last month", "last year":
		return Window{}, Refusef("%q can mean more than one stretch. Say how far back, such as 7d or 30d, or a date, such as 2026-03-02.", rest)
	}
	rest, last := cutWords(rest, "the last", "last", "the past", "past")
	if count := countOfSome.FindStringSubmatch(rest); count != nil {
		switch isBare := count[2] == ""; {
		case isBare && !last && isMessageID(rest):
			return Window{From: rest}, nil
		case isBare && !last && since:
			return Window{}, notUnderstood(words)
		}
		return windowOfCount(count[1])
	}
	if _, isUnit := unitOf(rest); last && isUnit {
		rest = "1 " + rest // the last hour
	}
	if span, ok := spanOf(rest); ok {
		return windowOfSpan(span, now)
	}
	if last {
		if _, isWeekday := weekdayOf(rest); !isWeekday {
			return Window{}, notUnderstood(words)
		}
	}
	if at, ok := momentOf(rest, now); ok {
		return windowSince(at, now)
	}
	return Window{}, notUnderstood(words)
}

func inZone(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}

// cutWords cuts the first of these openings that text has.
func cutWords(text string, openings ...string) (rest string, found bool) {
	for _, opening := range openings {
		if rest, found := strings.CutPrefix(text, opening+" "); found {
			return rest, true
		}
	}
	return text, false
}

func windowOfPhrase(text string) (Window, bool) {
	text, _ = cutWords(text, "since", "from")
	switch text {
	case "thread", "this thread", "the thread", "whole thread", "the whole thread", "everything", "all":
		return Window{Whole: true}, true
	case "my last message", "my last post", "i left", "i last wrote", "i last posted", "i last spoke":
		return Window{Mine: true}, true
	case "my last request", "my last question", "i last asked", "i asked":
		return Window{Asked: true}, true
	}
	return Window{}, false
}

func windowOfLink(words string) (Window, error) {
	if _, id, ok := ParseLink(words); ok {
		return Window{From: id}, nil
	}
	return Window{}, Refusef("I don't take that for a link to a message. Copy one with the message's own menu.")
}

func windowOfCount(digits string) (Window, error) {
	n, err := strconv.Atoi(strings.ReplaceAll(digits, ",", ""))
	if err != nil || n < 1 || n > mostMessages {
		return Window{}, &Refusal{Reason: english.Sprintf("Say a number of messages from 1 to %d.", mostMessages)}
	}
	return Window{Last: n}, nil
}

func windowOfSpan(span time.Duration, now time.Time) (Window, error) {
	if span <= 0 {
		return Window{}, Refusef("A span counts back from now, so it must be above zero, such as 90m, 24h or 3d.")
	}
	return windowSince(now.Add(-span), now)
}

func windowSince(at, now time.Time) (Window, error) {
	switch {
	case at.After(now):
		return Window{}, Refusef("%s has not come yet. Say a time in the past, such as 24h or yesterday.", clockTime(at, now))
	case at.Before(now.AddDate(-mostYears, 0, 0)):
		return Window{}, Refusef("That is more than %d years back. Say a later time.", mostYears)
	}
	return Window{Since: at}, nil
}

func isMessageID(digits string) bool {
	_, err := strconv.ParseUint(digits, 10, 64)
	return err == nil && messageID.MatchString(digits)
}

// shownOfWords is how much of what was typed a refusal repeats, in characters.
const shownOfWords = 60

func notUnderstood(words string) *Refusal {
	words = strings.Join(strings.Fields(words), " ")
	if utf8.RuneCountInString(words) > shownOfWords {
		words = string([]rune(words)[:shownOfWords]) + "…"
	}
	return Refusef("I don't understand %q. Say which messages to read with, for example, last 200, 24h, 3d, yesterday, monday, 2026-03-02, or a link to a message.", words)
}

// String says in words for people what the window is, so that it can follow a
// colon or "I read". Times are told in the zone that they are in.
func (w Window) String() string {
	words := w.start()
	switch {
	case w.To != "" && w.From != "":
		return "from one message to another"
	case w.To != "":
		return words + ", up to one message"
	}
	return words
}

func (w Window) start() string {
	switch {
	case w.Last == 1:
		return "the last message"
	case w.Last > 1:
		return english.Sprintf("the last %d messages", w.Last)
	case !w.Since.IsZero():
		return "since " + w.Since.Format("Mon 2 Jan 2006, 15:04 MST")
	case w.From != "":
		return "from one message on"
	case w.Mine:
		return "since your last message"
	case w.Asked:
		return "since your last request"
	case w.Whole:
		return "the whole thread"
	}
	return english.Sprintf("the whole thread, or the last %d messages of a channel", DefaultLast)
}

// clockTime is a time as people say it now: the year only where it is another.
func clockTime(t, now time.Time) string {
	if t.Year() == now.Year() {
		return t.Format("Mon 2 Jan, 15:04 MST")
	}
	return t.Format("Mon 2 Jan 2006, 15:04 MST")
}
