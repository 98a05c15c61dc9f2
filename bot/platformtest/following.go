package platformtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"crux/bot"
)

// following is what the bot is told of.
func following() []check[*followed] {
	return []check[*followed]{
		{"posted, edited and deleted", toldInOrder},
		{"what is told ends in what stands", endsInWhatStands},
		{"what is told is what is read", toldAsRead},
		{"a thread is told of", threadIsTold},
		{"a first message that is deleted", firstMessageDeleted},
		{"a malformed message costs only itself", malformedIsSurvived},
		{"direct messages are nobody's business", directMessagesAreNotTold},
		{"a channel that is gone is closed", closedIsTold},
	}
}

// followed is a World of which an Oracle is told.
type followed struct {
	World
	oracle *Oracle
}

// follow starts the adapter.
func follow(w World) *followed {
	f := &followed{w, NewOracle(func(context.Context, bot.Request, func(bot.Progress)) (*bot.Answer, error) {
		return nil, errors.New("nobody was to ask")
	})}
	w.Start(f.oracle)
	return f
}

// wait waits until ok accepts what was told of a place so far, and returns that.
func (f *followed) wait(t *testing.T, p bot.Place, ok func([]Told) bool) []Told {
	t.Helper()
	of := func(told []Told) []Told {
		return slices.DeleteFunc(told, func(one Told) bool { return one.Place != p })
	}
	return of(f.oracle.WaitTold(t, func(told []Told) bool { return ok(of(slices.Clone(told))) }))
}

