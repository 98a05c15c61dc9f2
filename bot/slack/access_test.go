package slack

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crux/bot"
	fake "crux/bot/platformtest/fakeslack"
)

// refusal is the reason of a refusal, "" for nil; any other error fails the test.
func refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refused, ok := errors.AsType[*bot.Refusal](err)
	if !ok {
		t.Fatalf("no refusal but %v", err)
	}
	return refused.Reason
}

// forget makes an adapter ask anew, as it does by itself a moment later.
func forget(a *Adapter) {
	a.rest.channels = channels{}
	a.people.facts = map[string]fact[*member]{}
}

func shareable(o *Options) { o.Shared = true }

// asInstalled are the scopes of the manifest, which are fewer than the fake grants.
func asInstalled(s *fake.Slack) { s.Scopes(scopes()...) }

func TestMayRead(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"})
	guest, single := s.AddUser(fake.User{Name: "guest", Guest: true}), s.AddUser(fake.User{Name: "single", Guest: true, SingleGuest: true})
	stranger := s.AddUser(fake.User{Name: "stranger", Team: "T9OTHER"})
	gone := s.AddUser(fake.User{Name: "gone", Deleted: true})
	robot := s.AddUser(fake.User{Name: "robot", Bot: true})

	open := s.AddChannel(fake.Channel{Name: "agora", Members: []string{guest}})
	closed := s.AddChannel(fake.Channel{Name: "council", Private: true, Members: []string{bob, single, gone, robot}})
	cruxIsOut := s.AddChannel(fake.Channel{Name: "den", NoBot: true, Members: []string{ann}})
	cruxIsOutOfPrivate := s.AddChannel(fake.Channel{Name: "cellar", Private: true, NoBot: true, Members: []string{ann}})
	shared := s.AddChannel(fake.Channel{Name: "allies", ExtShared: true, Members: []string{stranger}})
	pending := s.AddChannel(fake.Channel{Name: "soon-allies", PendingShared: true})
	archived := s.AddChannel(fake.Channel{Name: "ruins", Archived: true})
	dm := s.AddDM(ann)
	first := s.Post(open, fake.Message{Author: ann, Text: "x"})

	tests := []struct {
		name, user string
		place      bot.Place
		shared     bool
		says       string // "" where it is allowed
	}{
		{"an open channel", ann, bot.Place{Channel: open}, false, ""},
		{"a thread in it", ann, bot.Place{Channel: open, Thread: first}, false, ""},
		{"one with something strange for a thread", ann, bot.Place{Channel: open, Thread: "x"}, false, hidden},
		{"an open one by a guest in it", guest, bot.Place{Channel: open}, false, ""},
		{"an open one by a guest of another", single, bot.Place{Channel: open}, false, hidden},
		{"an open one by who belongs elsewhere", stranger, bot.Place{Channel: open}, false, hidden},
		{"an open one by who was deactivated", gone, bot.Place{Channel: open}, false, hidden},
		{"an open one by a program that is not in it", robot, bot.Place{Channel: open}, false, hidden},
		{"an open one by nobody", "U9NOBODY", bot.Place{Channel: open}, false, hidden},
		{"an open one by what is no user", "B012AB3CD", bot.Place{Channel: open}, false, hidden},
		{"an open one by nothing", "", bot.Place{Channel: open}, false, hidden},
		{"a private one by a member", bob, bot.Place{Channel: closed}, false, ""},
		{"a private one by a guest in it", single, bot.Place{Channel: closed}, false, ""},
		{"a private one by who was deactivated", gone, bot.Place{Channel: closed}, false, hidden},
		{"a private one by others", ann, bot.Place{Channel: closed}, false, hidden},
		{"a private one by the workspace's owner", s.Owner, bot.Place{Channel: closed}, false, ""}, // who created it
		{"one that crux isn't in", ann, bot.Place{Channel: cruxIsOut}, false, "I am not in #den. Type /invite @crux there."},
		{"one that crux isn't in, by a guest who isn't either", guest, bot.Place{Channel: cruxIsOut}, false, hidden},
		{"a private one that crux isn't in", ann, bot.Place{Channel: cruxIsOutOfPrivate}, false, hidden},
		{"a shared one", ann, bot.Place{Channel: shared}, false, "#allies is shared with another organisation"},
		{"a shared one, as configured", ann, bot.Place{Channel: shared}, true, ""},
		{"a shared one by one of the others", stranger, bot.Place{Channel: shared}, true, ""},
		{"a shared one by a guest of another", guest, bot.Place{Channel: shared}, true, hidden},
		{"one to which another organisation is invited", ann, bot.Place{Channel: pending}, false, "#soon-allies is shared"},
		{"an archived one", ann, bot.Place{Channel: archived}, false, ""},
		{"one that is not", ann, bot.Place{Channel: "C9NOWHERE"}, false, hidden},
		{"one whose id is none", ann, bot.Place{Channel: "C1&channel=" + open}, false, hidden},
		{"one of another workspace", ann, bot.Place{Server: "T9OTHER", Channel: open}, false, hidden},
		{"one of no workspace", ann, bot.Place{Server: "-", Channel: open}, false, hidden},
	}
	strict, lax := reader(t, s), reader(t, s, shareable)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := strict
			if tt.shared {
				a = lax
			}
			p := tt.place
			switch p.Server {
			case "":
				p.Server = s.Team
			case "-":
				p.Server = ""
			}
			if got := refusal(t, a.MayRead(t.Context(), tt.user, p)); !strings.HasPrefix(got, tt.says) || (got == "") != (tt.says == "") {
				t.Errorf("got %q, want %q", got, tt.says)
			}
		})
	}

	// Direct messages: without a scope that crux does not ask for, only who has written there is known.
	for _, server := range []string{"", s.Team} {
		p := bot.Place{Server: server, Channel: dm}
		a := reader(t, s)
		if got := refusal(t, a.MayRead(t.Context(), ann, p)); got != hidden {
			t.Errorf("got %q", got)
		}
		a.people.speaks(dm, ann)
		if err := a.MayRead(t.Context(), ann, p); err != nil {
			t.Error(err)
		}
		if got := refusal(t, a.MayRead(t.Context(), bob, p)); got != hidden {
			t.Errorf("got %q", got)
		}
		if got := refusal(t, a.MayManage(t.Context(), ann, p)); !strings.Contains(got, "direct messages") {
			t.Errorf("got %q", got)
		}
	}
}

