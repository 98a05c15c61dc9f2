package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"crux/bot/digest"
)

// schedule is when a digest is due.
func (d Digest) schedule() (digest.Schedule, error) {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return digest.Schedule{}, fmt.Errorf("bot: digest: %w", err)
	}
	schedule, err := digest.ParseSchedule(d.When, zone)
	if err != nil {
		return digest.Schedule{}, fmt.Errorf("bot: digest: %w", err)
	}
	return schedule, nil
}

// since is from when on the next digest tells what is new. Where that lies ahead, because the clock
// was, it is when the digest was last posted by a right clock, or made, zero where neither is
// known: rather too much is told than too little.
func (d Digest) since(now time.Time) time.Time {
	for _, t := range []time.Time{d.Covered, d.Posted, d.Made} {
		if !t.IsZero() && !t.After(now) {
			return t
		}
	}
	return time.Time{}
}

// timeIn is a time as people in a zone say it: "Mon 30 Nov, 09:00 CET", with the year where it is not now's.
func timeIn(t time.Time, zone *time.Location, now time.Time) string {
	t, now = t.In(zone), now.In(zone)
	if t.Year() != now.Year() {
		return t.Format("Mon 2 Jan 2006, 15:04 MST")
	}
	return t.Format("Mon 2 Jan, 15:04 MST")
}

// timesIn are several times, a line each.
func timesIn(times []time.Time, zone *time.Location, now time.Time) string {
	lines := make([]string, len(times))
	for i, t := range times {
		lines[i] = timeIn(t, zone, now)
	}
	return strings.Join(lines, "\n")
}

// enumerated joins names: "a", "a and b", "a, b and c".
func enumerated(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// mostNamed is how many channels a digest names above what it tells.
const mostNamed = 5

// channelNames are the names of channels, the first few of many: "#a, #b and 7 more channels".
func channelNames(all []namedPlace) string {
	var names []string
	for _, c := range all[:min(len(all), mostNamed)] {
		names = append(names, "#"+c.Channel.Name)
	}
	if more := len(all) - len(names); more > 0 {
		names = append(names, Count(more, "more channel"))
	}
	return enumerated(names)
}

// nameFor is how a channel is called to somebody, who may not be able to read it.
func (b *Bot) nameFor(ctx context.Context, person string, p Place) string {
	const unreadable = "a channel that you can't read"
	if b.o.Platform.MayRead(ctx, person, p) != nil {
		return unreadable
	}
	about, err := b.o.Platform.Describe(ctx, p)
	if err != nil {
		return unreadable
	}
	return "#" + about.Name
}

// sourcesFor are the channels that a digest draws on, as they are called to somebody.
func (b *Bot) sourcesFor(ctx context.Context, person string, d Digest) string {
	if d.All {
		return "all that I follow and everyone there may read"
	}
	var names []string
	unreadable := 0
	for _, p := range d.From {
		if name := b.nameFor(ctx, person, p); strings.HasPrefix(name, "#") {
			names = append(names, name)
		} else {
			unreadable++
		}
	}
	switch {
	case unreadable == 1:
		names = append(names, "a channel that you can't read")
	case unreadable > 1:
		names = append(names, english.Sprintf("%d channels that you can't read", unreadable))
	}
	return enumerated(names)
}

// partWords say what a digest tells.
func partWords(parts []DigestPart) string {
	var words []string
	for _, part := range parts {
		switch part {
		case PartNew:
			words = append(words, "new objections")
		case PartSettled:
			words = append(words, "what became of earlier ones")
		case PartOpen:
			words = append(words, "what is still open")
		case PartPoints:
			words = append(words, "new points")
		}
	}
	return enumerated(words)
}

// quietWords say what happens where nothing is new.
func quietWords(quiet bool) string {
	if quiet {
		return "Where nothing is new it posts nothing."
	}
	return "Where nothing is new it says so in a line."
}
