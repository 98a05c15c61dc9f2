package platformtest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"crux/bot"
)

// access is who may do what.
func access() []check[World] {
	return []check[World]{
		{"a channel is read by every member", membersRead},
		{"a private channel is read by those in it alone", privateIsPrivate},
		{"a refusal does not tell what exists", refusalsAreNoOracle},
		{"whoever was taken out reads no more", expelledReadNoMore},
		{"ids that are none", malformedIDs},
		{"what crux can't see it can't show", hiddenIsRefused},
		{"an end is no permission", endedIsNoPermission},
		{"sharing", sharing},
		{"managing", managing},
		{"managing the server", managingServer},
		{"writing", writing},
		{"posting", posting},
		{"description", description},
		{"description of a channel that is gone", descriptionOfGone},
	}
}

func membersRead(t *testing.T, w World) {
	ann, stranger := w.Person("ann"), w.Outsider("xerxes")
	agora := w.Channel("agora")
	thread := w.Thread(agora, w.Post(agora, Message{Author: ann, Text: "Tabs?"}))
	for what, p := range map[string]bot.Place{"the channel": agora, "a thread in it": thread} {
		allowed(t, what+", by a member", w.Platform().MayRead(t.Context(), ann, p))
		forbidden(t, what+", by an outsider", w.Platform().MayRead(t.Context(), stranger, p))
	}
}

func privateIsPrivate(t *testing.T, w World) {
	ann, bob, stranger := w.Person("ann"), w.Person("bob"), w.Outsider("xerxes")
	council := w.Private("council", ann)
	thread := w.Thread(council, w.Post(council, Message{Author: ann, Text: "Tabs?"}))
	for what, p := range map[string]bot.Place{"the channel": council, "a thread in it": thread} {
		allowed(t, what+", by who is in it", w.Platform().MayRead(t.Context(), ann, p))
		forbidden(t, what+", by another member", w.Platform().MayRead(t.Context(), bob, p))
		forbidden(t, what+", by an outsider", w.Platform().MayRead(t.Context(), stranger, p))
	}
}

// refusalsAreNoOracle: what exists and may not be read is refused in the same words as what does not exist.
func refusalsAreNoOracle(t *testing.T, w World) {
	ann, bob, stranger := w.Person("ann"), w.Person("bob"), w.Outsider("xerxes")
	agora, council := w.Channel("agora"), w.Private("council", ann)
	secret := w.Thread(council, w.Post(council, Message{Author: ann, Text: "Tabs?"}))
	lost := w.Private("lost", ann, bob)
	w.Hide(lost)

	want := forbidden(t, "a channel that does not exist", w.Platform().MayRead(t.Context(), bob, w.Nowhere()))
	if strings.Contains(want, "council") || want == "" {
		t.Errorf("said %q", want)
	}
	for _, tt := range []struct {
		name, who string
		place     bot.Place
	}{
		{"a private channel", bob, council},
		{"a thread in one", bob, secret},
		{"a private channel that crux can't see", bob, lost},
		{"a channel, by an outsider", stranger, agora},
		{"a private channel, by an outsider", stranger, council},
		{"a channel that does not exist, by an outsider", stranger, w.Nowhere()},
		{"a channel, by nobody", "", agora},
	} {
		if got := forbidden(t, tt.name, w.Platform().MayRead(t.Context(), tt.who, tt.place)); got != want {
			t.Errorf("%s: said %q, and of one that does not exist %q", tt.name, got, want)
		}
	}
	for doing, err := range map[string]error{
		"managing": w.Platform().MayManage(t.Context(), bob, council), "writing": w.Platform().MayWrite(t.Context(), bob, council),
	} {
		if got := forbidden(t, doing+" in a private channel", err); got != want {
			t.Errorf("%s: said %q, and of one that does not exist %q", doing, got, want)
		}
	}
}

func expelledReadNoMore(t *testing.T, w World) {
	ann, bob := w.Person("ann"), w.Person("bob")
	council, court := w.Private("council", ann, bob), w.Private("court", ann, bob)
	allowed(t, "before", w.Platform().MayRead(t.Context(), bob, council))
	allowed(t, "sharing before", w.Platform().AllMayRead(t.Context(), council, court))
	w.Expel(council, bob)
	forbidden(t, "after", w.Platform().MayRead(t.Context(), bob, council))
	forbidden(t, "sharing after", w.Platform().AllMayRead(t.Context(), council, court))
	allowed(t, "whoever stayed", w.Platform().MayRead(t.Context(), ann, council))
}