func TestMayReadAsksAnew(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"})
	open := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
	closed := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "council", Private: true, Members: []string{bob}})}
	a := reader(t, s)
	may := func(user string, p bot.Place) bool {
		t.Helper()
		forget(a)
		return refusal(t, a.MayRead(t.Context(), user, p)) == ""
	}
	if !may(ann, open) || !may(bob, closed) || may(ann, closed) {
		t.Fatal("not what the world says")
	}
	s.Join(closed.Channel, ann)
	// Who is in a private channel is never remembered.
	if err := a.MayRead(t.Context(), ann, closed); err != nil {
		t.Error(err)
	}
	s.Leave(closed.Channel, bob)
	if err := a.MayRead(t.Context(), bob, closed); err == nil {
		t.Error("who left may still read")
	}
	s.SetUser(ann, func(u *fake.User) { u.Guest = true })
	if may(ann, open) || !may(ann, closed) {
		t.Error("who became a guest reads what full members do")
	}
	s.SetUser(ann, func(u *fake.User) { u.Deleted = true })
	if may(ann, closed) {
		t.Error("who was deactivated reads")
	}
	s.Leave(open.Channel, s.Bot)
	if may(bob, open) {
		t.Error("what crux left can be read")
	}
}

func TestHiddenPlacesAreAllAlike(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	ann := s.AddUser(fake.User{Name: "ann"})
	inIt := s.AddChannel(fake.Channel{Name: "council", Private: true})
	notInIt := s.AddChannel(fake.Channel{Name: "cellar", Private: true, NoBot: true})
	foreign := s.AddChannel(fake.Channel{Name: "allies", Private: true, ExtShared: true})
	a := reader(t, s)
	for _, id := range []string{inIt, notInIt, foreign, "C9NOWHERE", "G9NOWHERE", "D9NOWHERE", "X"} {
		p := bot.Place{Server: s.Team, Channel: id}
		for _, err := range []error{a.MayRead(t.Context(), ann, p), a.MayManage(t.Context(), ann, p)} {
			if got := refusal(t, err); got != hidden {
				t.Errorf("%s: %q", id, got)
			}
		}
	}
}

