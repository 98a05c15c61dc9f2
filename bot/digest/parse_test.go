package digest

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestParseSchedule(t *testing.T) {
	for _, test := range []struct {
		words, spec, said string
	}{
		{"daily 09:00", "0 9 * * *", "daily at 09:00"},
		{"daily at 9", "0 9 * * *", "daily at 09:00"},
		{"daily", "0 9 * * *", "daily at 09:00"},
		{"Every day, at 9 AM!", "0 9 * * *", "daily at 09:00"},
		{"once a day", "0 9 * * *", "daily at 09:00"},
		{"every 1 day", "0 9 * * *", "daily at 09:00"},
		{"9am", "0 9 * * *", "daily at 09:00"},
		{"at 9", "0 9 * * *", "daily at 09:00"},
		{"9.30 p.m.", "30 21 * * *", "daily at 21:30"},
		{"12am", "0 0 * * *", "daily at 00:00"},
		{"12:15 pm", "15 12 * * *", "daily at 12:15"},
		{"noon and midnight", "0 */12 * * *", "every 12 hours"},
		{"daily 9 and 17", "0 9,17 * * *", "daily at 09:00 and 17:00"},
		{"daily at 8:30, 12:30, 17:30", "30 8,12,17 * * *", "daily at 08:30, 12:30 and 17:30"},
		{"9 o'clock", "0 9 * * *", "daily at 09:00"},
		{"every 24h at 7:00", "0 7 * * *", "daily at 07:00"},

		{"weekdays 8:30", "30 8 * * 1-5", "weekdays at 08:30"},
		{"every weekday at 8:30", "30 8 * * 1-5", "weekdays at 08:30"},
		{"8:30 Mon-Fri", "30 8 * * 1-5", "weekdays at 08:30"},
		{"monday through friday at 8:30", "30 8 * * 1-5", "weekdays at 08:30"},
		{"fri – mon", "0 9 * * 0,1,5,6", "mondays, fridays, saturdays and sundays at 09:00"},
		{"weekends 10:00", "0 10 * * 0,6", "weekends at 10:00"},
		{"mondays", "0 9 * * 1", "mondays at 09:00"},
		{"weekly", "0 9 * * 1", "mondays at 09:00"},
		{"weekly on fridays at 4pm", "0 16 * * 5", "fridays at 16:00"},
		{"every week", "0 9 * * 1", "mondays at 09:00"},
		{"mondays and thursdays 17:00", "0 17 * * 1,4", "mondays and thursdays at 17:00"},
		{"Tues/Thurs: 17:00", "0 17 * * 2,4", "tuesdays and thursdays at 17:00"},
		{"every monday 9:00", "0 9 * * 1", "mondays at 09:00"},
		{"“every sunday”", "0 9 * * 0", "sundays at 09:00"},
		{"every day of the week", "0 9 * * *", "daily at 09:00"},

		{"monthly", "0 9 1 * *", "monthly on the 1st at 09:00"},
		{"1st 09:00", "0 9 1 * *", "monthly on the 1st at 09:00"},
		{"first day of the month", "0 9 1 * *", "monthly on the 1st at 09:00"},
		{"on the 1st and 15th of every month at 7", "0 7 1,15 * *", "monthly on the 1st and 15th at 07:00"},
		{"monthly on the 31st", "0 9 31 * *", "monthly on the 31st at 09:00"},
		{"2nd 3rd 11th 12th 13th 22nd 23rd", "0 9 2,3,11-13,22,23 * *", "monthly on the 2nd, 3rd, 11th, 12th, 13th, 22nd and 23rd at 09:00"},
		{"the 29th in february", "0 9 29 2 *", "on the 29th at 09:00 in February"},
		{"mondays in jan, feb and sept at 10", "0 10 * 1,2,9 1", "mondays at 10:00 in January, February and September"},

		{"hourly", "0 * * * *", "hourly"},
		{"every hour", "0 * * * *", "hourly"},
		{"once an hour", "0 * * * *", "hourly"},
		{"every 60 minutes", "0 * * * *", "hourly"},
		{"hourly at :15", "15 * * * *", "hourly at :15"},
		{"every 6h", "0 */6 * * *", "every 6 hours"},
		{"every six hours", "0 */6 * * *", "every 6 hours"},
		{"@every 6h", "0 */6 * * *", "every 6 hours"},
		{"every 5 hours", "0 */5 * * *", "every 5 hours"},
		{"every 12h", "0 */12 * * *", "every 12 hours"},
		{"every 24h", "0 0 * * *", "daily at 00:00"},
		{"every 120m", "0 */2 * * *", "every 2 hours"},
		{"weekdays hourly", "0 * * * 1-5", "weekdays hourly"},
		{"weekdays hourly, 9-17", "0 9-17 * * 1-5", "weekdays hourly from 09:00 to 17:00"},
		{"every 2h from 8:30 to 18:30", "30 8,10,12,14,16,18 * * *", "every 2 hours from 08:30 to 18:30"},
		{"every 3 hours between 9am and 5pm", "0 9,12,15 * * *", "daily at 09:00, 12:00 and 15:00"},

		{"0 9 * * 1-5", "0 9 * * 1-5", "weekdays at 09:00"},
		{"`0 9 * * MON-FRI`", "0 9 * * 1-5", "weekdays at 09:00"},
		{"0 9 * * 7", "0 9 * * 0", "sundays at 09:00"},
		{"0 9 * * 5-7", "0 9 * * 0,5,6", "fridays, saturdays and sundays at 09:00"},
		{"0 */6 * * *", "0 */6 * * *", "every 6 hours"},
		{"30 8-18/2 ? * *", "30 8,10,12,14,16,18 * * *", "every 2 hours from 08:30 to 18:30"},
		{"0 9 1,15 * *", "0 9 1,15 * *", "monthly on the 1st and 15th at 09:00"},
		{"0 9 13 * 5", "0 9 13 * 5", "fridays and on the 13th at 09:00"},
		{"0 9 1-31 * 5", "0 9 * * *", "daily at 09:00"},
		{"0 9 1-31 * *", "0 9 * * *", "daily at 09:00"},
		{"0 9 29 2 *", "0 9 29 2 *", "on the 29th at 09:00 in February"},
		{"@daily", "0 0 * * *", "daily at 00:00"},
		{"@Weekly", "0 0 * * 0", "sundays at 00:00"},
		{"@monthly", "0 0 1 * *", "monthly on the 1st at 00:00"},
		{"@hourly", "0 * * * *", "hourly"},
	} {
		s, err := ParseSchedule(test.words, berlin)
		if err != nil {
			t.Errorf("%q: %v", test.words, err)
			continue
		}
		if got := specOf(s); got != test.spec {
			t.Errorf("%q: spec %q, want %q", test.words, got, test.spec)
		}
		if got, want := s.String(), test.said+" (Europe/Berlin)"; got != want {
			t.Errorf("%q: says %q, want %q", test.words, got, want)
		}
		checkRoundTrip(t, s)
	}
}

