package discord

import (
	"fmt"
	"strconv"
	"time"
)

// discordEpoch is the first millisecond of 2015, from which Discord's ids count.
const discordEpoch = 1420070400000

// idNumber is an id as a number, by which ids are ordered; 0 where it is none.
func idNumber(id string) uint64 {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != id {
		return 0
	}
	return n
}

func isID(id string) bool { return idNumber(id) != 0 }

// sentAt is when the thing with this id was made, to the millisecond.
func sentAt(id uint64) time.Time {
	return time.UnixMilli(int64(id>>22) + discordEpoch).UTC()
}

// firstAt is the lowest id that something made at t or later can have.
func firstAt(t time.Time) uint64 {
	ms := t.UnixMilli()
	if t.After(time.UnixMilli(ms)) {
		ms++
	}
	if ms <= discordEpoch {
		return 1
	}
	return uint64(ms-discordEpoch) << 22
}

// link is the address of a message, built from ids alone.
func link(server, channel, message string) string {
	return fmt.Sprintf("https://discord.com/channels/%s/%s/%s", server, channel, message)
}