func TestMayManage(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"})
	admin := s.AddUser(fake.User{Name: "admin", Admin: true})
	foreignAdmin := s.AddUser(fake.User{Name: "chief", Admin: true, Team: "T9OTHER"})
	open := s.AddChannel(fake.Channel{Name: "agora", Creator: ann, Members: []string{foreignAdmin}})
	closed := s.AddChannel(fake.Channel{Name: "council", Private: true, Creator: ann, Members: []string{bob}})
	left := s.AddChannel(fake.Channel{Name: "attic", Private: true, Creator: ann, Members: []string{bob}})
	s.Leave(left, ann)
	named := s.AddUser(fake.User{Name: "named"})
	tests := []struct{ name, user, channel, says string }{
		{"who created it", ann, open, ""},
		{"an administrator", admin, open, ""},
		{"the owner", s.Owner, open, ""},
		{"others", bob, open, "That takes an administrator of the workspace, whoever created #agora, or somebody whom my operator named"},
		{"who is named", named, open, ""},
		{"who is named and isn't in it", named, closed, hidden},
		{"an administrator of something else", foreignAdmin, open, "That takes an administrator"},
		{"who created a private one", ann, closed, ""},
		{"who created it and left", ann, left, hidden},
		{"a member", bob, closed, "That takes an administrator"},
		{"an administrator who isn't in it", admin, closed, hidden},
	}
	a := reader(t, s, func(o *Options) { o.Managers = []string{named} })
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := refusal(t, a.MayManage(t.Context(), tt.user, bot.Place{Server: s.Team, Channel: tt.channel}))
			if !strings.HasPrefix(got, tt.says) || (got == "") != (tt.says == "") {
				t.Errorf("got %q, want %q", got, tt.says)
			}
		})
	}
}

func TestMayManageServer(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	named := s.AddUser(fake.User{Name: "named"})
	namedGuest := s.AddUser(fake.User{Name: "guest", Guest: true})
	program := s.AddUser(fake.User{Name: "program", Admin: true, Bot: true})
	gone := s.AddUser(fake.User{Name: "gone", Admin: true, Deleted: true})
	ann := s.AddUser(fake.User{Name: "ann"})
	s.AddChannel(fake.Channel{Name: "agora", Creator: ann})
	a := reader(t, s, func(o *Options) { o.Managers = []string{named, namedGuest, program, gone} })
	const takes = "That takes an administrator of the workspace"
	for _, tt := range []struct{ name, user, server, says string }{
		{"the owner", s.Owner, s.Team, ""},
		{"an administrator", s.AddUser(fake.User{Name: "admin", Admin: true}), s.Team, ""},
		{"who is named", named, s.Team, ""},
		{"who is named and a guest", namedGuest, s.Team, takes},
		{"a program", program, s.Team, takes},
		{"who is deactivated", gone, s.Team, takes},
		{"who created a channel", ann, s.Team, takes},
		{"an administrator of something else", s.AddUser(fake.User{Name: "chief", Admin: true, Team: "T9OTHER"}), s.Team, takes},
		{"the owner, of another workspace", s.Owner, "T9OTHER", "That concerns a workspace"},
	} {
		if got := refusal(t, a.MayManageServer(t.Context(), tt.user, tt.server)); !strings.HasPrefix(got, tt.says) || (got == "") != (tt.says == "") {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.says)
		}
	}
}

