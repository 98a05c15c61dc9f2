package transcript

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"crux/summarize"
)

// draft is what a reader took from its source, not yet mended.
type draft struct {
	format            string
	platform, channel string
	entries           []entry
	names             map[string]string
	tally             tally
}

// entry is a message as it stands in the source; its id may be empty or taken.
type entry struct {
	summarize.Message
	line int // where it starts, 0 where that says little
}

// place says where the entry stands, as precisely as a reader can look it up.
func (e *entry) place() string {
	if e.line > 0 && e.ID != "" {
		return fmt.Sprintf("message %s, line %d", e.ID, e.line)
	}
	if e.line > 0 {
		return fmt.Sprintf("line %d", e.line)
	}
	return "message " + e.ID
}

// finish mends the draft, a step at a time, into what summarize.Transcript promises.
func (d *draft) finish(name string, o Options) (*Result, error) {
	total := len(d.entries)
	d.cleanNames()
	d.dropEmpty()
	if len(d.entries) == 0 {
		return nil, noMessages(name, total)
	}
	kept := d.separateIDs()
	d.dropPasted(kept)
	d.sortByTime()
	d.number()
	d.resolveReplies(kept)
	if d.nobodySpeaks() && !o.Unattributed {
		return nil, &Error{File: name, Problem: "no message has an author",
			Want: `"author" in each message, or --unattributed to read them as messages of nobody`}
	}
	d.noteOddities()

	t := &summarize.Transcript{Platform: d.platform, Channel: d.channel, Names: d.names}
	t.Messages = make([]summarize.Message, len(d.entries))
	for i, e := range d.entries {
		t.Messages[i] = e.Message
	}
	return &Result{Transcript: t, Format: d.format, Repairs: d.tally.sentences()}, nil
}

func noMessages(name string, total int) *Error {
	if total == 0 {
		return &Error{File: name, Problem: "no messages", Want: "at least one"}
	}
	return &Error{File: name, Problem: fmt.Sprintf("none of its %d messages has text", total), Want: "messages with text"}
}

// cleanNames makes ids, authors and names fit for one line.
func (d *draft) cleanNames() {
	for i := range d.entries {
		e := &d.entries[i]
		for _, field := range []*string{&e.ID, &e.Author, &e.ReplyTo} {
			if clean := cleanName(*field); clean != *field {
				*field = clean
				d.tally.add(badName, e.place())
			}
		}
	}
	names := make(map[string]string, len(d.names))
	for author, name := range d.names {
		if author, name = cleanName(author), cleanName(name); author != "" && name != "" {
			names[author] = name
		}
	}
	d.names = names
	d.channel = cleanName(strings.TrimPrefix(d.channel, "#"))
	d.platform = d.cleanPlatform()
}

func (d *draft) cleanPlatform() string {
	platform := strings.ToLower(strings.TrimSpace(d.platform))
	switch platform {
	case "", "discord", "slack", "forum":
		return platform
	}
	d.tally.add(badPlatform, fmt.Sprintf("%.40q", platform))
	return ""
}

// longestName bounds ids and names, in runes.
const longestName = 100

// cleanName returns s without control characters and white space around it. Where it is too long,
// its end gives way to a hash, so that two long names stay two.
func cleanName(s string) string {
	clean := strings.TrimSpace(s)
	if strings.ContainsFunc(clean, unicode.IsControl) || strings.ContainsAny(clean, "\u2028\u2029") {
		clean = strings.Join(strings.FieldsFunc(clean, func(r rune) bool {
			return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
		}), " ")
	}
	if len(clean) <= longestName || utf8.RuneCountInString(clean) <= longestName {
		return clean
	}
	hash := fnv.New64a()
	hash.Write([]byte(clean))
	return fmt.Sprintf("%s…%016x", string([]rune(clean)[:longestName-20]), hash.Sum64())
}

// dropEmpty leaves out messages that say nothing. A file that came without words stays: others reply to it.
func (d *draft) dropEmpty() {
	d.entries = slices.DeleteFunc(d.entries, func(e entry) bool {
		empty := len(e.Attachments) == 0 && !strings.ContainsFunc(e.Text, func(r rune) bool {
			return !unicode.IsSpace(r) && !unicode.IsControl(r)
		})
		if empty {
			d.tally.add(noText, e.place())
		}
		return empty
	})
}

