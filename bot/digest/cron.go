package digest

import (
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// cronFields are the fields of a cron expression, in their order.
var cronFields = [5]string{"minute", "hour", "day of the month", "month", "day of the week"}

// looksLikeCron tells cron expressions, right or wrong, from words. Words have no star that
// stands alone or by numbers, and don't begin with two numbers.
func looksLikeCron(text string) bool {
	fields := strings.Fields(text)
	if strings.HasPrefix(text, "@") {
		return true
	}
	for _, field := range fields {
		if strings.Contains(field, "*") && isNumeric(field) {
			return true
		}
	}
	return len(fields) >= len(cronFields) && isNumeric(fields[0]) && isNumeric(fields[1])
}

func isNumeric(field string) bool {
	return strings.Trim(field, "0123456789*?,/-") == ""
}

// parseCron reads a cron expression of five fields, or a name for one such as @daily.
func parseCron(text string, zone *time.Location) (Schedule, error) {
	fields := strings.Fields(text)
	switch {
	case text == "@reboot":
		return Schedule{}, faultf("%s has no times of day. %s", quoted(text), examples)
	case strings.HasPrefix(text, "@"):
		return readCron(text, zone)
	case len(fields) == 6 || len(fields) == 7:
		return Schedule{}, faultf("A cron expression has five fields here (%s): %s has %d, so leave out the seconds and the year.",
			strings.Join(cronFields[:], ", "), quoted(text), len(fields))
	case len(fields) != len(cronFields):
		return Schedule{}, faultf("A cron expression has five fields (%s): %s has %d.", strings.Join(cronFields[:], ", "), quoted(text), len(fields))
	}

	fields[4] = sundaysAsZero(fields[4])
	for i, field := range fields {
		alone := [len(cronFields)]string{"*", "*", "*", "*", "*"}
		alone[i] = field
		// The parser takes "," for a field without any value.
		if _, err := cron.ParseStandard(strings.Join(alone[:], " ")); err != nil || strings.Trim(field, ",") != field {
			return Schedule{}, faultf("I don't understand %s as the %s of a cron expression. \"0 9 * * 1-5\" is weekdays at 09:00.", quoted(field), cronFields[i])
		}
	}
	return readCron(strings.Join(fields, " "), zone)
}

// sundaysAsZero writes the 7 that many take for Sunday as the 0 that the parser knows.
func sundaysAsZero(weekdays string) string {
	parts := strings.Split(weekdays, ",")
	for i, part := range parts {
		if first, isRange := strings.CutSuffix(part, "-7"); part == "7" || isRange && first == "7" {
			parts[i] = "0"
		} else if isRange {
			parts[i] = first + "-6,0"
		}
	}
	return strings.Join(parts, ",")
}

// starBit is what the parser sets for a star.
const starBit = 1 << 63

// readCron takes over what cron's parser reads.
func readCron(text string, zone *time.Location) (Schedule, error) {
	parsed, err := cron.ParseStandard(text)
	spec, hasFields := parsed.(*cron.SpecSchedule)
	if err != nil || !hasFields {
		return Schedule{}, notUnderstood(text)
	}
	minutes := spec.Minute & (1<<60 - 1)
	if bits.OnesCount64(minutes) > 1 {
		return Schedule{}, tooOften()
	}
	s := Schedule{
		zone:     zone,
		minute:   bits.TrailingZeros64(minutes),
		hours:    uint32(spec.Hour & allHours),
		days:     uint32(spec.Dom & allDays),
		months:   uint16(spec.Month & allMonths),
		weekdays: uint8(spec.Dow & allWeekdays),
	}
	// Cron means days that are in either list, where neither is a star: if "1-31" is one, that's every day.
	if (spec.Dom|spec.Dow)&starBit == 0 && (s.days == allDays || s.weekdays == allWeekdays) {
		s.days, s.weekdays = allDays, allWeekdays
	}
	return s.checked()
}

// checked refuses a schedule that is never due.
func (s Schedule) checked() (Schedule, error) {
	if s.Next(time.Unix(0, 0)).IsZero() {
		return Schedule{}, faultf("No such day ever comes: no month that you name has so many days.")
	}
	return s, nil
}