func malformedIDs(t *testing.T, w World) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	for _, id := range []string{"", ".", "../users/@me", "a?b=c", "x y", "\x00", strings.Repeat("9", 400)} {
		for what, p := range map[string]bot.Place{
			"channel": {Server: agora.Server, Channel: id},
			"server":  {Server: id, Channel: agora.Channel},
		} {
			forbidden(t, what+" "+id, w.Platform().MayRead(t.Context(), ann, p))
			forbidden(t, "managing: "+what+" "+id, w.Platform().MayManage(t.Context(), ann, p))
			forbidden(t, "writing: "+what+" "+id, w.Platform().MayWrite(t.Context(), ann, p))
			if _, err := w.Platform().Describe(t.Context(), p); err == nil {
				t.Errorf("%s %q is described", what, id)
			}
		}
		if id != "" { // without, it is the channel itself
			forbidden(t, "thread "+id, w.Platform().MayRead(t.Context(), ann, bot.Place{Server: agora.Server, Channel: "x", Thread: id}))
		}
		forbidden(t, "person "+id, w.Platform().MayRead(t.Context(), id, agora))
		if _, err := w.Platform().History(t.Context(), bot.Place{Server: agora.Server, Channel: id}, bot.Range{Last: 10}, func(int) {}); err == nil {
			t.Errorf("history of %q", id)
		}
	}
}

// hiddenIsRefused: whoever could read it is told what to do.
func hiddenIsRefused(t *testing.T, w World) {
	ann := w.Person("ann")
	for what, p := range map[string]bot.Place{"a channel": w.Channel("agora"), "a private one": w.Private("council", ann)} {
		w.Hide(p)
		_, described := w.Platform().Describe(t.Context(), p)
		_, read := w.Platform().History(t.Context(), p, bot.Range{Last: 10}, func(int) {})
		for doing, err := range map[string]error{
			"reading": w.Platform().MayRead(t.Context(), ann, p), "writing": w.Platform().MayWrite(t.Context(), ann, p), "posting": w.Platform().MayPost(t.Context(), p),
			"describing": described, "its history": read,
			"sharing": w.Platform().AllMayRead(t.Context(), p, p),
		} {
			if got := forbidden(t, what+", "+doing, err); !strings.Contains(got, w.Remedy()) {
				t.Errorf("%s, %s: said %q, which does not say what to do", what, doing, got)
			}
		}
	}
}

func endedIsNoPermission(t *testing.T, w World) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, err := range map[string]error{
		"read":   w.Platform().MayRead(ctx, ann, agora),
		"manage": w.Platform().MayManage(ctx, w.Manager(agora), agora),
		"write":  w.Platform().MayWrite(ctx, w.Manager(agora), agora),
		"share":  w.Platform().AllMayRead(ctx, agora, agora),
		"post":   w.Platform().MayPost(ctx, agora),
	} {
		if err == nil {
			t.Errorf("allowed to %s", what)
		}
	}
}

func sharing(t *testing.T, w World) {
	ann, bob, cid := w.Person("ann"), w.Person("bob"), w.Person("cid")
	open, other := w.Channel("agora"), w.Channel("stoa")
	two, same, fewer, more := w.Private("two", ann, bob), w.Private("same", ann, bob), w.Private("fewer", ann), w.Private("more", ann, bob, cid)
	overlap, lost := w.Private("overlap", bob, cid), w.Private("lost", ann)
	w.Hide(lost)
	thread := w.Thread(open, w.Post(open, Message{Author: ann, Text: "Tabs?"}))
	secret := w.Thread(two, w.Post(two, Message{Author: ann, Text: "Tabs?"}))
	for _, tt := range []struct {
		name        string
		from, there bot.Place
		may         bool
	}{
		{"a channel in itself", open, open, true},
		{"a channel in another", open, other, true},
		{"a channel in its thread", open, thread, true},
		{"a thread in its channel", thread, open, true},
		{"a thread in another channel", thread, other, true},
		{"a channel in a private one", open, two, true},
		{"a private one in itself", two, two, true},
		{"a private one in its thread", two, secret, true},
		{"its thread in it", secret, two, true},
		{"a private one among the same people", two, same, true},
		{"a private one among fewer of them", two, fewer, true},
		{"its thread among fewer of them", secret, fewer, true},
		{"a private one among more people", two, more, false},
		{"a private one among others, some of them the same", two, overlap, false},
		{"its thread among more people", secret, more, false},
		{"a private one in a channel", two, open, false},
		{"a private one in a channel's thread", two, thread, false},
		{"a private one's thread in a channel", secret, open, false},
		{"one that crux can't see", lost, open, false},
		{"in one that crux can't see", open, lost, false},
		{"one that does not exist", w.Nowhere(), open, false},
		{"in one that does not exist", open, w.Nowhere(), false},
		{"in another server", open, bot.Place{Server: w.Nowhere().Channel, Channel: other.Channel}, false},
	} {
		if err := w.Platform().AllMayRead(t.Context(), tt.from, tt.there); (err == nil) != tt.may {
			t.Errorf("%s: %v, want allowed %v", tt.name, err, tt.may)
		} else if err != nil {
			refused(t, err)
		}
	}
}

