package digest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// scheduleParser takes words one after another and collects what they say.
type scheduleParser struct {
	words []string

	daily, weekly, monthly bool
	// As in Schedule; zero where none was named.
	hours, days uint32
	months      uint16
	weekdays    uint8
	// minutes has the bit of each minute that some time has.
	minutes uint64
	// interval is of "every N hours", 0 without.
	interval int
	// first and last are the hours of "from 8:00 to 18:00", if isRange.
	isRange     bool
	first, last int
	// hasPast is for a minute of every hour, ":30".
	hasPast bool
}

var (
	clockWord   = regexp.MustCompile(`^([0-9]{1,2})(?:[:.]([0-9]{2}))?(am|pm)?$`)
	pastWord    = regexp.MustCompile(`^:([0-5][0-9])$`)
	ordinalWord = regexp.MustCompile(`^([0-9]{1,2})(?:st|nd|rd|th)$`)
	spanWord    = regexp.MustCompile(`^([0-9]+)([a-z]+)$`)
)

// next takes one or several words.
func (p *scheduleParser) next() error {
	word := p.take()
	switch word {
	case "at", "on", "the", "and", "of", "a", "an", "by", "once", "per":
		return nil
	case "daily", "everyday", "day", "days":
		p.daily = true
		return nil
	case "weekly", "week":
		p.weekly = true
		return nil
	case "monthly", "month", "months":
		p.monthly = true
		return nil
	case "weekdays", "weekday", "workdays", "workday":
		p.weekdays |= workingDays
		return nil
	case "weekends", "weekend":
		p.weekdays |= restingDays
		return nil
	case "hourly", "hour":
		return p.setInterval(1)
	case "every", "each":
		return p.every()
	case "last":
		return faultf("I can't count from the end of the month. %s", examples)
	case "in":
		return p.inMonths()
	case "from", "between":
		return p.between(word)
	}
	if weekday, ok := weekdayNamed(word); ok {
		return p.onWeekday(word, weekday)
	}
	if day, ok := dayOfMonth(word); ok {
		return p.onDay(word, day)
	}
	if past := pastWord.FindStringSubmatch(word); past != nil {
		minute, _ := strconv.Atoi(past[1]) // two digits
		p.hasPast = true
		p.minutes |= 1 << minute
		return nil
	}
	return p.atClock(word)
}

func (p *scheduleParser) take() string {
	word := p.words[0]
	p.words = p.words[1:]
	return word
}

// takeOne takes the next word if it is one of these.
func (p *scheduleParser) takeOne(options ...string) bool {
	for _, option := range options {
		if len(p.words) > 0 && p.words[0] == option {
			p.take()
			return true
		}
	}
	return false
}

// every takes what follows the word: a span of time, or something that other words may name as well.
func (p *scheduleParser) every() error {
	if len(p.words) == 0 {
		return faultf("Every what? %s", examples)
	}
	if p.takeOne("other", "second") {
		return faultf("I can't leave out every other one. %s", examples)
	}
	count, unit, taken := p.span()
	if taken == 0 {
		return nil
	}
	span := strings.Join(p.words[:taken], " ")
	p.words = p.words[taken:]
	switch unit {
	case "h", "hr", "hrs", "hour", "hours":
		return p.setInterval(count)
	case "m", "min", "mins", "minute", "minutes":
		if count < 60 {
			return tooOften()
		}
		if count%60 != 0 {
			return faultf("I count in whole hours, not %s.", quoted(span))
		}
		return p.setInterval(count / 60)
	case "s", "sec", "secs", "second", "seconds":
		return tooOften()
	case "d", "day", "days":
		p.daily = true
	case "w", "week", "weeks":
		p.weekly = true
	case "month", "months":
		p.monthly = true
	case "":
		return faultf(`Every %s of what? For hours, say "every %sh".`, span, span)
	default:
		return notUnderstood(span)
	}
	if count != 1 {
		return faultf("I can't count in %s: name the days of the week or of the month. %s", quoted(span), examples)
	}
	return nil
}

// span looks for a number and a unit, in one word or two. None is taken where the words are no such thing.
func (p *scheduleParser) span() (count int, unit string, taken int) {
	word := p.words[0]
	if joined := spanWord.FindStringSubmatch(word); joined != nil {
		switch joined[2] {
		case "am", "pm", "st", "nd", "rd", "th":
			return 0, "", 0
		}
		return atoi(joined[1]), joined[2], 1
	}
	if count = numberNamed(word); count < 0 {
		return 0, "", 0
	}
	if len(p.words) == 1 {
		return count, "", 1
	}
	switch p.words[1] {
	case "am", "pm":
		return 0, "", 0
	}
	return count, p.words[1], 2
}

func (p *scheduleParser) setInterval(hours int) error {
	switch {
	case hours < 1:
		return tooOften()
	case p.interval != 0 && p.interval != hours:
		return faultf("Say one number of hours only.")
	case hours > longestInterval && hours != 24:
		return faultf("Hours are counted from midnight every day, so say 1 to %d of them. %s", longestInterval, examples)
	}
	p.interval = hours
	return nil
}

