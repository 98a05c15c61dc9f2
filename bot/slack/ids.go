package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Slack's ids begin with a letter that says what they are of. A message's id is its ts:
// the time at which it was posted, in seconds with six decimals, unique in its channel.
var (
	teamID    = regexp.MustCompile(`^[TE][A-Z0-9]{2,30}$`)
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9]{2,30}$`)
	userID    = regexp.MustCompile(`^[UW][A-Z0-9]{2,30}$`)
	messageTS = regexp.MustCompile(`^[1-9][0-9]{8,10}\.[0-9]{6}$`)
)

func isTeam(id string) bool    { return teamID.MatchString(id) }
func isChannel(id string) bool { return channelID.MatchString(id) }
func isUser(id string) bool    { return userID.MatchString(id) }
func isTS(ts string) bool      { return messageTS.MatchString(ts) }

// isDM reports whether a channel is the direct messages between crux and one person.
func isDM(channel string) bool { return strings.HasPrefix(channel, "D") }

// micros is a ts in microseconds since 1970, by which messages are ordered; 0 where it is none.
func micros(ts string) int64 {
	if !isTS(ts) {
		return 0
	}
	n, err := strconv.ParseInt(strings.Replace(ts, ".", "", 1), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// tsOf is the ts of so many microseconds since 1970.
func tsOf(micros int64) string {
	return fmt.Sprintf("%d.%06d", micros/1_000_000, micros%1_000_000)
}

// sentAt is when the message with this ts was posted, zero where it is no ts.
func sentAt(ts string) time.Time {
	n := micros(ts)
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// firstAt is the lowest ts that something posted at t or later can have.
func firstAt(t time.Time) string {
	n := t.UnixMicro()
	if t.After(time.UnixMicro(n)) {
		n++
	}
	return tsOf(max(n, 0))
}

// permalink is the address of a message, built from ids alone. thread is the ts of the
// first message of the thread in which it replies, or "".
func permalink(me *identity, channel, ts, thread string) string {
	if me == nil || me.URL == "" {
		return ""
	}
	link := me.URL + "archives/" + channel + "/p" + strings.Replace(ts, ".", "", 1)
	if thread != "" && thread != ts {
		link += "?thread_ts=" + url.QueryEscape(thread) + "&cid=" + url.QueryEscape(channel)
	}
	return link
}
