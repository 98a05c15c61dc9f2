package digest

import (
	"math/bits"
	"strings"
	"time"
)

const (
	// longestSchedule is more than any schedule needs, in bytes.
	longestSchedule = 400
	// longestInterval is the longest "every N hours" short of a day.
	longestInterval = 12
	// usualHour is when a digest is due whose schedule names days alone.
	usualHour = 9
)

// ParseSchedule reads a schedule as people type it, in letters of either case:
//
//   - "daily", "weekdays", "weekends", "mondays and thursdays", "mon-fri", "weekly" (mondays),
//     "monthly" (the 1st), "1st and 15th", each with times: "9", "09:00", "9am", "noon", "9:30 and
//     17:30". Without any it is due at 09:00, and times alone are meant daily;
//   - "hourly" and "every 6h", up to every 12 hours, also "weekdays every 2 hours from 8:00 to 18:00";
//   - a cron expression of five fields, as "0 9 * * 1-5", or a name for one, as @daily.
//
// Words like "at", "on" and "every", and punctuation, may stand anywhere. "monthly on the 31st" leaves
// out the shorter months. All times are in zone, nil for UTC. Every word must be
// understood, no two due times may be less than an hour apart, and one must come some day: an
// error is a sentence or two for who typed it, and quotes at most a few words of theirs.
func ParseSchedule(words string, zone *time.Location) (Schedule, error) {
	if zone == nil {
		zone = time.UTC
	}
	text := strings.Join(strings.Fields(strings.ToLower(words)), " ")
	text = strings.TrimSpace(strings.Trim(text, "`\"'“”„‘’"))
	switch {
	case text == "":
		return Schedule{}, faultf("Say when. %s", examples)
	case len(words) > longestSchedule:
		return Schedule{}, faultf("That is too long for a schedule. %s", examples)
	case namesZone(text):
		return Schedule{}, faultf("The time zone is set apart from the schedule: leave it out here.")
	}
	if every, isEvery := strings.CutPrefix(text, "@every "); isEvery {
		text = "every " + every
	}
	if looksLikeCron(text) {
		return parseCron(text, zone)
	}
	p := scheduleParser{words: wordsOf(text)}
	for len(p.words) > 0 {
		if err := p.next(); err != nil {
			return Schedule{}, err
		}
	}
	return p.schedule(zone)
}

// namesZone finds an IANA zone, or the way in which cron sets one.
func namesZone(text string) bool {
	for _, word := range strings.Fields(text) {
		area, _, hasPlace := strings.Cut(word, "/")
		switch strings.Trim(area, "().,") {
		case "utc", "gmt":
			return true
		case "africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia", "europe", "indian", "pacific", "etc":
			if hasPlace {
				return true
			}
		}
		if strings.HasPrefix(word, "tz=") || strings.HasPrefix(word, "cron_tz=") {
			return true
		}
	}
	return false
}

// wordsOf are the words to understand, without punctuation. A dash becomes "to".
func wordsOf(text string) []string {
	text = strings.NewReplacer(
		"a.m.", "am", "p.m.", "pm", "o'clock", "", "o’clock", "",
		"-", " to ", "–", " to ", "—", " to ", "&", " and ", "+", " and ", "/", " and ",
		",", " ", ";", " ", "!", " ", "?", " ", "(", " ", ")", " ", "*", " ", "_", " ",
		"`", " ", `"`, " ", "'", "", "’", "", "“", " ", "”", " ",
	).Replace(text)
	var words []string
	for _, word := range strings.Fields(text) {
		if word = strings.TrimLeft(strings.TrimRight(word, ".:"), "."); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// schedule puts together what was said.
func (p *scheduleParser) schedule(zone *time.Location) (Schedule, error) {
	s := Schedule{zone: zone, hours: p.hours, days: p.days, months: p.months, weekdays: p.weekdays}
	switch said := p.daily || p.weekly || p.monthly || s.days != 0 || s.weekdays != 0 || s.hours != 0 || p.interval != 0; {
	case !said:
		return Schedule{}, faultf("That says neither a day nor a time. %s", examples)
	case s.weekdays != 0 && (s.days != 0 || p.monthly), p.weekly && s.days != 0, p.weekly && p.monthly:
		return Schedule{}, faultf("Say either days of the week or days of the month: I can't take both, nor such as the first Monday of a month.")
	case s.weekdays == 0 && p.weekly && !p.daily:
		s.weekdays = 1 << time.Monday
	case s.days == 0 && p.monthly && !p.daily:
		s.days = 1 << 1
	}
	if s.days == 0 {
		s.days = allDays
	}
	if s.weekdays == 0 {
		s.weekdays = allWeekdays
	}
	if s.months == 0 {
		s.months = allMonths
	}
	if err := p.setTimes(&s); err != nil {
		return Schedule{}, err
	}
	return s.checked()
}

func (p *scheduleParser) setTimes(s *Schedule) error {
	switch {
	case p.interval == 0 && p.isRange:
		return faultf(`Say how often between the two times, such as "every 2h from 8:00 to 18:00".`)
	case p.interval == 0 && p.hasPast:
		return faultf(`Say the hour as well, such as "9:30", or "hourly at :30".`)
	case bits.OnesCount64(p.minutes) > 1:
		return faultf("The times of one schedule must have the same minutes, as 8:30 and 17:30 have: take two digests for others.")
	case p.interval == 0 && s.hours == 0:
		s.hours = 1 << usualHour
	case p.interval != 0 && p.isRange:
		if p.hasPast || p.hours != 0 {
			return eitherTimesOrInterval()
		}
		s.hours = hoursEvery(p.interval, p.first, p.last)
	case p.interval != 0 && s.hours == 0:
		s.hours = hoursEvery(p.interval, 0, 23)
	case p.interval != 0 && p.interval != 24: // "every 24h at 9:00" is daily
		return eitherTimesOrInterval()
	}
	if p.minutes != 0 {
		s.minute = bits.TrailingZeros64(p.minutes)
	}
	return nil
}

func eitherTimesOrInterval() error {
	return faultf(`Say either how often or at which times: "every 6h" counts from midnight, "daily at 3, 9, 15 and 21" takes other hours.`)
}

// hoursEvery are the hours from first to last, both included, in steps.
func hoursEvery(step, first, last int) uint32 {
	var hours uint32
	for hour := first; hour <= last; hour += step {
		hours |= 1 << hour
	}
	return hours
}