// checkRoundTrip reads back what a schedule says of itself.
func checkRoundTrip(t *testing.T, s Schedule) {
	t.Helper()
	if again, err := ParseSchedule(specOf(s), s.Zone()); err != nil || again != s {
		t.Errorf("%q is read back as %v: %v", specOf(s), again, err)
	}
	if s.days != allDays && s.weekdays != allWeekdays {
		return
	}
	words := strings.TrimSuffix(s.String(), " ("+s.Zone().String()+")")
	if again, err := ParseSchedule(words, s.Zone()); err != nil || again != s {
		t.Errorf("%q is read back as %v: %v", words, again, err)
	}
}

func TestParseScheduleRefuses(t *testing.T) {
	for _, test := range []struct{ words, why string }{
		{"", "Say when. Try \"daily 09:00\""},
		{" `` ", "Say when."},
		{"on the", "neither a day nor a time"},
		{"in march", "neither a day nor a time"},
		{"whenever", `I don't understand "whenever" as part of a schedule. Try "daily 09:00"`},
		{"daily at nine", `"nine"`},
		{"daily 25:00", `"25:00" is no time of day`},
		{"daily 9:60", `"9:60" is no time of day`},
		{"24:00", `"24:00" is no time of day`},
		{"13pm", "from 1 to 12"},
		{"0 am", "from 1 to 12"},
		{"daily 8:30 and 17:00", "the same minutes"},
		{"every", "Every what?"},
		{"every 6", `"every 6h"`},
		{"every 0h", "once an hour at most"},
		{"every 30m", "once an hour at most"},
		{"every 30 minutes", "once an hour at most"},
		{"every 10 seconds", "once an hour at most"},
		{"every 90m", "whole hours"},
		{"every 1h30m", `"1h30m"`},
		{"every 13h", "1 to 12"},
		{"every 99999999999999999999h", "1 to 12"},
		{"every 2 days", `I can't count in "2 days"`},
		{"every 2 weeks", `I can't count in "2 weeks"`},
		{"every other monday", "every other one"},
		{"every 2 fortnights", `"2 fortnights"`},
		{"every 6h at 9:00", "either how often or at which times"},
		{"every 6h and every 4h", "one number of hours"},
		{"weekdays 9-17", "how often between"},
		{"hourly from 17:00 to 9:00", "the earlier one"},
		{"hourly from 9", "until when"},
		{"hourly 9 to", "second of the two times"},
		{"hourly from 8:30 to 17:00", "the same minutes"},
		{"hourly 8-10 and 14-16", "one range"},
		{"daily at :30", "Say the hour"},
		{"monday to", `"monday to"`},
		{"monday to 9", `"9"`},
		{"first monday", "either days of the week or days of the month"},
		{"monthly on mondays", "either days of the week or days of the month"},
		{"weekly on the 1st", "either days of the week or days of the month"},
		{"last day of the month", "the end of the month"},
		{"32nd", "No month has a 32nd"},
		{"30th in february", "No such day ever comes"},
		{"in the morning", `"in the"`},
		{"daily 9:00 Europe/Berlin", "The time zone is set apart"},
		{"9:00 UTC", "The time zone is set apart"},

		{"* * * * *", "once an hour at most"},
		{"*/30 * * * *", "once an hour at most"},
		{"0,30 9 * * *", "once an hour at most"},
		{"0 0 9 * * 1", "five fields here"},
		{"0 9 * *", "has 4"},
		{"61 9 * * *", `"61" as the minute`},
		{"0 24 * * *", `"24" as the hour`},
		{"0 9 0 * *", `"0" as the day of the month`},
		{"0 9 * 13 *", `"13" as the month`},
		{"0 9 * * 8", `"8" as the day of the week`},
		{"0 9 * * fri-mon", `"fri-mon" as the day of the week`},
		{"0 9 * * ,", `"," as the day of the week`},
		{"0 9 30 2 *", "No such day ever comes"},
		{"0 9 31 2,4,6 *", "No such day ever comes"},
		{"TZ=UTC 0 9 * * *", "The time zone is set apart"},
		{"CRON_TZ=", "The time zone is set apart"},
		{"@reboot", "no times of day"},
		{"@every 30m", "once an hour at most"},
		{"@fortnightly", `"@fortnightly"`},
		{strings.Repeat("daily ", 100), "too long"},
		{strings.Repeat("x", 100), strings.Repeat("x", mostQuoted-1) + "…"},
	} {
		s, err := ParseSchedule(test.words, berlin)
		if err == nil {
			t.Errorf("%q is taken for %v", test.words, s)
			continue
		}
		var why fault
		if !errors.As(err, &why) || !strings.Contains(err.Error(), test.why) {
			t.Errorf("%q is refused with %q, want %q", test.words, err, test.why)
		}
	}
}

