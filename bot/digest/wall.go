package digest

import "time"

// What a clock on the wall shows is held as a time in UTC that has the same year, month, day,
// hour, minute and second. So it can be compared and counted on, without any zone.

// farthest is more than any zone's clock is before or behind UTC.
const farthest = 36 * time.Hour

// shownBy is what the clock on the wall shows at this moment, in the moment's own zone.
func shownBy(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// momentOf is the first moment when the zone's clock shows this or a later time, and whether
// it shows this very time then. time.Date would do but for the days on which the clock is
// set: there it doesn't say which of two moments it takes, nor that there is none.
func momentOf(wall time.Time, zone *time.Location) (moment time.Time, isShown bool) {
	// From here, where the clock surely shows less, go from one setting of the clock to the next.
	from := wall.Add(-farthest).In(zone)
	for {
		_, offset := from.Zone()
		end := nextSetting(from)
		moment = wall.Add(-time.Duration(offset) * time.Second).In(zone)
		switch {
		case moment.Before(from):
			return from, false
		case end.IsZero() || moment.Before(end):
			return moment, true
		}
		from = end
	}
}

// nextSetting is when the clock may be set the next time after t, or the zero time: it isn't
// before then.
func nextSetting(t time.Time) time.Time {
	const day = 24 * time.Hour
	_, end := t.ZoneBounds()
	// Where a zone has a rule for the years to come, a year ends after 365 days for ZoneBounds
	// (golang.org/issue/81583). Of a leap year that leaves a day, in UTC, without any end ahead.
	if !end.IsZero() && !end.After(t) {
		return t.Truncate(day).Add(day)
	}
	return end
}