func (p *scheduleParser) onWeekday(word string, first time.Weekday) error {
	last := first
	if p.takeOne("to", "through", "thru", "until", "till") {
		if len(p.words) == 0 {
			return notUnderstood(word + " to")
		}
		end := p.take()
		var ok bool
		if last, ok = weekdayNamed(end); !ok {
			return notUnderstood(end)
		}
	}
	for day := first; ; day = (day + 1) % 7 {
		p.weekdays |= 1 << day
		if day == last {
			return nil
		}
	}
}

func (p *scheduleParser) onDay(word string, day int) error {
	if day < 1 || day > 31 {
		return faultf("No month has a %s.", word)
	}
	// "The first day of the month".
	p.takeOne("day")
	p.days |= 1 << day
	return nil
}

func (p *scheduleParser) inMonths() error {
	if len(p.words) == 0 {
		return notUnderstood("in")
	}
	if _, ok := monthNamed(p.words[0]); !ok {
		return notUnderstood("in " + p.words[0])
	}
	for len(p.words) > 0 {
		month, ok := monthNamed(p.words[0])
		if !ok && p.words[0] != "and" {
			return nil
		}
		if p.take(); ok {
			p.months |= 1 << month
		}
	}
	return nil
}

// between takes the two times after "from" or "between".
func (p *scheduleParser) between(word string) error {
	if len(p.words) == 0 {
		return notUnderstood(word)
	}
	start := p.take()
	hour, minute, err := p.clock(start)
	if err != nil {
		return err
	}
	if !p.takeOne("to", "through", "until", "till", "and") {
		return faultf("From %s until when?", quoted(start))
	}
	return p.until(hour, minute)
}

// until takes the end of a range of times.
func (p *scheduleParser) until(hour, minute int) error {
	if len(p.words) == 0 {
		return faultf("The second of the two times is missing.")
	}
	lastHour, lastMinute, err := p.clock(p.take())
	if err != nil {
		return err
	}
	if p.isRange {
		return faultf("Say one range of times only.")
	}
	if lastHour < hour {
		return faultf("The first of two times must be the earlier one.")
	}
	p.isRange, p.first, p.last = true, hour, lastHour
	p.minutes |= 1<<minute | 1<<lastMinute
	return nil
}

func (p *scheduleParser) atClock(word string) error {
	hour, minute, err := p.clock(word)
	if err != nil {
		return err
	}
	if p.takeOne("to", "until", "till", "through") {
		return p.until(hour, minute)
	}
	p.hours |= 1 << hour
	p.minutes |= 1 << minute
	return nil
}

// clock reads a time of day, of which "am" or "pm" may be a word of its own.
func (p *scheduleParser) clock(word string) (hour, minute int, err error) {
	switch word {
	case "noon", "midday":
		return 12, 0, nil
	case "midnight":
		return 0, 0, nil
	}
	parts := clockWord.FindStringSubmatch(word)
	if parts == nil {
		return 0, 0, notUnderstood(word)
	}
	half := parts[3]
	if half == "" && p.takeOne("am") {
		half = "am"
	} else if half == "" && p.takeOne("pm") {
		half = "pm"
	}
	hour, minute = atoi(parts[1]), atoi(parts[2])
	switch {
	case hour > 23 || minute > 59:
		return 0, 0, faultf("%s is no time of day: they go from 00:00 to 23:59.", quoted(word))
	case half != "" && (hour < 1 || hour > 12):
		return 0, 0, faultf("%s is no time of day: with am and pm they go from 1 to 12.", quoted(word))
	case half != "":
		hour %= 12
	}
	if half == "pm" {
		hour += 12
	}
	return hour, minute, nil
}

// atoi reads digits. What can't be held is too large for any use here.
func atoi(digits string) int {
	n, err := strconv.Atoi("0" + digits)
	if err != nil {
		return 1 << 30
	}
	return n
}

// numberNamed is the number that a word stands for, -1 if none.
func numberNamed(word string) int {
	for n, name := range [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"} {
		if word == name {
			return n
		}
	}
	if strings.Trim(word, "0123456789") != "" {
		return -1
	}
	return atoi(word)
}

func dayOfMonth(word string) (int, bool) {
	switch word {
	case "first":
		return 1, true
	case "second":
		return 2, true
	case "third":
		return 3, true
	}
	if parts := ordinalWord.FindStringSubmatch(word); parts != nil {
		return atoi(parts[1]), true
	}
	return 0, false
}

func weekdayNamed(word string) (time.Weekday, bool) {
	switch strings.TrimSuffix(word, "s") {
	case "sunday", "sun":
		return time.Sunday, true
	case "monday", "mon":
		return time.Monday, true
	case "tuesday", "tue":
		return time.Tuesday, true
	case "wednesday", "wed":
		return time.Wednesday, true
	case "thursday", "thu", "thur":
		return time.Thursday, true
	case "friday", "fri":
		return time.Friday, true
	case "saturday", "sat":
		return time.Saturday, true
	}
	return 0, false
}

func monthNamed(word string) (time.Month, bool) {
	for month := time.January; month <= time.December; month++ {
		name := strings.ToLower(month.String())
		if word == name || word == name[:3] || word == "sept" && month == time.September {
			return month, true
		}
	}
	return 0, false
}
