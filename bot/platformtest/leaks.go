package platformtest

import (
	"strings"
	"testing"

	"crux/bot"
)

// Kind is a kind of place that not every platform has.
type Kind string

// The kinds of place that not every platform has.
const (
	// PrivateThread is a thread that only these people and crux are in.
	PrivateThread Kind = "a private thread"
	// Forum has messages in threads alone, and ForumPost is one of these.
	Forum     Kind = "a forum"
	ForumPost Kind = "a post in a forum"
	// Archived is what can be read and takes no more messages: a public channel, or a
	// thread of one.
	Archived Kind = "an archived place"
	// OpenToGuests is a public channel that these guests are in too, and GuestsOnly a
	// private one of these people, guests or not.
	OpenToGuests Kind = "a public channel with guests in it"
	GuestsOnly   Kind = "a private channel with guests in it"
	// Shared is a channel that another organisation reads too.
	Shared Kind = "a channel shared with another organisation"
	// Direct are direct messages between somebody and crux.
	Direct Kind = "direct messages"
)

// leakMatrix says what of one place (a row) may be shown in another (a column): y, it may,
// since everyone who reads there reads this too; n, it must not, since somebody reads there
// who can't read this; ?, nobody would see what they may not, and yet it may be refused.
//
// Members of the server are ann, bob, cid and more; gus is a guest. These read the places:
//
//	agora, stoa   every member; so do aside (a thread of agora), forum, post (in forum), attic (archived)
//	council, court  ann and bob; so does corner, a thread of council
//	cave          ann
//	den           bob and cid
//	nook, cell    ann: private threads of agora and of council
//	lobby         every member, and gus
//	kitchen       ann and gus
//	allies        ann, and people of another organisation
//	dm            ann
const leakMatrix = `
	.       agora stoa aside forum post attic council court corner cave den nook cell lobby kitchen allies dm
	agora   y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	stoa    y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	aside   y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	forum   y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	post    y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	attic   y     y    y     y     y    y     y       y     y      y    y   y    y    n     n       n      ?
	council n     n    n     n     n    n     y       y     y      y    n   ?    ?    n     n       n      ?
	court   n     n    n     n     n    n     y       y     y      y    n   ?    ?    n     n       n      ?
	corner  n     n    n     n     n    n     y       y     y      y    n   ?    ?    n     n       n      ?
	cave    n     n    n     n     n    n     n       n     n      y    n   ?    ?    n     n       n      ?
	den     n     n    n     n     n    n     n       n     n      n    y   n    n    n     n       n      n
	nook    n     n    n     n     n    n     n       n     n      ?    n   ?    ?    n     n       n      ?
	cell    n     n    n     n     n    n     n       n     n      ?    n   ?    ?    n     n       n      ?
	lobby   y     y    y     y     y    y     y       y     y      y    y   y    y    y     y       n      ?
	kitchen n     n    n     n     n    n     n       n     n      y    n   ?    ?    n     y       n      ?
	allies  n     n    n     n     n    n     n       n     n      ?    n   ?    ?    n     n       ?      ?
	dm      n     n    n     n     n    n     n       n     n      ?    n   ?    ?    n     n       n      ?
`

// nothingLeaks holds an adapter to leakMatrix, of the places that its platform has.
func nothingLeaks(t *testing.T, w World) {
	places := leakPlaces(w)
	rows := strings.Split(strings.TrimSpace(leakMatrix), "\n")
	columns := strings.Fields(rows[0])[1:]
	if len(rows)-1 != len(columns) {
		t.Fatalf("%d rows and %d columns", len(rows)-1, len(columns))
	}
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		from, isThere := places[cells[0]]
		if !isThere {
			continue
		}
		for i, want := range cells[1:] {
			there, isThere := places[columns[i]]
			if !isThere {
				continue
			}
			err := w.Platform().AllMayRead(t.Context(), from, there)
			refused(t, err)
			switch may := err == nil; {
			case want == "y" && !may:
				t.Errorf("%s is not shown in %s: %v", cells[0], columns[i], err)
			case want == "n" && may:
				t.Errorf("%s is shown in %s", cells[0], columns[i])
			}
		}
	}
}

// leakPlaces are the places of leakMatrix that the platform has.
func leakPlaces(w World) map[string]bot.Place {
	ann, bob, cid, gus := w.Person("ann"), w.Person("bob"), w.Person("cid"), w.Outsider("gus")
	places := map[string]bot.Place{
		"agora": w.Channel("agora"), "stoa": w.Channel("stoa"), "council": w.Private("council", ann, bob), "court": w.Private("court", ann, bob),
		"cave": w.Private("cave", ann), "den": w.Private("den", bob, cid),
	}
	for thread, in := range map[string]string{"aside": "agora", "corner": "council"} {
		places[thread] = w.Thread(places[in], w.Post(places[in], Message{Author: ann, Text: "Tabs?"}))
	}
	for _, special := range []struct {
		name string
		kind Kind
		in   string
		who  []string
	}{
		{"nook", PrivateThread, "agora", []string{ann}},
		{"cell", PrivateThread, "council", []string{ann}},
		{"forum", Forum, "", nil},
		{"post", ForumPost, "forum", []string{ann}},
		{"attic", Archived, "agora", nil},
		{"lobby", OpenToGuests, "", []string{gus}},
		{"kitchen", GuestsOnly, "", []string{ann, gus}},
		{"allies", Shared, "", []string{ann}},
		{"dm", Direct, "", []string{ann}},
	} {
		if p, has := w.Special(special.kind, places[special.in], special.who...); has {
			places[special.name] = p
		}
	}
	return places
}
