package digest

import (
	"time"
)

const (
	// searchYears is how far ahead a due time is looked for.
	searchYears = 5

	allHours    = 1<<24 - 1
	allDays     = 1<<32 - 2  // the bits 1 to 31
	allMonths   = 1<<13 - 2  // the bits 1 to 12
	allWeekdays = 1<<7 - 1   // the bits 0 (Sunday) to 6
	workingDays = 0b011_1110 // Monday to Friday
	restingDays = 0b100_0001 // Saturday and Sunday
)

// Schedule is when a digest is due: at most once in each hour that the clock on the wall shows.
// It is made by ParseSchedule and never changes. The zero Schedule is never due.
type Schedule struct {
	zone *time.Location
	// minute is the same for all hours: with two, some times would be less than an hour apart.
	minute int
	// hours, days (of the month), months and weekdays have the bit of each number that is
	// meant. Where neither days nor weekdays are all, a day that is in either is meant, as in cron.
	hours, days uint32
	months      uint16
	weekdays    uint8
}

// Zone is the time zone that the schedule's times are meant in.
func (s Schedule) Zone() *time.Location {
	if s.zone == nil {
		return time.UTC
	}
	return s.zone
}

// Next is the first due time after this moment, in the schedule's zone. It is the zero time
// where there is none within five years (29 February, from 2096 on).
func (s Schedule) Next(after time.Time) time.Time {
	wall := shownBy(after.In(s.Zone()))
	until := wall.AddDate(searchYears, 0, 0)
	for {
		var found bool
		if wall, found = s.following(wall, until); !found {
			return time.Time{}
		}
		due, isShown := momentOf(wall, s.Zone())
		// What was due already follows again while the clock repeats an hour.
		if due.After(after) && (isShown || !s.nextIsNear(wall, due)) {
			return due
		}
	}
}

// NextN is the first n due times after this moment, fewer where Next has no more.
func (s Schedule) NextN(after time.Time, n int) []time.Time {
	var times []time.Time
	for len(times) < n {
		after = s.Next(after)
		if after.IsZero() {
			break
		}
		times = append(times, after)
	}
	return times
}

// following is the schedule's first time on the wall after another, until a third.
func (s Schedule) following(wall, until time.Time) (time.Time, bool) {
	day := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
	for !day.After(until) {
		if s.months&(1<<day.Month()) == 0 {
			day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if s.isOn(day) {
			for hour := range 24 {
				at := day.Add(time.Duration(hour)*time.Hour + time.Duration(s.minute)*time.Minute)
				if s.hours&(1<<hour) != 0 && at.After(wall) {
					return at, !at.After(until)
				}
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// isOn tells whether a day of one of the schedule's months is one of its days.
func (s Schedule) isOn(day time.Time) bool {
	inDays := s.days&(1<<day.Day()) != 0
	inWeekdays := s.weekdays&(1<<day.Weekday()) != 0
	if s.days != allDays && s.weekdays != allWeekdays {
		return inDays || inWeekdays
	}
	return inDays && inWeekdays
}

// nextIsNear tells whether the schedule's time after this one, which the clock jumped over and
// which is due then, is due within the hour.
func (s Schedule) nextIsNear(wall, due time.Time) bool {
	next, found := s.following(wall, wall.AddDate(0, 0, 2))
	if !found {
		return false
	}
	nextDue, _ := momentOf(next, s.Zone())
	return nextDue.Sub(due) < time.Hour
}
