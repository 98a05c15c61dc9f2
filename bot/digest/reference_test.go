package digest

import (
	"archive/zip"
	"fmt"
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The two years over which every zone is walked; one has a 29 February.
var (
	walkFrom = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	walkTo   = time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
)

// shiftingZones are the IANA zones whose clocks are set in these two years. Of zones that set them
// at the same moments it takes one.
var shiftingZones = sync.OnceValue(func() []*time.Location {
	var zones []*time.Location
	seen := map[string]bool{}
	for _, zone := range allZones() {
		offsetAt := func(hours int) int {
			_, offset := walkFrom.Add(time.Duration(hours) * time.Hour).In(zone).Zone()
			return offset
		}
		var shifts strings.Builder
		for day := 0; day < int(walkTo.Sub(walkFrom).Hours()); day += 24 {
			before, after := offsetAt(day), offsetAt(day+24)
			if before != after {
				hour := sort.Search(24, func(i int) bool { return offsetAt(day+i) != before })
				fmt.Fprintln(&shifts, day+hour, before, after)
			}
		}
		if shifts.Len() > 0 && !seen[shifts.String()] {
			seen[shifts.String()] = true
			zones = append(zones, zone)
		}
	}
	return zones
})

// allZones are those that Go comes with, read as a program reads them that carries them itself:
// the machine's own may list each shift of the coming years where these have a rule, and Go treats
// the two in different ways. Where they aren't there, some zones of each kind will do.
func allZones() []*time.Location {
	var zones []*time.Location
	list, err := zip.OpenReader(filepath.Join(build.Default.GOROOT, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		for _, name := range []string{
			"Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Havana", "America/Miquelon", "America/New_York",
			"America/Nuuk", "America/Santiago", "America/Scoresbysund", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem",
			"Atlantic/Azores", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Berlin", "Europe/Chisinau",
			"Europe/Dublin", "Europe/London", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Norfolk",
		} {
			zones = append(zones, zoneNamed(name))
		}
		return zones
	}
	defer func() { _ = list.Close() }() // it was only read from
	for _, file := range list.File {
		data, err := fs.ReadFile(list, file.Name)
		if err != nil {
			continue // a folder
		}
		if zone, err := time.LoadLocationFromTZData(file.Name, data); err == nil {
			zones = append(zones, zone)
		}
	}
	return zones
}

// dueTime is one due time of the reference.
type dueTime struct {
	at time.Time
	// jumped is set where the clock jumped over it.
	jumped bool
}

// walk is the reference: it looks at the clock on the wall every minute, and notes the minutes on
// which the clock for the first time shows, or has jumped over, a time that a schedule means.
// Only the times that lie on a multiple of some minutes are asked about.
func walk(zone *time.Location, from, to time.Time, multiple int64, means ...func(wall time.Time) bool) [][]time.Time {
	shows := func(now time.Time) int64 {
		_, offset := now.Zone()
		return (now.Unix() + int64(offset)) / 60
	}
	dues := make([][]dueTime, len(means))
	highest := shows(from.In(zone))
	for t := from.In(zone).Add(time.Minute); t.Before(to); t = t.Add(time.Minute) {
		now := shows(t)
		for ; highest < now; highest++ {
			minute := highest + 1
			if minute%multiple != 0 {
				continue
			}
			wall := time.Unix(minute*60, 0).UTC()
			for i := range means {
				if means[i](wall) {
					dues[i] = append(dues[i], dueTime{t, minute != now})
				}
			}
		}
	}
	times := make([][]time.Time, len(means))
	for i := range dues {
		for j, due := range dues[i] {
			if due.jumped && j+1 < len(dues[i]) && dues[i][j+1].at.Sub(due.at) < time.Hour {
				continue
			}
			times[i] = append(times[i], due.at)
		}
	}
	return times
}

// isAt tells of a time that shows the minute, and one of the hours.
func isAt(wall time.Time, minute int, hours ...int) bool {
	return wall.Minute() == minute && slices.Contains(hours, wall.Hour())
}

func isWorkday(wall time.Time) bool {
	return wall.Weekday() != time.Saturday && wall.Weekday() != time.Sunday
}

// walked are schedules and, for the reference, what they mean.
var walked = []struct {
	words string
	means func(wall time.Time) bool
	// interval is of "every N hours", 0 for others; daily says that each date has one due time.
	interval int
	daily    bool
}{
	{words: "daily 0:00", daily: true, means: func(w time.Time) bool { return isAt(w, 0, 0) }},
	{words: "daily 2:30", daily: true, means: func(w time.Time) bool { return isAt(w, 30, 2) }},
	{words: "daily 9:00", daily: true, means: func(w time.Time) bool { return isAt(w, 0, 9) }},
	{words: "weekends 23:30", means: func(w time.Time) bool { return isAt(w, 30, 23) && !isWorkday(w) }},
	{words: "weekdays 8:30", means: func(w time.Time) bool { return isAt(w, 30, 8) && isWorkday(w) }},
	{words: "sundays 1:30 and 3:30", means: func(w time.Time) bool { return isAt(w, 30, 1, 3) && w.Weekday() == time.Sunday }},
	{words: "hourly", interval: 1, means: func(w time.Time) bool { return w.Minute() == 0 }},
	{words: "hourly at :30", means: func(w time.Time) bool { return w.Minute() == 30 }},
	{words: "every 2h", interval: 2, means: func(w time.Time) bool { return w.Minute() == 0 && w.Hour()%2 == 0 }},
	{words: "every 5h", interval: 5, means: func(w time.Time) bool { return isAt(w, 0, 0, 5, 10, 15, 20) }},
	{words: "every 12h", interval: 12, means: func(w time.Time) bool { return isAt(w, 0, 0, 12) }},
	{words: "0 1-3 31 * 6", means: func(w time.Time) bool {
		return isAt(w, 0, 1, 2, 3) && (w.Day() == 31 || w.Weekday() == time.Saturday)
	}},
}

func TestNextIsTheReference(t *testing.T) {
	zones := shiftingZones()
	if len(zones) < 15 {
		t.Fatalf("only %d zones shift", len(zones))
	}
	for i, zone := range zones {
		// Nothing is shared here that could race: some zones will do.
		if underRace && i%6 != 0 {
			continue
		}
		t.Run(strings.ReplaceAll(zone.String(), "/", "-"), func(t *testing.T) {
			t.Parallel()
			var means []func(time.Time) bool
			for _, s := range walked {
				means = append(means, s.means)
			}
			all := walk(zone, walkFrom, walkTo, 30, means...)
			for i, test := range walked {
				s := mustParse(t, test.words, zone)
				want := all[i]
				got := s.NextN(walkFrom, len(want)+1)
				if len(got) != len(want)+1 || got[len(want)].Before(walkTo) {
					t.Fatalf("%s: %d due times, want %d", test.words, len(got)-1, len(want))
				}
				for j := range want {
					if !got[j].Equal(want[j]) {
						t.Fatalf("%s: due at %v, want %v", test.words, got[j], want[j])
					}
					// It stays the next until it has come (of some, for the time that it takes).
					if j%5 != 0 {
						continue
					}
					if again := s.Next(want[j].Add(-1)); !again.Equal(want[j]) {
						t.Fatalf("%s: just before %v the next is %v", test.words, want[j], again)
					}
				}
				if test.interval != 0 {
					checkIntervals(t, test.words, test.interval, zone, want)
				}
				if test.daily {
					checkDates(t, test.words, want)
				}
			}
		})
	}
}

// checkIntervals says how close together and how far apart the times of "every N hours" are.
func checkIntervals(t *testing.T, words string, hours int, zone *time.Location, dues []time.Time) {
	t.Helper()
	back := time.Hour
	if zone.String() == "Antarctica/Troll" {
		back = 2 * time.Hour
	}
	for i := 1; i < len(dues); i++ {
		if gap := dues[i].Sub(dues[i-1]); gap < time.Hour || gap > time.Duration(hours)*time.Hour+back {
			t.Errorf("%s: due at %v and %v", words, dues[i-1], dues[i])
		}
	}
}

// checkDates finds one due time on every local date.
func checkDates(t *testing.T, words string, dues []time.Time) {
	t.Helper()
	for i := 1; i < len(dues); i++ {
		year, month, day := dues[i-1].Date()
		following := time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC)
		if date := dues[i].Format(time.DateOnly); date != following.Format(time.DateOnly) {
			t.Errorf("%s: due at %v and then at %v", words, dues[i-1], dues[i])
		}
	}
}

// cronExpression is an expression and, for the reference, what it means.
type cronExpression struct {
	words                         string
	minute                        int
	hours, days, months, weekdays uint64
	anyDay, anyMonth, anyWeekday  bool
}

func (c cronExpression) means(wall time.Time) bool {
	has := func(set uint64, n int) bool { return set>>n&1 == 1 }
	inDays, inWeekdays := has(c.days, wall.Day()), has(c.weekdays, int(wall.Weekday()))
	isOn := inDays || inWeekdays
	if c.anyDay && c.anyWeekday {
		isOn = true
	} else if c.anyDay {
		isOn = inWeekdays
	} else if c.anyWeekday {
		isOn = inDays
	}
	return wall.Minute() == c.minute && has(c.hours, wall.Hour()) && (c.anyMonth || has(c.months, int(wall.Month()))) && isOn
}

func cronExpressions() *rapid.Generator[cronExpression] {
	return rapid.Custom(func(t *rapid.T) cronExpression {
		// field draws a set of numbers as cron writes them. There are no days that some month has not.
		field := func(label string, first, last int, isAny bool) (uint64, string) {
			if isAny {
				return 0, "*"
			}
			numbers := rapid.SliceOfNDistinct(rapid.IntRange(first, last), 1, last-first+1, rapid.ID).Draw(t, label)
			var set uint64
			var parts []string
			for _, n := range numbers {
				set |= 1 << n
				parts = append(parts, strconv.Itoa(n))
			}
			return set, strings.Join(parts, ",")
		}
		c := cronExpression{
			minute:     rapid.IntRange(0, 59).Draw(t, "minute"),
			anyDay:     rapid.Bool().Draw(t, "any day"),
			anyMonth:   rapid.Bool().Draw(t, "any month"),
			anyWeekday: rapid.Bool().Draw(t, "any weekday"),
		}
		var hours, days, months, weekdays string
		c.hours, hours = field("hours", 0, 23, false)
		c.days, days = field("days", 1, 28, c.anyDay)
		c.months, months = field("months", 1, 12, c.anyMonth)
		c.weekdays, weekdays = field("weekdays", 0, 6, c.anyWeekday)
		c.words = fmt.Sprintf("%d %s %s %s %s", c.minute, hours, days, months, weekdays)
		return c
	})
}

// moments lie in years in which all offsets are whole minutes.
func moments() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		from, to := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		return time.Unix(rapid.Int64Range(from, to).Draw(t, "unix"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds"))
	})
}

