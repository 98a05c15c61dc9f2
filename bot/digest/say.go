package digest

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// String is the schedule in words: "weekdays at 08:30 (Europe/Berlin)". ParseSchedule reads what
// stands before the bracket, save of a cron expression that names days both of the week and
// of the month.
func (s Schedule) String() string {
	if s.hours == 0 {
		return "never"
	}
	words, times := s.dayWords(), s.timeWords()
	if words == "" && !strings.HasPrefix(times, "at ") {
		words = times
	} else if words == "" {
		words = "daily " + times
	} else {
		words += " " + times
	}
	if s.months != allMonths {
		words += " in " + joined(names(uint64(s.months), func(i int) string { return time.Month(i).String() }))
	}
	return words + " (" + s.Zone().String() + ")"
}

// dayWords are the days, "" for all of them.
func (s Schedule) dayWords() string {
	onDays := joined(names(uint64(s.days), ordinalOf))
	switch {
	case s.days == allDays && s.weekdays == allWeekdays:
		return ""
	case s.days == allDays:
		return s.weekdayWords()
	case s.weekdays == allWeekdays && s.months == allMonths:
		return "monthly on the " + onDays
	case s.weekdays == allWeekdays:
		return "on the " + onDays
	}
	return s.weekdayWords() + " and on the " + onDays
}

func (s Schedule) weekdayWords() string {
	switch s.weekdays {
	case workingDays:
		return "weekdays"
	case restingDays:
		return "weekends"
	}
	// The week begins on Monday here: Sunday's bit goes to the end.
	fromMonday := uint64(s.weekdays)&^1 | uint64(s.weekdays)&1<<7
	return joined(names(fromMonday, func(i int) string {
		return strings.ToLower(time.Weekday(i%7).String()) + "s"
	}))
}

// timeWords are the times of the day, as hours in steps where there are enough to see one.
func (s Schedule) timeWords() string {
	var hours []int
	for hour := range 24 {
		if s.hours&(1<<hour) != 0 {
			hours = append(hours, hour)
		}
	}
	first, last := hours[0], hours[len(hours)-1]
	if len(hours) > 2 || len(hours) == 2 && s.hours == hoursEvery(12, 0, 23) {
		n := hours[1] - first
		if s.hours == hoursEvery(n, 0, 23) {
			return intervalWords(n) + s.minuteWords()
		}
		if s.hours == hoursEvery(n, first, last) && len(hours) > 3 {
			return fmt.Sprintf("%s from %s to %s", intervalWords(n), s.clock(first), s.clock(last))
		}
	}
	var times []string
	for _, hour := range hours {
		times = append(times, s.clock(hour))
	}
	return "at " + joined(times)
}

func intervalWords(hours int) string {
	if hours == 1 {
		return "hourly"
	}
	return "every " + strconv.Itoa(hours) + " hours"
}

func (s Schedule) minuteWords() string {
	if s.minute == 0 {
		return ""
	}
	return fmt.Sprintf(" at :%02d", s.minute)
}

func (s Schedule) clock(hour int) string {
	return fmt.Sprintf("%02d:%02d", hour, s.minute)
}

func names(set uint64, name func(int) string) []string {
	var all []string
	for ; set != 0; set &= set - 1 {
		all = append(all, name(bits.TrailingZeros64(set)))
	}
	return all
}

func joined(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func ordinalOf(n int) string {
	switch {
	case n%10 == 1 && n != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}
