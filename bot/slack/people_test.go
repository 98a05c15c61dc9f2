package slack

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	fake "crux/bot/platformtest/fakeslack"
)

func TestNames(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann := s.AddUser(fake.User{Name: "ann", RealName: "Ann A"})
	bob := s.AddUser(fake.User{Name: "bob", RealName: "Bob B", NoDisplayName: true})
	var now atomic.Int64
	a := reader(t, s, func(o *Options) {
		o.Now = func() time.Time { return time.Unix(1_700_000_000+now.Load(), 0) }
	})
	ids := []string{ann, bob, ann, "U9NOBODY", "B1OTHER", ""}
	want := map[string]string{ann: "ann", bob: "Bob B"}
	names := func() map[string]string { return a.names(t.Context(), ids) }
	if diff := cmp.Diff(want, names()); diff != "" {
		t.Error(diff)
	}
	asked := len(s.Requests("users.info"))
	if asked != 3 {
		t.Errorf("%d people were looked up", asked)
	}
	if a.people.name(bob) != "Bob B" || a.people.name(ann) != "ann" || len(s.Requests("users.info")) != asked {
		t.Error("names are not kept")
	}

	// Names are kept for a while, and then asked for anew.
	s.SetUser(ann, func(u *fake.User) { u.Name = "anna" })
	forget(a)
	now.Add(int64(nameKept.Seconds()))
	if got := names()[ann]; got != "ann" {
		t.Errorf("got %q", got)
	}
	now.Add(1)
	if got := names()[ann]; got != "anna" {
		t.Errorf("got %q", got)
	}

	// Where they can't be had, there are none.
	forget(a)
	now.Add(2 * int64(nameKept.Seconds()))
	s.Fail("users.info", "user_not_visible", 1)
	s.Fail("users.info", "internal_error", 0)
	if got := a.names(t.Context(), []string{ann}); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestNamesAreBounded(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	var ids []string
	for i := range namesACall + 10 {
		ids = append(ids, s.AddUser(fake.User{Name: fmt.Sprint("user", i)}))
	}
	a := reader(t, s)
	if got := a.names(t.Context(), ids); len(got) != namesACall {
		t.Errorf("%d names", len(got))
	}
	if got := a.names(t.Context(), ids); len(got) != len(ids) {
		t.Errorf("%d names the second time", len(got))
	}
}

func TestManyWhoAskAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	ann := s.AddUser(fake.User{Name: "ann"})
	a := reader(t, s)
	release := s.Hold("users.info")
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() {
			if m, err := a.member(t.Context(), ann); err != nil || !m.Full {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
	s.WaitRequests("users.info", 1)
	// Who gives up keeps nobody else from the answer.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.member(ctx, ann); err == nil {
		t.Error("who gave up was answered")
	}
	release()
	asking.Wait()
	if n := len(s.Requests("users.info")); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestMemberOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		user slack.User
		want member
	}{
		{"a member", slack.User{TeamID: "T1"}, member{Full: true}},
		{"an administrator", slack.User{TeamID: "T1", IsAdmin: true}, member{Full: true, Admin: true}},
		{"an owner", slack.User{TeamID: "T1", IsPrimaryOwner: true}, member{Full: true, Admin: true}},
		{"a guest", slack.User{TeamID: "T1", IsRestricted: true, IsAdmin: true}, member{}},
		{"a guest of one channel", slack.User{TeamID: "T1", IsUltraRestricted: true}, member{}},
		{"one who has not come yet", slack.User{TeamID: "T1", IsInvitedUser: true}, member{}},
		{"of another organisation", slack.User{TeamID: "T2", IsAdmin: true, IsOwner: true}, member{}},
		{"a stranger", slack.User{TeamID: "T1", IsStranger: true}, member{}},
		{"of this and other workspaces of the organisation", slack.User{TeamID: "E1", Enterprise: slack.EnterpriseUser{Teams: []string{"T2", "T1"}}}, member{Full: true}},
		{"of other workspaces of the organisation", slack.User{TeamID: "E1", Enterprise: slack.EnterpriseUser{Teams: []string{"T2"}}}, member{}},
		{"deactivated", slack.User{TeamID: "T1", Deleted: true, IsAdmin: true}, member{Deleted: true}},
		{"a program", slack.User{TeamID: "T1", IsBot: true}, member{Bot: true}},
		{"nothing", slack.User{}, member{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, *memberOf(&tt.user, "T1")); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
