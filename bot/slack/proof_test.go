package slack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crux/bot"
	fake "crux/bot/platformtest/fakeslack"
)

func TestAllMayRead(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"})
	guest := s.AddUser(fake.User{Name: "guest", Guest: true})
	stranger := s.AddUser(fake.User{Name: "stranger", Team: "T9OTHER"})
	robot, gone := s.AddUser(fake.User{Name: "robot", Bot: true}), s.AddUser(fake.User{Name: "gone", Deleted: true})
	channel := func(c fake.Channel) string { return s.AddChannel(c) }

	open := channel(fake.Channel{Name: "agora", Members: []string{ann}})
	withGuest := channel(fake.Channel{Name: "lobby", Members: []string{ann, guest}})
	closed := channel(fake.Channel{Name: "council", Private: true, Members: []string{ann, bob}})
	closedToo := channel(fake.Channel{Name: "cabinet", Private: true, Members: []string{ann}})
	closedWithMore := channel(fake.Channel{Name: "cellar", Private: true, Members: []string{ann, robot, gone}})
	closedWithGuest := channel(fake.Channel{Name: "kitchen", Private: true, Members: []string{ann, guest}})
	shared := channel(fake.Channel{Name: "allies", ExtShared: true, Members: []string{ann}})
	closedShared := channel(fake.Channel{Name: "pact", Private: true, ExtShared: true, Members: []string{ann, stranger}})
	elsewhere := channel(fake.Channel{Name: "realm", OrgShared: true})
	cruxIsOut := channel(fake.Channel{Name: "den", NoBot: true})
	dmAnn, dmGuest := s.AddDM(ann), s.AddDM(guest)

	tests := []struct {
		name, from, there string
		shared            bool
		says              string // "" where it is allowed
	}{
		{"a channel itself", open, open, false, ""},
		{"a private channel itself", closed, closed, false, ""},
		{"open in open", withGuest, open, false, ""},
		{"open in open with a guest", open, withGuest, false, "not everyone here may read #agora"},
		{"open in private", open, closed, false, ""},
		{"open in private with a guest", open, closedWithGuest, false, "not everyone here may read #agora"},
		{"open in private with a guest who is in both", withGuest, closedWithGuest, false, ""},
		{"private in open", closed, open, false, "it comes from a private channel"},
		{"private in private whose people are in it", closed, closedToo, false, ""},
		{"private in private with others", closedToo, closed, false, "not everyone here may read #cabinet"},
		{"private in private with a program and who was deactivated", closedToo, closedWithMore, false, ""},
		{"open in direct messages", open, dmAnn, false, ""},
		{"private in direct messages", closed, dmAnn, false, ""},
		{"open in a guest's direct messages", open, dmGuest, false, hidden},
		{"private in a guest's direct messages", closed, dmGuest, false, hidden},
		{"direct messages in a channel", dmAnn, open, false, "it comes from direct messages"},
		{"direct messages in themselves", dmAnn, dmAnn, false, ""},
		{"open in shared", open, shared, false, "another organisation reads here"},
		{"open in shared, as configured", open, shared, true, "I can't tell who reads here"},
		{"open in private and shared, as configured", open, closedShared, true, "not everyone here may read #agora"},
		{"shared", shared, open, false, "#allies is shared with another organisation"},
		{"shared in open, as configured", shared, open, true, "it comes from a channel shared with another organisation"},
		{"shared in private whose people are in it, as configured", closedShared, closedToo, true, ""},
		{"shared in private with others, as configured", shared, closed, true, "not everyone here may read #allies"},
		{"open where other workspaces read", open, elsewhere, false, "I can't tell who reads here"},
		{"what crux isn't in", cruxIsOut, open, false, "I am not in #den"},
		{"where there is nothing", open, "C9NOWHERE", false, "I can't see who reads here"},
	}
	strict, lax := reader(t, s), reader(t, s, shareable)
	for _, a := range []*Adapter{strict, lax} {
		a.people.speaks(dmAnn, ann)
		a.people.speaks(dmGuest, guest)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := strict
			if tt.shared {
				a = lax
			}
			got := refusal(t, a.AllMayRead(t.Context(), bot.Place{Server: s.Team, Channel: tt.from}, bot.Place{Server: s.Team, Channel: tt.there}))
			if !strings.Contains(got, tt.says) || (got == "") != (tt.says == "") {
				t.Errorf("got %q, want %q", got, tt.says)
			}
		})
	}
}

// TestAllMayReadHoldsForEachOfThem compares the proof with asking for everyone who reads there.
func TestAllMayReadHoldsForEachOfThem(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	var all []string
	for i, u := range []fake.User{{}, {}, {Guest: true}, {Guest: true, SingleGuest: true}, {Team: "T9OTHER"}, {Bot: true}, {Deleted: true}, {Admin: true}} {
		u.Name = fmt.Sprint("user", i)
		all = append(all, s.AddUser(u))
	}
	humans := slices.DeleteFunc(append(slices.Clone(all), s.Owner), func(id string) bool { return id == all[5] })
	a := reader(t, s, shareable)
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(what string) bot.Place {
			c := fake.Channel{Name: what, Creator: all[0]}
			c.Private = rapid.Bool().Draw(rt, what+" is private")
			c.ExtShared = rapid.IntRange(0, 3).Draw(rt, what+" is shared") == 0
			c.Members = rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string]).Draw(rt, "members of "+what)
			return bot.Place{Server: s.Team, Channel: s.AddChannel(c)}
		}
		from, there := draw("from"), draw("there")
		if a.AllMayRead(t.Context(), from, there) != nil {
			return
		}
		for _, id := range humans {
			if a.MayRead(t.Context(), id, there) == nil && a.MayRead(t.Context(), id, from) != nil {
				rt.Fatalf("%s reads there and not from", id)
			}
		}
	})
}

func TestAllMayReadAmongMany(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	var crowd []string
	for i := range 1500 {
		crowd = append(crowd, s.AddUser(fake.User{Name: fmt.Sprint("user", i)}))
	}
	guest := s.AddUser(fake.User{Name: "guest", Guest: true})
	from := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
	there := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "forum", Members: crowd})}
	a := reader(t, s)
	if err := a.AllMayRead(t.Context(), from, there); err != nil {
		t.Error(err)
	}
	if n := len(s.Requests("users.info")); n > 0 {
		t.Errorf("%d people were looked up one by one", n)
	}
	s.Join(there.Channel, guest)
	if got := refusal(t, a.AllMayRead(t.Context(), from, there)); !strings.Contains(got, "not everyone here may read #agora") {
		t.Errorf("got %q", got)
	}
}

func TestAllMayReadProvesNothingWithoutTheMembers(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	from := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
	there := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "forum", Members: []string{s.AddUser(fake.User{Name: "ann"})}})}
	for _, method := range []string{"conversations.members", "users.info", "conversations.info"} {
		s.Fail(method, "access_denied", 0)
		if err := reader(t, s).AllMayRead(t.Context(), from, there); err == nil {
			t.Errorf("proved without %s", method)
		}
		s.Heal()
	}
	s.Fail("users.info", "user_not_found", 0) // somebody whom Slack does not show
	if err := reader(t, s).AllMayRead(t.Context(), from, there); err == nil {
		t.Error("proved of somebody whom nobody knows")
	}
}