func TestNoZoneIsUTC(t *testing.T) {
	s, err := ParseSchedule("daily", nil)
	if err != nil || s.Zone() != time.UTC || s.String() != "daily at 09:00 (UTC)" {
		t.Errorf("got %v: %v", s, err)
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, words := range []string{
		"daily 09:00", "weekdays 8:30", "mon-fri at 9am", "mondays and thursdays 17:00", "every 6h", "every 30m", "1st 09:00", "hourly at :15",
		"every 2h from 8:30 to 18:30", "mondays in jan, feb", "0 9 * * 1-5", "*/61 1,,2 1-31/40 ? 0-7", "@daily", "@every 1h", "TZ= 0 9 * * *", "9 - 17 a.m. hourly",
	} {
		f.Add(words)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, words string) {
		s, err := ParseSchedule(words, berlin)
		if err != nil {
			if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("a long or broken error: %q", err)
			}
			return
		}
		checkRoundTrip(t, s)
		due := s.Next(from)
		if !due.After(from) || due.Second() != 0 {
			t.Errorf("%v: due at %v", s, due)
		}
		if next := s.Next(due); next.Sub(due) < time.Hour {
			t.Errorf("%v: due at %v and %v", s, due, next)
		}
	})
}

// specOf is a schedule as a cron expression of five fields, from which ParseSchedule makes the
// same schedule again, given the same zone.
func specOf(s Schedule) string {
	hours := list(uint64(s.hours), allHours)
	for n := 2; n <= longestInterval; n++ {
		if s.hours == hoursEvery(n, 0, 23) {
			hours = "*/" + strconv.Itoa(n)
		}
	}
	return fmt.Sprintf("%d %s %s %s %s", s.minute, hours,
		list(uint64(s.days), allDays), list(uint64(s.months), allMonths), list(uint64(s.weekdays), allWeekdays))
}

// list writes the set bits as cron does: a star for all, else "1-5,9".
func list(set, all uint64) string {
	if set == all {
		return "*"
	}
	var parts []string
	for set != 0 {
		first := bits.TrailingZeros64(set)
		run := bits.TrailingZeros64(^(set >> first))
		set &^= (1<<run - 1) << first
		switch run {
		case 1:
			parts = append(parts, strconv.Itoa(first))
		case 2:
			parts = append(parts, strconv.Itoa(first), strconv.Itoa(first+1))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", first, first+run-1))
		}
	}
	return strings.Join(parts, ",")
}
