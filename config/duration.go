package config

import (
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Duration is a time.Duration that is written with days and weeks too: 90d, 2w, 36h.
type Duration time.Duration

// String writes whole days as such, all else as time.Duration does.
func (d Duration) String() string {
	if t := time.Duration(d); t > 0 && t%day == 0 {
		return strconv.FormatInt(int64(t/day), 10) + "d"
	}
	return time.Duration(d).String()
}

// MarshalText encodes String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// parseDuration reads what time.ParseDuration does, and whole days and weeks (3d, 2w).
func parseDuration(s string) (Duration, bool) {
	unit := day
	count, found := strings.CutSuffix(s, "d")
	if !found {
		unit = week
		count, found = strings.CutSuffix(s, "w")
	}
	if !found {
		d, err := time.ParseDuration(s)
		return Duration(d), err == nil
	}
	n, err := strconv.ParseUint(count, 10, 13) // 13 bits of weeks fit a Duration
	return Duration(time.Duration(n) * unit), err == nil
}