func TestMayPostAndDescribe(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann := s.AddUser(fake.User{Name: "ann"})
	open := s.AddChannel(fake.Channel{Name: "agora"})
	archived := s.AddChannel(fake.Channel{Name: "ruins", Archived: true})
	cruxIsOut := s.AddChannel(fake.Channel{Name: "den", NoBot: true})
	shared := s.AddChannel(fake.Channel{Name: "allies", ExtShared: true})
	dm := s.AddDM(ann)
	ts := s.Post(open, fake.Message{Author: ann, Text: "x"})
	tests := []struct {
		name        string
		place       bot.Place
		post, about string // refusals
		channel     bot.Channel
	}{
		{"a channel", bot.Place{Channel: open}, "", "", bot.Channel{Name: "agora"}},
		{"a thread", bot.Place{Channel: open, Thread: ts}, "", "", bot.Channel{Name: "agora", Parent: open, Thread: true}},
		{"an archived channel", bot.Place{Channel: archived}, "#ruins is archived", "", bot.Channel{Name: "ruins"}},
		{"one that crux isn't in", bot.Place{Channel: cruxIsOut}, "I am not in #den", "I am not in #den", bot.Channel{}},
		{"a shared one", bot.Place{Channel: shared}, "#allies is shared", "#allies is shared", bot.Channel{}},
		{"one that is not", bot.Place{Channel: "C9NOWHERE"}, "I can't see this channel", hidden, bot.Channel{}},
		{"direct messages", bot.Place{Channel: dm}, "", "", bot.Channel{Name: "direct messages"}},
	}
	a := reader(t, s)
	a.people.speaks(dm, ann)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.place.Server = s.Team
			if got := refusal(t, a.MayPost(t.Context(), tt.place)); !strings.HasPrefix(got, tt.post) || (got == "") != (tt.post == "") {
				t.Errorf("post: got %q, want %q", got, tt.post)
			}
			about, err := a.Describe(t.Context(), tt.place)
			if got := refusal(t, err); !strings.HasPrefix(got, tt.about) || (got == "") != (tt.about == "") {
				t.Errorf("describe: got %q, want %q", got, tt.about)
			}
			if diff := cmp.Diff(tt.channel, about); diff != "" {
				t.Error(diff)
			}
		})
	}
	if threads, err := a.Threads(t.Context(), bot.Place{Server: s.Team, Channel: open}); err != nil || len(threads) > 0 {
		t.Errorf("%v, %v", threads, err)
	}
}

// TestOnlyWhatIsNotThereIsGone, since what is gone is erased.
func TestOnlyWhatIsNotThereIsGone(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	deleted := s.AddChannel(fake.Channel{Name: "agora"})
	left := s.AddChannel(fake.Channel{Name: "den"})
	s.Leave(left, s.Bot)
	s.DeleteChannel(deleted)
	a := reader(t, s)
	describe := func(id string) error {
		_, err := a.Describe(t.Context(), bot.Place{Server: s.Team, Channel: id})
		return err
	}
	if err := describe(deleted); !errors.Is(err, bot.ErrGone) || refusal(t, err) != hidden {
		t.Errorf("got %v", err)
	}
	if err := describe(left); !errors.Is(err, bot.ErrGone) || refusal(t, err) == "" {
		t.Errorf("got %v", err)
	}
	s.Scopes("chat:write")
	forget(a)
	if err := describe(left); errors.Is(err, bot.ErrGone) || !strings.Contains(refusal(t, err), "channels:read") {
		t.Errorf("got %v", err)
	}
	s.Fail("conversations.info", 0, 0)
	if err := describe(left); err == nil || errors.Is(err, bot.ErrGone) {
		t.Errorf("got %v", err)
	}
}

func TestCheckingAsksSlackLittle(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	ann := s.AddUser(fake.User{Name: "ann"})
	p := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
	a := reader(t, s)
	for range 5 {
		_, err := a.Describe(t.Context(), p)
		if err := errors.Join(err, a.MayRead(t.Context(), ann, p), a.AllMayRead(t.Context(), p, p), a.MayPost(t.Context(), p)); err != nil {
			t.Fatal(err)
		}
	}
	var asked []string
	for _, r := range s.Requests("*") {
		asked = append(asked, r.Method)
	}
	if slices.Sort(asked); !slices.Equal(asked, []string{"auth.test", "conversations.info", "users.info"}) {
		t.Errorf("asked %v", asked)
	}
}