// once are the tellings of messages without those that only repeat one, such as with a name that was unknown at first.
func once(told []Told) []string {
	var lines []string
	for _, one := range told {
		line := ""
		switch one.What {
		case Posted, Edited:
			line = fmt.Sprint(one.What, " ", one.Message.ID, " ", one.Message.Text)
		case Removed:
			line = fmt.Sprint(one.What, " ", one.IDs)
		case Closed, Left, Interrupted, Connected:
			continue
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// tells returns whether a message of this text was posted or edited.
func tells(what Telling, text string) func([]Told) bool {
	return func(told []Told) bool {
		return slices.ContainsFunc(told, func(one Told) bool { return one.What == what && one.Message.Text == text })
	}
}

// removes returns whether a message was removed.
func removes(id string) func([]Told) bool {
	return func(told []Told) bool {
		return slices.ContainsFunc(told, func(one Told) bool { return one.What == Removed && slices.Contains(one.IDs, id) })
	}
}

// endsInWhatStands: whoever keeps what is told as bot.MessageStorage does has in the end
// what stands there, in whatever order it came that follows soon after one another.
func endsInWhatStands(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	last := ""
	for n := range 30 {
		last = w.Post(agora, Message{Author: ann, Text: fmt.Sprint("first ", n)})
		if n%2 == 0 {
			w.Edit(agora, last, fmt.Sprint("second ", n))
		}
		if n%3 == 0 {
			w.Delete(agora, last)
		}
	}
	want := map[string]string{}
	for _, m := range read(t, w, agora, bot.Range{Last: 100}).Messages {
		want[m.ID] = m.Text
	}
	if len(want) != 20 {
		t.Fatalf("%d messages stand", len(want))
	}
	w.wait(t, agora, func(told []Told) bool { return maps.Equal(kept(told), want) })
}

// kept is what a storage keeps of what is told.
func kept(told []Told) map[string]string {
	texts, edits, removed := map[string]string{}, map[string]time.Time{}, map[string]bool{}
	for _, one := range told {
		for _, id := range one.IDs {
			removed[id] = true
			delete(texts, id)
		}
		if id := one.Message.ID; id != "" && !removed[id] && !one.Message.Edited.Before(edits[id]) {
			texts[id], edits[id] = one.Message.Text, one.Message.Edited
		}
	}
	return texts
}

// toldInOrder: each thing that happens is told once, and as what it is.
func toldInOrder(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	id := w.Post(agora, Message{Author: ann, Text: "first"})
	w.wait(t, agora, tells(Posted, "first"))
	w.Edit(agora, id, "second")
	w.wait(t, agora, tells(Edited, "second"))
	w.Delete(agora, id)
	told := once(w.wait(t, agora, removes(id)))
	if want := []string{"posted " + id + " first", "edited " + id + " second", "removed [" + id + "]"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

// toldAsRead: a message is told as the history has it, and with its author's name, if not at once.
func toldAsRead(t *testing.T, w *followed) {
	ann, bob, agora := w.Person("ann"), w.Person("bob"), w.Channel("agora")
	first := w.Post(agora, Message{Author: ann, Text: "a < b & c"})
	w.Post(agora, Message{Author: bob, Text: "reply", ReplyTo: first, Files: []string{"plan.pdf"}})
	w.Post(agora, Message{Author: bob, Text: "beep", Bot: true})
	named := func(told []Told) bool {
		return slices.ContainsFunc(told, func(one Told) bool { return one.What == Posted && one.Message.ID == first && one.Name == "ann" })
	}
	told := w.wait(t, agora, func(told []Told) bool {
		return named(told) && tells(Posted, "beep")(told) && tells(Posted, "reply")(told)
	})
	for _, m := range read(t, w, agora, bot.Range{Last: 100}).Messages {
		for _, one := range told {
			if one.What != Posted || one.Message.ID != m.ID {
				continue
			}
			if got, want := fmt.Sprintf("%+v", one.Message), fmt.Sprintf("%+v", m); got != want || one.Place != agora || one.Parent != "" {
				t.Errorf("told of %s in %+v, %q; want %s", got, one.Place, one.Parent, want)
			}
		}
	}
	w.Edit(agora, first, "a > b & c")
	told = w.wait(t, agora, tells(Edited, "a > b & c"))
	for _, one := range told {
		if one.What == Edited && (one.Message.ID != first || one.Message.Edited.IsZero() || one.Message.Author != ann) {
			t.Errorf("told of the edit %+v", one.Message)
		}
	}
}

// threadIsTold: what is said in a thread belongs to its channel, whether as a place of its own or not.
func threadIsTold(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	first := w.Post(agora, Message{Author: ann, Text: "Tabs?"})
	thread := w.Thread(agora, first)
	reply := w.Post(thread, Message{Author: ann, Text: "Anybody?"})
	home := thread
	home.Thread = ""
	for _, one := range w.wait(t, home, tells(Posted, "Anybody?")) {
		if one.Message.ID == reply && home != agora && one.Parent != agora.Channel {
			t.Errorf("told of it in a thread of %q", one.Parent)
		}
	}
	w.Delete(thread, reply)
	w.wait(t, home, removes(reply))
}

// firstMessageDeleted: it is removed though replies to it stay.
func firstMessageDeleted(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	first := w.Post(agora, Message{Author: ann, Text: "Tabs?"})
	w.Post(agora, Message{Author: ann, Text: "Anybody?", ReplyTo: first})
	w.Delete(agora, first)
	w.Post(agora, Message{Author: ann, Text: "No?"})
	told := w.wait(t, agora, func(told []Told) bool { return removes(first)(told) && tells(Posted, "No?")(told) })
	if tells(Edited, "This message was deleted.")(told) {
		t.Error("the notice of its deletion is told as its text")
	}
}

func malformedIsSurvived(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	w.Post(agora, Message{Author: ann, Text: "before"})
	w.Post(agora, Message{Author: ann, Text: "broken", Malformed: true})
	w.Post(agora, Message{Author: ann, Text: "after"})
	w.wait(t, agora, func(told []Told) bool { return tells(Posted, "before")(told) && tells(Posted, "after")(told) })
}

func directMessagesAreNotTold(t *testing.T, w *followed) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	w.Whisper(ann, "help")
	for n := range 5 {
		w.Post(agora, Message{Author: ann, Text: fmt.Sprint("aloud ", n)})
	}
	told := w.oracle.WaitTold(t, func(told []Told) bool {
		for n := range 5 {
			if !tells(Posted, fmt.Sprint("aloud ", n))(told) {
				return false
			}
		}
		return true
	})
	for _, one := range told {
		if one.Message.ID != "" && (one.Message.Text == "help" || one.Place.Server == "") {
			t.Errorf("told of %+v", one)
		}
	}
}

func closedIsTold(t *testing.T, w *followed) {
	ann := w.Person("ann")
	for _, p := range []bot.Place{w.Channel("agora"), w.Private("council", ann)} {
		w.Close(p)
		w.wait(t, p, func(told []Told) bool {
			return slices.ContainsFunc(told, func(one Told) bool { return one.What == Closed })
		})
	}
}

// nothingIsMissed: what happens while events do not come is told later, or the bot is
// told to read it in.
func nothingIsMissed(t *testing.T, w *followed) {
	ann, agora, o := w.Person("ann"), w.Channel("agora"), w.oracle
	o.WaitTold(t, func(told []Told) bool { return lastOf(told, Connected) >= 0 })
	restore := w.Cut()
	o.WaitTold(t, func(told []Told) bool { return lastOf(told, Interrupted) > lastOf(told, Connected) })
	w.Post(agora, Message{Author: ann, Text: "missed"})
	restore()
	o.WaitTold(t, func(told []Told) bool { return lastOf(told, Connected) > lastOf(told, Interrupted) })
	w.Post(agora, Message{Author: ann, Text: "after"})
	o.WaitTold(t, tells(Posted, "after"))
}

// leavingIsTold: when crux is removed from a server, the bot is told to forget it.
func leavingIsTold(t *testing.T, w *followed) {
	agora := w.Channel("agora")
	w.Remove()
	w.oracle.WaitTold(t, func(told []Told) bool {
		return slices.ContainsFunc(told, func(one Told) bool { return one.What == Left && one.Place.Server == agora.Server })
	})
}

// lastOf is where something was told last, -1 where it was not.
func lastOf(told []Told, what Telling) int {
	for i, one := range slices.Backward(told) {
		if one.What == what {
			return i
		}
	}
	return -1
}
