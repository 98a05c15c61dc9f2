package digest

import (
	"fmt"
	"strings"
	"unicode"
)

// fault is why words are no schedule, in sentences for who wrote them.
type fault string

func (f fault) Error() string { return string(f) }

func faultf(format string, args ...any) error {
	return fault(fmt.Sprintf(format, args...))
}

const examples = `Try "daily 09:00", "weekdays 8:30", "mondays and thursdays 17:00", "every 6h", "monthly", or a cron expression such as "0 9 * * 1-5".`

func notUnderstood(words string) error {
	return faultf("I don't understand %s as part of a schedule. %s", quoted(words), examples)
}

func tooOften() error {
	return faultf(`A digest is posted once an hour at most: say "hourly", "every 2h", or one minute in a cron expression, such as "0 9-17 * * *".`)
}

// mostQuoted is how many characters of somebody's words are said back.
const mostQuoted = 60

func quoted(words string) string {
	visible := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, words))
	if len(visible) > mostQuoted {
		visible = append(visible[:mostQuoted-1:mostQuoted-1], '…')
	}
	return `"` + string(visible) + `"`
}
