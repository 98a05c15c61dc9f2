package transcript

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// stamp is a time as it stands in text, before it is known what its parts mean.
type stamp struct {
	date     date
	relative bool // "Today at", "Monday at": the date is not said
	clock    time.Duration
	twelve   bool           // with AM or PM
	zone     *time.Location // nil where none is given
}

// date is a date in text; year 0 is none.
type date struct {
	year, month, day int
	// numeric is true where month and day may be meant the other way round; dotted where dots part them.
	numeric, dotted bool
}

const gap = `[ \t\x{a0}\x{202f}]`

var (
	isoDate     = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	numericDate = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})`)
	monthFirst  = regexp.MustCompile(`(?i)^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?` + gap + `(\d{1,2})(?:st|nd|rd|th)?(?:,?` + gap + `(\d{4})\b)?`)
	dayFirst    = regexp.MustCompile(`(?i)^(\d{1,2})(?:st|nd|rd|th)?(?:` + gap + `|-)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?(?:(?:` + gap + `|-)(\d{4}|\d{2})\b)?`)
	weekday     = regexp.MustCompile(`(?i)^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b,?` + gap + `*`)
	relativeDay = regexp.MustCompile(`(?i)^(?:today|yesterday)\b`)
	betweenDate = regexp.MustCompile(`(?i)^(?:,?` + gap + `+(?:at` + gap + `+)?|T|,)`)
	clockTime   = regexp.MustCompile(`(?i)^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:` + gap + `?([ap])\.?m\b\.?)?`)
	zoneName    = regexp.MustCompile(`^` + gap + `?(?:(Z|UTC|GMT)\b|([+-])(\d{2}):?(\d{2})\b)`)
	months      = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
)

// cutStamp reads the time of day, with its date if there is one, that s starts with.
func cutStamp(s string) (st stamp, rest string, ok bool) {
	if !mayHoldClock(s) {
		return stamp{}, s, false
	}
	date, rest, dated := cutDate(s)
	st.date = date
	if !dated {
		day := relativeDay.FindString(rest)
		rest = rest[len(day):]
		st.relative = len(rest) < len(s) // a weekday alone, or today, or yesterday
	}
	if len(rest) < len(s) && !strings.HasSuffix(s[:len(s)-len(rest)], " ") {
		between := betweenDate.FindString(rest)
		if between == "" {
			return stamp{}, s, false
		}
		rest = rest[len(between):]
	} else if st.relative {
		rest = strings.TrimPrefix(rest, "at ")
	}
	m := clockTime.FindStringSubmatch(rest)
	if m == nil {
		return stamp{}, s, false
	}
	rest = rest[len(m[0]):]
	if st.clock, ok = clockOf(m); !ok {
		return stamp{}, s, false
	}
	st.twelve = m[5] != ""
	st.zone, rest = cutZone(rest)
	if next, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(next) || unicode.IsDigit(next) || next == ':' {
		return stamp{}, s, false
	}
	return st, rest, true
}

// mayHoldClock is a cheap test that most lines of prose fail: a digit before a colon near the start.
func mayHoldClock(s string) bool {
	near := s[:min(len(s), 64)]
	colon := strings.IndexByte(near, ':')
	return colon > 0 && near[colon-1] >= '0' && near[colon-1] <= '9'
}

// cutDate reads the date that s starts with. Where there is none, rest is still without a weekday.
func cutDate(s string) (d date, rest string, ok bool) {
	s = s[len(weekday.FindString(s)):]
	if m := isoDate.FindStringSubmatch(s); m != nil {
		d = date{year: number(m[1]), month: number(m[2]), day: number(m[3])}
		return d, s[len(m[0]):], d.possible()
	}
	if m := numericDate.FindStringSubmatch(s); m != nil {
		d = date{year: fullYear(m[4]), month: number(m[1]), day: number(m[3]), numeric: true, dotted: m[2] == "."}
		return d, s[len(m[0]):], d.possible() || d.swapped().possible()
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		d = date{year: fullYear(m[3]), month: months[strings.ToLower(m[1])], day: number(m[2])}
		return d, s[len(m[0]):], true
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		d = date{year: fullYear(m[3]), month: months[strings.ToLower(m[2])], day: number(m[1])}
		return d, s[len(m[0]):], true
	}
	return date{}, s, false
}

func cutZone(s string) (*time.Location, string) {
	m := zoneName.FindStringSubmatch(s)
	if m == nil {
		return nil, s
	}
	rest := s[len(m[0]):]
	if m[1] != "" {
		return time.UTC, rest
	}
	seconds := number(m[3])*3600 + number(m[4])*60
	if m[2] == "-" {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), rest
}

// clockOf is the time since midnight that a match of clockTime tells.
func clockOf(m []string) (time.Duration, bool) {
	hour, minute, second := number(m[1]), number(m[2]), number(m[3])
	if m[5] != "" {
		if hour < 1 || hour > 12 {
			return 0, false
		}
		hour %= 12
		if strings.EqualFold(m[5], "p") {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	nanos := 0
	if m[4] != "" {
		nanos = number((m[4] + "000000000")[:9])
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(nanos), true
}

// number is the value of a run of digits that a pattern has already bounded, 0 for none.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func fullYear(digits string) int {
	if len(digits) == 2 {
		return 2000 + number(digits)
	}
	return number(digits)
}

func (d date) swapped() date {
	d.month, d.day = d.day, d.month
	return d
}

// possible reports whether the calendar has such a day.
func (d date) possible() bool {
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	return d.year > 0 && int(t.Month()) == d.month && t.Day() == d.day
}

// calendar turns the stamps of one text into times, in the order in which they stand.
type calendar struct {
	dayFirst bool
	today    time.Time // midnight of the last date said, in its zone; zero before the first
	last     time.Duration
}

// backwards is how far a clock falls back before the next day is a better guess than a slow clock.
const backwards = 6 * time.Hour

// newCalendar decides how the numeric dates among stamps are meant. guessed is
// true where there are some and nothing in them tells.
func newCalendar(stamps []stamp) (c *calendar, guessed bool) {
	var numeric, dotted, twentyFour bool
	for _, s := range stamps {
		if !s.date.numeric {
			continue
		}
		if s.date.month > 12 {
			return &calendar{dayFirst: true}, false
		}
		if s.date.day > 12 {
			return &calendar{}, false
		}
		numeric, dotted, twentyFour = true, dotted || s.date.dotted, twentyFour || !s.twelve
	}
	return &calendar{dayFirst: dotted || twentyFour}, numeric
}

// setDate takes note of a date that stands on its own; one without a year leaves the date unknown.
func (c *calendar) setDate(d date) {
	c.today, c.last = time.Time{}, 0
	if d.numeric && c.dayFirst {
		d = d.swapped()
	}
	if d.possible() {
		c.today = time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	}
}

// time is what the stamp tells; false where the date is not known.
func (c *calendar) time(s stamp) (time.Time, bool) {
	switch {
	case s.relative:
		c.setDate(date{})
	case s.date != date{}:
		c.setDate(s.date)
	case !c.today.IsZero() && s.clock < c.last-backwards:
		c.today = c.today.AddDate(0, 0, 1)
	}
	if c.today.IsZero() {
		return time.Time{}, false
	}
	c.last = s.clock
	t := c.today.Add(s.clock)
	if s.zone != nil {
		_, offset := t.In(s.zone).Zone()
		t = t.Add(-time.Duration(offset) * time.Second).In(s.zone)
	}
	return t, true
}
