package bot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	// timestamp is Discord's markup for a time, in small letters.
	timestamp = regexp.MustCompile(`^<t:(-?[0-9]{1,11})(?::[a-z])?>$`)
	// clock is a time of day, after a day or alone.
	clock = regexp.MustCompile(`^(?:(.+?),?(?: at)? )?(?:at )?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]m)?|[0-9]{1,2} ?[ap]m)$`)
	// ordinal is a day of the month.
	ordinal = regexp.MustCompile(`^([0-9]{1,2})(?:st|nd|rd|th)$`)
)

// momentOf reads a point in time in normal form, in the zone of now. What it
// returns may lie in the future.
func momentOf(s string, now time.Time) (time.Time, bool) {
	if part := timestamp.FindStringSubmatch(s); part != nil {
		seconds, err := strconv.ParseInt(part[1], 10, 64)
		return time.Unix(seconds, 0).In(now.Location()), err == nil
	}
	// These say their distance from UTC, or have no space before the time of day.
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04",
	} {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(s), now.Location()); err == nil {
			return t.In(now.Location()), true
		}
	}

	part := clock.FindStringSubmatch(s)
	if part == nil {
		d, ok := dateOf(s, now)
		return d.midnight(now.Location()), ok
	}
	ofDay, ok := clockOf(part[2])
	if !ok {
		return time.Time{}, false
	}
	if part[1] != "" {
		d, ok := dateOf(part[1], now)
		return d.at(ofDay, now.Location()), ok
	}
	// A time alone is the latest such one.
	today := dateAt(now)
	if t := today.at(ofDay, now.Location()); !t.After(now) {
		return t, true
	}
	return today.plus(-1).at(ofDay, now.Location()), true
}

// clockOf reads a time of day; only its hour, minute and second mean anything.
func clockOf(s string) (time.Time, bool) {
	s = strings.ReplaceAll(s, " ", "")
	for _, layout := range []string{"15:04", "15:04:05", "3:04pm", "3:04:05pm", "3pm"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// date is a day of the calendar.
type date struct {
	year  int
	month time.Month
	day   int
}

func dateAt(t time.Time) date {
	y, m, d := t.Date()
	return date{y, m, d}
}

func (d date) plus(days int) date {
	return dateAt(time.Date(d.year, d.month, d.day+days, 12, 0, 0, 0, time.UTC))
}

func (d date) at(ofDay time.Time, zone *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, ofDay.Hour(), ofDay.Minute(), ofDay.Second(), 0, zone)
}

// midnight is when the day begins. Where the clocks are put forward at midnight
// that is an hour later, for which time.Date may give the hour before.
func (d date) midnight(zone *time.Location) time.Time {
	t := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
	if t.Hour() == 23 {
		t = t.Add(time.Hour)
	}
	return t
}

// dateOf reads a day in normal form. Without a year it is the latest that has come; a
// weekday is the latest before today.
func dateOf(s string, now time.Time) (date, bool) {
	today := dateAt(now)
	switch s {
	case "today":
		return today, true
	case "yesterday":
		return today.plus(-1), true
	}
	if weekday, ok := weekdayOf(s); ok {
		back := (int(now.Weekday()-weekday)+6)%7 + 1
		return today.plus(-back), true
	}

	words := strings.Fields(strings.ReplaceAll(s, ",", " "))
	for i, word := range words {
		if part := ordinal.FindStringSubmatch(word); part != nil {
			words[i] = part[1]
		} else if word == "sept" {
			words[i] = "sep"
		}
	}
	s = strings.Join(words, " ")
	for _, layout := range []string{"2006-1-2", "2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return dateAt(t), true
		}
	}
	for _, layout := range []string{"2 Jan", "2 January", "Jan 2", "January 2"} {
		if t, err := time.Parse(layout, s); err == nil {
			return latest(t.Month(), t.Day(), now), true
		}
	}
	return date{}, false
}

// latest is the last such day that has begun by now. The 29th of February may be
// eight years back.
func latest(month time.Month, day int, now time.Time) date {
	d := date{now.Year(), month, day}
	for d.plus(0) != d || d.midnight(now.Location()).After(now) {
		d.year--
	}
	return d
}

func weekdayOf(s string) (time.Weekday, bool) {
	switch s {
	case "sunday", "sun":
		return time.Sunday, true
	case "monday", "mon":
		return time.Monday, true
	case "tuesday", "tue", "tues":
		return time.Tuesday, true
	case "wednesday", "wed":
		return time.Wednesday, true
	case "thursday", "thu", "thur", "thurs":
		return time.Thursday, true
	case "friday", "fri":
		return time.Friday, true
	case "saturday", "sat":
		return time.Saturday, true
	}
	return 0, false
}