func managing(t *testing.T, w World) {
	ann, stranger := w.Person("ann"), w.Outsider("xerxes")
	agora, council := w.Channel("agora"), w.Private("council", ann)
	for what, p := range map[string]bot.Place{"a channel": agora, "a private one": council} {
		allowed(t, what+", by its manager", w.Platform().MayManage(t.Context(), w.Manager(p), p))
		forbidden(t, what+", by a member", w.Platform().MayManage(t.Context(), ann, p))
		forbidden(t, what+", by an outsider", w.Platform().MayManage(t.Context(), stranger, p))
	}
	forbidden(t, "one that does not exist", w.Platform().MayManage(t.Context(), w.Manager(agora), w.Nowhere()))
}

func writing(t *testing.T, w World) {
	ann, bob, stranger := w.Person("ann"), w.Person("bob"), w.Outsider("xerxes")
	agora, council := w.Channel("agora"), w.Private("council", ann)
	w.Enter(agora, ann)
	thread := w.Thread(agora, w.Post(agora, Message{Author: ann, Text: "Tabs?"}))
	for what, p := range map[string]bot.Place{"a channel": agora, "a thread in it": thread, "a private one": council} {
		allowed(t, what+", by a member", w.Platform().MayWrite(t.Context(), ann, p))
		forbidden(t, what+", by an outsider", w.Platform().MayWrite(t.Context(), stranger, p))
	}
	forbidden(t, "a private one, by another member", w.Platform().MayWrite(t.Context(), bob, council))
	forbidden(t, "one that does not exist", w.Platform().MayWrite(t.Context(), ann, w.Nowhere()))
	hall := w.Channel("hall")
	w.Enter(hall, ann)
	w.Silence(hall)
	forbidden(t, "one in which nobody writes any more", w.Platform().MayWrite(t.Context(), ann, hall))
	allowed(t, "reading it", w.Platform().MayRead(t.Context(), ann, hall))
}

func posting(t *testing.T, w World) {
	ann := w.Person("ann")
	agora, council := w.Channel("agora"), w.Private("council", ann)
	thread := w.Thread(agora, w.Post(agora, Message{Author: ann, Text: "Tabs?"}))
	for what, p := range map[string]bot.Place{"a channel": agora, "a private one": council, "a thread": thread} {
		allowed(t, what, w.Platform().MayPost(t.Context(), p))
	}
	forbidden(t, "one that does not exist", w.Platform().MayPost(t.Context(), w.Nowhere()))
}

func description(t *testing.T, w World) {
	ann := w.Person("ann")
	agora, council := w.Channel("agora"), w.Private("council", ann)
	thread := w.Thread(agora, w.Post(agora, Message{Author: ann, Text: "Tabs?"}))
	for p, name := range map[bot.Place]string{agora: "agora", council: "council"} {
		if got, err := w.Platform().Describe(t.Context(), p); err != nil || got != (bot.Channel{Name: name}) {
			t.Errorf("%s is described as %+v, %v", name, got, err)
		}
	}
	got, err := w.Platform().Describe(t.Context(), thread)
	if err != nil || !got.Thread || got.Private || got.Parent != agora.Channel || got.Name == "" {
		t.Errorf("a thread is described as %+v, %v", got, err)
	}
	if _, err := w.Platform().Describe(t.Context(), w.Nowhere()); forbidden(t, "one that does not exist", err) == "" {
		t.Error("described without a reason why not")
	}
}

func descriptionOfGone(t *testing.T, w World) {
	agora := w.Channel("agora")
	w.Close(agora)
	_, err := w.Platform().Describe(t.Context(), agora)
	forbidden(t, "a channel that was deleted", err)
	if !errors.Is(err, bot.ErrGone) {
		t.Errorf("%v does not say that the channel is gone", err)
	}
}

func managingServer(t *testing.T, w World) {
	ann, stranger, chief := w.Person("ann"), w.Outsider("xerxes"), w.Chief()
	server := w.Channel("agora").Server
	may := func(user, server string) error { return w.Platform().MayManageServer(t.Context(), user, server) }
	allowed(t, "who manages it", may(chief, server))
	for what, user := range map[string]string{"a member": ann, "an outsider": stranger, "nobody": "", "no id": "../@me"} {
		forbidden(t, what, may(user, server))
	}
	for what, other := range map[string]string{"another server": w.Nowhere().Channel, "no server": "", "no id": "../@me"} {
		forbidden(t, what, may(chief, other))
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if w.Platform().MayManageServer(ended, chief, server) == nil {
		t.Error("allowed after the end")
	}
}
