package bot

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	// A month and a year in a span are so long, whatever the calendar says.
	month = 30 * day
	year  = 365 * day
)

// ParseSpan reads a length of time above zero, in letters of either case: what
// time.ParseDuration reads (90m, 1h30m), whole days and weeks (3d, 2w, 1d12h), and
// words (24 hours, a week, 2 days and 3 hours, 3 days ago). A month has 30 days and a year 365.
func ParseSpan(s string) (time.Duration, bool) {
	span, ok := spanOf(normal(s))
	return span, ok && span > 0 && span < math.MaxInt64
}

// spanPart is a count, a unit, and what may stand before the next count.
var spanPart = regexp.MustCompile(`^([0-9]+ ?|an? )([a-z]+)(?:,? and |,? )?`)

// spanOf reads a span in normal form. One that is too long for a Duration is the longest
// Duration; one may also be zero or, as time.ParseDuration allows, less.
func spanOf(s string) (time.Duration, bool) {
	if span, err := time.ParseDuration(s); err == nil {
		return span, true
	}
	rest := strings.TrimSuffix(s, " ago")
	if rest == "" {
		return 0, false
	}
	var total time.Duration
	for rest != "" {
		part := spanPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, false
		}
		unit, known := unitOf(part[2])
		if !known {
			return 0, false
		}
		count := uint64(1)
		if digits := strings.TrimSpace(part[1]); digits[0] != 'a' {
			// Beyond 64 bits it is the greatest number, which is too long below.
			count, _ = strconv.ParseUint(digits, 10, 64)
		}
		if count > uint64((math.MaxInt64-total)/unit) {
			total = math.MaxInt64
		} else {
			total += time.Duration(count) * unit
		}
		rest = rest[len(part[0]):]
	}
	return total, true
}

func unitOf(word string) (time.Duration, bool) {
	switch word {
	case "s", "sec", "secs", "second", "seconds":
		return time.Second, true
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute, true
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour, true
	case "d", "day", "days":
		return day, true
	case "w", "wk", "wks", "week", "weeks":
		return week, true
	case "month", "months":
		return month, true
	case "y", "yr", "yrs", "year", "years":
		return year, true
	}
	return 0, false
}

// normal is s in small letters, with one space between words and none around them.
func normal(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
