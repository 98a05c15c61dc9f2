package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Suggestion is a value to choose from.
type Suggestion struct {
	// Label says what it means now, in at most 100 characters.
	Label string
	// Value is what to take for it, in at most 100 characters.
	Value string
}

const (
	mostSuggestions = 25
	longestValue    = 100
)

// SuggestWindows are windows that begin as typed, for ParseWindow, the likeliest first, at
// most 25; "" gives the commonest. The first is what was typed, where that is a window.
func SuggestWindows(typed string, now time.Time, zone *time.Location) []Suggestion {
	now = inZone(now, zone)
	typed = strings.Join(strings.Fields(typed), " ")
	text := strings.ToLower(typed)

	var offers []offer
	for _, o := range append(counted(text), commonest(now)...) {
		if o.matches(text) {
			offers = append(offers, o)
		}
	}
	if w, err := ParseWindow(typed, now, zone); err == nil && text != "" && utf8.RuneCountInString(typed) <= longestValue {
		offers = slices.Insert(offers, 0, typedOffer(typed, w, offers, now))
	}

	var suggestions []Suggestion
	seen := map[string]bool{}
	for _, o := range offers {
		w, err := ParseWindow(o.value, now, zone)
		if err != nil || seen[o.meaning(w)] || len(suggestions) == mostSuggestions {
			continue
		}
		seen[o.meaning(w)] = true
		suggestions = append(suggestions, Suggestion{Label: o.label(w, now), Value: o.value})
	}
	return suggestions
}

// offer is a window that may be suggested.
type offer struct {
	value string
	// name says what it is, "" for the window's own words.
	name string
	// also are other words by which it is found.
	also string
	// any is true where it was made from what was typed, so that it need not match.
	any bool
}

// matches reports whether some of the offer's words begin as typed.
func (o offer) matches(typed string) bool {
	words := " " + strings.ToLower(o.value+" "+o.name+" "+o.also)
	return o.any || typed == "" || strings.Contains(words, " "+typed)
}

// meaning is the same for offers of the same window.
func (o offer) meaning(w Window) string {
	return fmt.Sprint(w.Last, w.Since.UnixNano(), w.From, w.Mine, w.Asked, w.Whole)
}

func (o offer) label(w Window, now time.Time) string {
	switch {
	case o.name == "" && w.Since.IsZero():
		return w.String()
	case o.name == "":
		return "since " + clockTime(w.Since, now)
	case w.Since.IsZero():
		return o.name
	}
	return o.name + " (" + clockTime(w.Since, now) + ")"
}

// typedOffer is the offer of exactly what was typed, under the name that an offer of the same window has.
func typedOffer(typed string, w Window, offers []offer, now time.Time) offer {
	exact := offer{value: typed}
	for _, o := range offers {
		if same, err := ParseWindow(o.value, now, now.Location()); err == nil && o.meaning(same) == o.meaning(w) {
			return o
		}
	}
	return exact
}

// counted are the windows that a number may be meant to begin, such as 3 or "last 3 d".
func counted(text string) []offer {
	text, _ = cutWords(text, "since", "from", "in", "over", "within")
	text, _ = cutWords(text, "the last", "last", "the past", "past")
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	digits := strings.TrimLeft(text[:end], "0")
	begun := strings.TrimSpace(text[end:])
	if digits == "" || len(digits) > 6 {
		return nil
	}
	var offers []offer
	for _, unit := range []string{"hour", "day", "message", "week", "minute"} {
		units := unit + "s"
		if !strings.HasPrefix(units, begun) {
			continue
		}
		value, name := digits+unit[:1], "the last "+digits+" "+units
		if digits == "1" {
			name = "the last " + unit
		}
		if unit == "message" {
			value, name = "last "+digits, ""
		}
		offers = append(offers, offer{value: value, name: name, any: true})
	}
	return offers
}

// commonest are the windows that people ask for most, the likeliest first.
func commonest(now time.Time) []offer {
	offers := []offer{
		{value: "24h", name: "the last 24 hours"},
		{value: "today", name: "since today"},
		{value: "yesterday", name: "since yesterday"},
		{value: "my last message", name: "since your last message", also: "since my last message since i left since i last wrote"},
		{value: "last 200"},
		{value: "3d", name: "the last 3 days"},
		{value: "7d", name: "the last 7 days", also: "last week a week one week"},
		{value: "last 500"},
		{value: "last 1000"},
		{value: "thread", name: "the whole thread", also: "this thread everything all"},
		{value: "my last request", name: "since your last request", also: "since my last request since i last asked"},
		{value: "1h", name: "the last hour", also: "an hour one hour"},
		{value: "6h", name: "the last 6 hours"},
		{value: "12h", name: "the last 12 hours"},
	}
	for back := 1; back <= 7; back++ {
		name := now.AddDate(0, 0, -back).Weekday().String()
		o := offer{value: strings.ToLower(name), name: "since " + name, also: "last " + name}
		if back == 7 {
			o.name += " a week ago"
		}
		offers = append(offers, o)
	}
	return append(offers,
		offer{value: "14d", name: "the last 14 days", also: "the last 2 weeks two weeks"},
		offer{value: "30d", name: "the last 30 days", also: "last month a month one month"},
	)
}