// separateIDs leaves one message to each id. It returns the ids in use, each leading to itself.
func (d *draft) separateIDs() map[string]string {
	kept := make(map[string]string, len(d.entries))
	for _, e := range d.entries {
		if e.ID != "" {
			kept[e.ID] = e.ID
		}
	}
	first := make(map[string]int, len(kept)) // where in separate the message with an id stands
	copies := make(map[string]int)
	separate := d.entries[:0]
	for _, e := range d.entries {
		i, taken := first[e.ID]
		switch {
		case e.ID == "":
		case !taken:
			first[e.ID] = len(separate)
		case separate[i].Author == e.Author && separate[i].Text == e.Text && separate[i].Time.Equal(e.Time):
			d.tally.add(sameAgain, e.place())
			continue
		default:
			d.tally.add(takenID, e.place())
			e.ID = freeID(e.ID, kept, copies)
			kept[e.ID] = e.ID
		}
		separate = append(separate, e)
	}
	d.entries = separate
	return kept
}

// freeID is id with the first number from 2 that no message has. copies says how far earlier searches came.
func freeID(id string, used map[string]string, copies map[string]int) string {
	for n := max(2, copies[id]); ; n++ {
		free := fmt.Sprintf("%s~%d", id, n)
		if _, taken := used[free]; !taken {
			copies[id] = n + 1
			return free
		}
	}
}

// pastedLength is the length, in runes, from which a text said twice by one author is a slip and not a habit.
const pastedLength = 80

// dropPasted leaves out long texts that their author had posted before. Programs repeat
// themselves on purpose. kept leads from a dropped id to the one that stays.
func (d *draft) dropPasted(kept map[string]string) {
	type post struct{ author, text string }
	seen := make(map[post]string)
	d.entries = slices.DeleteFunc(d.entries, func(e entry) bool {
		if e.Bot || utf8.RuneCountInString(e.Text) <= pastedLength {
			return false
		}
		key := post{e.Author, e.Text}
		first, again := seen[key]
		if !again {
			seen[key] = e.ID
			return false
		}
		d.tally.add(pastedTwice, e.place())
		if e.ID != "" {
			kept[e.ID] = first
		}
		return true
	})
}

// sortByTime puts the messages in order of time. One without a time stays behind the one before it.
func (d *draft) sortByTime() {
	var latest time.Time
	late := false
	for i := range d.entries {
		e := &d.entries[i]
		if e.Time.IsZero() {
			continue
		}
		if e.Time.Before(latest) {
			d.tally.add(moved, e.place())
			late = true
			continue
		}
		latest = e.Time
	}
	if !late {
		return
	}
	type timed struct {
		entry
		at time.Time
	}
	var at time.Time
	order := make([]timed, len(d.entries))
	for i, e := range d.entries {
		if !e.Time.IsZero() {
			at = e.Time
		}
		order[i] = timed{e, at}
	}
	slices.SortStableFunc(order, func(a, b timed) int { return a.at.Compare(b.at) })
	for i := range order {
		d.entries[i] = order[i].entry
	}
}

// number gives ids to the messages that have none: m1, m2 and so on, by position.
func (d *draft) number() {
	used := make(map[string]bool, len(d.entries))
	for _, e := range d.entries {
		used[e.ID] = true
	}
	for i := range d.entries {
		e := &d.entries[i]
		if e.ID != "" {
			continue
		}
		if d.statesIDs() {
			d.tally.add(noID, e.place())
		}
		id := fmt.Sprint("m", i+1)
		for n := 2; used[id]; n++ {
			id = fmt.Sprintf("m%d~%d", i+1, n)
		}
		used[id] = true
		e.ID = id
	}
}

// statesIDs reports whether messages of this format have ids, so that a missing one is worth saying.
func (d *draft) statesIDs() bool {
	return !slices.Contains([]string{formatText, formatDiscordPaste, formatSlackPaste, formatUnattributed}, d.format)
}

// resolveReplies clears links to messages that are not there.
func (d *draft) resolveReplies(kept map[string]string) {
	for i := range d.entries {
		e := &d.entries[i]
		if e.ReplyTo == "" {
			continue
		}
		target := kept[e.ReplyTo]
		if target == "" || target == e.ID {
			d.tally.add(noParent, e.place())
			target = ""
		}
		e.ReplyTo = target
	}
}

func (d *draft) nobodySpeaks() bool {
	return !slices.ContainsFunc(d.entries, func(e entry) bool { return e.Author != "" })
}

// noteOddities states what is kept as it is though it is not as it should be.
func (d *draft) noteOddities() {
	anonymous := d.nobodySpeaks()
	for i := range d.entries {
		e := &d.entries[i]
		if e.Author == "" && !anonymous && d.statesIDs() {
			d.tally.add(noAuthor, e.place())
		}
		if strings.ContainsRune(e.Text, utf8.RuneError) {
			d.tally.add(lostChars, e.place())
		}
	}
}