// TestNextOfAnyCron asks about random expressions in random zones, also of the past, around a moment when
// the clock is set.
func TestNextOfAnyCron(t *testing.T) {
	zones := shiftingZones()
	rapid.Check(t, func(rt *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(rt, "zone")
		expression := cronExpressions().Draw(rt, "cron")
		s := mustParse(t, expression.words, zone)
		checkRoundTrip(t, s)

		after := moments().Draw(rt, "moment")
		if _, shift := after.In(zone).ZoneBounds(); !shift.IsZero() && rapid.Bool().Draw(rt, "at shift") {
			after = shift.Add(time.Duration(rapid.Int64Range(-30*3600, 5*3600).Draw(rt, "seconds from shift")) * time.Second)
		}
		from, to := after.Add(-3*24*time.Hour).Truncate(time.Minute), after.Add(12*24*time.Hour)
		dues := walk(zone, from, to, 1, expression.means)[0]
		first, _ := slices.BinarySearchFunc(dues, after, func(due, after time.Time) int {
			if due.After(after) {
				return 1
			}
			return -1
		})
		due := s.Next(after)
		switch {
		case !due.After(after):
			rt.Fatalf("%v: due at %v, not after %v", s, due, after)
		case first < len(dues) && !due.Equal(dues[first]):
			rt.Fatalf("%v after %v: due at %v, want %v", s, after, due, dues[first])
		case first == len(dues) && due.Before(to.Add(-time.Hour)):
			rt.Fatalf("%v after %v: due at %v, want none before %v", s, after, due, to)
		}
		// It stays the next until it has come, and then something later is.
		between := after.Add(time.Duration(rapid.Int64Range(0, int64(due.Sub(after))-1).Draw(rt, "later")))
		if again := s.Next(between); !again.Equal(due) {
			rt.Fatalf("%v: at %v the next is %v, at %v it is %v", s, after, due, between, again)
		}
		if next := s.Next(due); !next.IsZero() && !next.After(due) {
			rt.Fatalf("%v: after %v the next is %v", s, due, next)
		}
	})
}
