package bot

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"crux/summarize"
)

// cacheKey is the same only for what gives the same report: the engine, the
// messages with all that they hold, the names, and what is asked of them.
func cacheKey(engine string, t *summarize.Transcript, r summarize.Request) string {
	hash := sha256.New()
	// Every text has its length before it and every list its count, so that no two inputs are written alike.
	var b fields
	b.texts(engine, t.Platform, t.Channel)
	b.time(r.Since)
	b.time(r.Until)
	b.number(r.Last)
	b.texts(r.About)
	b.flag(r.OnlyOpen)
	for _, names := range []map[string]string{t.Names, t.Absent} {
		b.number(len(names))
		for _, id := range slices.Sorted(maps.Keys(names)) {
			b.texts(id, names[id])
		}
	}
	b.number(len(t.Messages))
	for i := range t.Messages {
		m := &t.Messages[i]
		b.texts(m.ID, m.Author, m.Text, m.ReplyTo, m.URL)
		b.time(m.Time)
		b.time(m.Edited)
		b.flag(m.Bot)
		b.number(len(m.Attachments))
		b.texts(m.Attachments...)
		hash.Write(b)
		b = b[:0]
	}
	hash.Write(b)
	return hex.EncodeToString(hash.Sum(nil))
}

// fields are values, one after the other.
type fields []byte

func (f *fields) number(n int) { *f = binary.AppendVarint(*f, int64(n)) }

func (f *fields) texts(all ...string) {
	for _, s := range all {
		f.number(len(s))
		*f = append(*f, s...)
	}
}

// time writes the zone too, for it is seen in a report.
func (f *fields) time(t time.Time) {
	_, offset := t.Zone()
	*f = binary.AppendVarint(*f, t.Unix())
	f.number(t.Nanosecond())
	f.number(offset)
}

func (f *fields) flag(is bool) {
	if is {
		*f = append(*f, 1)
		return
	}
	*f = append(*f, 0)
}
