package digest

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // zones are the same on every machine that has none
)

var berlin = zoneNamed("Europe/Berlin")

func zoneNamed(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func mustParse(t testing.TB, words string, zone *time.Location) Schedule {
	t.Helper()
	s, err := ParseSchedule(words, zone)
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	return s
}

func at(t testing.TB, rfc3339 string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestNext(t *testing.T) {
	for _, test := range []struct {
		zone, words, after string
		want               []string
	}{
		{"UTC", "daily 9:00", "2026-03-02T08:59:59Z", []string{"2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"}},
		{"UTC", "daily 9:00", "2026-03-02T09:00:00Z", []string{"2026-03-03T09:00:00Z"}},
		{"UTC", "weekdays 8:30", "2026-03-06T08:30:00Z", []string{"2026-03-09T08:30:00Z"}},
		{"UTC", "monthly on the 31st", "2026-01-31T09:00:00Z", []string{"2026-03-31T09:00:00Z", "2026-05-31T09:00:00Z"}},
		{"UTC", "0 9 13 * 5", "2026-03-01T00:00:00Z", []string{"2026-03-06T09:00:00Z", "2026-03-13T09:00:00Z", "2026-03-20T09:00:00Z"}},
		{"UTC", "0 9 29 2 *", "2026-03-01T00:00:00Z", []string{"2028-02-29T09:00:00Z", "2032-02-29T09:00:00Z"}},
		{"UTC", "every 5h", "2026-03-01T14:00:00Z", []string{"2026-03-01T15:00:00Z", "2026-03-01T20:00:00Z", "2026-03-02T00:00:00Z"}},
		{"Asia/Kolkata", "daily 9:00", "2026-03-02T00:00:00Z", []string{"2026-03-02T09:00:00+05:30"}},

		// The clock jumps from 02:00 to 03:00, and in autumn goes back from 03:00 to 02:00.
		{"Europe/Berlin", "daily 2:30", "2026-03-28T12:00:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"Europe/Berlin", "daily 2:30", "2026-10-24T12:00:00Z", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"Europe/Berlin", "daily 2:30", "2026-10-25T01:15:00Z", []string{"2026-10-26T02:30:00+01:00"}},
		{"Europe/Berlin", "daily 3:00", "2026-10-25T00:59:59Z", []string{"2026-10-25T03:00:00+01:00"}},
		{"Europe/Berlin", "hourly", "2026-03-29T00:00:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"}},
		{"Europe/Berlin", "hourly at :30", "2026-03-29T00:00:00Z", []string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"}},
		{"Europe/Berlin", "hourly", "2026-10-24T23:00:00Z", []string{"2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"}},
		{"Europe/Berlin", "every 2h", "2026-10-24T22:00:00Z", []string{"2026-10-25T02:00:00+02:00", "2026-10-25T04:00:00+01:00"}},
		{"Europe/Berlin", "every 6h", "2026-03-28T22:00:00Z", []string{"2026-03-29T00:00:00+01:00", "2026-03-29T06:00:00+02:00"}},

		// The last day of a leap year, for which time.ZoneBounds says that it has ended before.
		{"Europe/Berlin", "daily 12:00", "2040-12-30T12:00:00Z", []string{"2040-12-31T12:00:00+01:00", "2041-01-01T12:00:00+01:00"}},
		{"Pacific/Auckland", "0 0 1 1 *", "2040-12-30T12:00:00Z", []string{"2041-01-01T00:00:00+13:00"}},

		// Half an hour.
		{"Australia/Lord_Howe", "hourly", "2026-10-03T14:30:00Z", []string{"2026-10-04T03:00:00+11:00"}},
		{"Australia/Lord_Howe", "daily 2:15", "2026-10-03T14:30:00Z", []string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		// Two hours, of which both stand for themselves.
		{"Antarctica/Troll", "daily 1 and 2", "2026-03-28T12:00:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T01:00:00+02:00"}},
		// At midnight: that Friday begins at 01:00.
		{"Africa/Cairo", "fridays 0:00", "2026-04-23T12:00:00Z", []string{"2026-04-24T01:00:00+03:00", "2026-05-01T00:00:00+03:00"}},
		// Before midnight: what's left of Saturday begins Sunday.
		{"America/Nuuk", "saturdays 23:30", "2026-03-28T12:00:00Z", []string{"2026-03-29T00:00:00-01:00", "2026-04-04T23:30:00-01:00"}},
		// A day that never was.
		{"Pacific/Apia", "daily 9:00", "2011-12-29T12:00:00-10:00", []string{"2011-12-31T00:00:00+14:00", "2011-12-31T09:00:00+14:00"}},
		{"Pacific/Apia", "fridays 9:00", "2011-12-29T12:00:00-10:00", []string{"2011-12-31T00:00:00+14:00", "2012-01-06T09:00:00+14:00"}},
		// A day that was twice, for the most part.
		{"Pacific/Kwajalein", "daily 9:00", "1969-09-30T12:00:00+11:00", []string{"1969-10-01T09:00:00-12:00"}},
	} {
		s := mustParse(t, test.words, zoneNamed(test.zone))
		var got []string
		for _, due := range s.NextN(at(t, test.after), len(test.want)) {
			got = append(got, due.Format(time.RFC3339))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s, %s after %s: got %v, want %v", test.words, test.zone, test.after, got, test.want)
		}
	}
}

func TestNextOfWhatNeverComes(t *testing.T) {
	leapDays := mustParse(t, "0 9 29 2 *", time.UTC)
	if got := leapDays.NextN(at(t, "2090-01-01T00:00:00Z"), 3); len(got) != 2 {
		t.Errorf("29 February, of which 2100 has none: %v", got)
	}
	var zero Schedule
	if got := zero.Next(time.Now()); !got.IsZero() || zero.String() != "never" || zero.Zone() != time.UTC {
		t.Errorf("the zero Schedule: %v, %v", zero, got)
	}
	if got := leapDays.NextN(time.Now(), -1); got != nil {
		t.Errorf("no times: %v", got)
	}
}

func BenchmarkNext(b *testing.B) {
	for _, words := range []string{"daily 9:00", "every 6h", "weekdays 8:30", "monthly on the 31st", "0 9 29 2 *"} {
		b.Run(words, func(b *testing.B) {
			s := mustParse(b, words, berlin)
			after := at(b, "2026-03-02T12:00:00Z")
			b.ReportAllocs()
			for b.Loop() {
				s.Next(after)
			}
		})
	}
}
