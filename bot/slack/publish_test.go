package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"crux/bot"
	fake "crux/bot/platformtest/fakeslack"
)

// markOf is a mark as digests have them.
func markOf(letter string) string { return strings.Repeat(letter, 22) }

func TestMayWrite(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann, bob := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "bob"})
	guest, gone := s.AddUser(fake.User{Name: "guest", Guest: true}), s.AddUser(fake.User{Name: "gone", Deleted: true})
	open := s.AddChannel(fake.Channel{Name: "agora", Members: []string{ann, guest, gone}})
	closed := s.AddChannel(fake.Channel{Name: "council", Private: true, Members: []string{ann}})
	archived := s.AddChannel(fake.Channel{Name: "attic", Archived: true, Members: []string{ann}})
	shared := s.AddChannel(fake.Channel{Name: "allies", ExtShared: true, Members: []string{ann}})
	without := s.AddChannel(fake.Channel{Name: "den", NoBot: true, Members: []string{ann}})
	dm := s.AddDM(ann)
	s.Post(dm, fake.Message{Author: ann, Text: "hello"})
	tests := []struct{ name, user, channel, says string }{
		{"a member", ann, open, ""},
		{"a guest who is a member", guest, open, ""},
		{"who reads it and has not joined", bob, open, "That is for those who can write in #agora."},
		{"who was deactivated", gone, open, hidden},
		{"a member of a private one", ann, closed, ""},
		{"others", bob, closed, hidden},
		{"a member of an archived one", ann, archived, "#attic is archived"},
		{"a member of a shared one", ann, shared, "#allies is shared"},
		{"a member of one that crux isn't in", ann, without, "I am not in #den."},
		{"nobody", "", open, hidden},
		{"direct messages of somebody else", bob, dm, hidden},
	}
	a := reader(t, s)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := refusal(t, a.MayWrite(t.Context(), tt.user, bot.Place{Server: s.Team, Channel: tt.channel}))
			if !strings.HasPrefix(got, tt.says) || (got == "") != (tt.says == "") {
				t.Errorf("got %q, want %q", got, tt.says)
			}
		})
	}
	t.Run("too many members", func(t *testing.T) {
		forget(a)
		s.Fail("conversations.members", "fetch_members_failed", 1)
		if err := a.MayWrite(t.Context(), ann, bot.Place{Server: s.Team, Channel: open}); err == nil {
			t.Error("it is proved though nobody said who is in the channel")
		}
	})
}

// digestOf is a digest with one item.
func digestOf() *bot.Answer {
	a := listed(bot.Open, bot.List{Title: "Still open", Items: []bot.Item{leases()["hostile"]}})
	a.Said = "Digest of #agora."
	return a
}

func TestPublishedIsFoundByItsMark(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	s.AllowHost("acme.slack.com")
	channel := s.AddChannel(fake.Channel{Name: "agora"})
	since := time.Now()
	root := s.Post(channel, fake.Message{Text: "root"})
	a := reader(t, s)
	for name, p := range map[string]bot.Place{
		"a channel": {Server: s.Team, Channel: channel}, "a thread": {Server: s.Team, Channel: channel, Thread: root},
	} {
		mark := markOf(strings.ToUpper(name[2:3]))
		if found, err := a.Published(t.Context(), p, mark, since); err != nil || found != "" {
			t.Errorf("%s: found %q before it was posted: %v", name, found, err)
		}
		posted, err := a.Publish(t.Context(), p, digestOf(), mark)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			more := make([]fake.Message, 2*pageSize)
			for i := range more {
				more[i] = fake.Message{Text: "more", Thread: p.Thread}
			}
			s.PostMany(channel, more...)
			if found, err := a.Published(t.Context(), p, mark, since); err != nil || found != posted {
				t.Errorf("%s: found %q, want %q: %v", name, found, posted, err)
			}
		}
		if found, err := a.Published(t.Context(), p, mark, since.Add(-3*time.Hour)); err != nil || found != posted {
			t.Errorf("%s: long after it was tried first, found %q, want %q: %v", name, found, posted, err)
		}
		for what, other := range map[string]string{"another mark": markOf("Z"), "the beginning of the mark": mark[:21]} {
			if found, err := a.Published(t.Context(), p, other, since); err != nil || found != "" {
				t.Errorf("%s: found %q by %s: %v", name, found, what, err)
			}
		}
		// Its words may be replaced, and it is still the post.
		if err := a.TakeDown(t.Context(), bot.Post{Place: p, Message: posted}, "Gone."); err != nil {
			t.Fatal(err)
		}
		if found, err := a.Published(t.Context(), p, mark, since); err != nil || found != posted {
			t.Errorf("%s: taken down, found %q, want %q: %v", name, found, posted, err)
		}
		m := s.Messages(channel)[slices.IndexFunc(s.Messages(channel), func(m fake.Posted) bool { return m.ID == posted })]
		if m.Thread != p.Thread || len(m.Pings()) > 0 {
			t.Errorf("%s: it stands in %q and pings %q", name, m.Thread, m.Pings())
		}
	}
}

// A post of which was noted that it is of tomorrow, since crux's clock was ahead.
func TestPublishedIsFoundThoughTheClockWasAhead(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	s.AllowHost("acme.slack.com")
	p := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
	a, tomorrow := reader(t, s), time.Now().Add(24*time.Hour)
	posted, err := a.Publish(t.Context(), p, digestOf(), markOf("A"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if found, err := a.Published(t.Context(), p, markOf("A"), tomorrow); err != nil || found != posted {
			t.Errorf("found %q, want %q: %v", found, posted, err)
		}
		s.PostMany(p.Channel, make([]fake.Message, pageSize-1)...)
	}
	if found, err := a.Published(t.Context(), p, markOf("B"), tomorrow); err != nil || found != "" {
		t.Errorf("found %q by another mark: %v", found, err)
	}
}

func TestOnlyCruxsOwnMarksCount(t *testing.T) {
	me := &identity{User: "U0CRUX", Bot: "B0CRUX"}
	own := `"ts":"1700000000.000100","user":"U0CRUX","bot_id":"B0CRUX"`
	marked := `"metadata":{"event_type":"crux_post","event_payload":{"mark":"` + markOf("A") + `"}}`
	for raw, isOurs := range map[string]bool{
		`{` + own + `,` + marked + `}`:                                                  true,
		`{"ts":"1700000000.000100","bot_id":"B0CRUX",` + marked + `}`:                   true,
		`{"ts":"1700000000.000100","user":"U0OTHER","bot_id":"B0OTHER",` + marked + `}`: false,
		`{"ts":"1700000000.000100",` + marked + `}`:                                     false,
		`{` + own + `}`: false,
		`{` + own + `,"metadata":{"event_type":"other","event_payload":{"mark":"` + markOf("A") + `"}}}`:     false,
		`{` + own + `,"metadata":{"event_type":"crux_post","event_payload":{"mark":"` + markOf("B") + `"}}}`: false,
		`{` + own + `,"metadata":{"event_type":"crux_post","event_payload":[]}}`:                             false,
		`{"ts":"now","user":"U0CRUX",` + marked + `}`:                                                        false,
		`[]`: false,
	} {
		if got := markedBy([]byte(raw), me, markOf("A")); (got != "") != isOurs {
			t.Errorf("%s is taken for %q", raw, got)
		}
	}
}

// What a failed post says must be right: a digest is posted again where nothing was, and looked for where something may have been.
func TestWhatAFailedPostSays(t *testing.T) {
	t.Parallel()
	type end string
	const (
		refused  end = "refused"
		gone     end = "refused for good"
		not      end = "not posted"
		doubtful end = "doubtful"
	)
	tests := []struct {
		name string
		what func(s *fake.Slack)
		want end
	}{
		{"not in the channel", func(s *fake.Slack) { s.Fail("chat.postMessage", "not_in_channel", 0) }, gone},
		{"no such channel", func(s *fake.Slack) { s.Fail("chat.postMessage", "channel_not_found", 0) }, gone},
		{"archived", func(s *fake.Slack) { s.Fail("chat.postMessage", "is_archived", 0) }, refused},
		{"few may write", func(s *fake.Slack) { s.Fail("chat.postMessage", "restricted_action", 0) }, refused},
		{"no scope", func(s *fake.Slack) { s.Fail("chat.postMessage", "missing_scope", 0) }, refused},
		{"some other code", func(s *fake.Slack) { s.Fail("chat.postMessage", "invalid_blocks", 0) }, not},
		{"a limit", func(s *fake.Slack) { s.Limit("chat.postMessage", 0, 2*time.Minute, 0) }, not},
		{"no token", func(s *fake.Slack) { s.Fail("chat.postMessage", "token_revoked", 0) }, not},
		{"a proxy's refusal", func(s *fake.Slack) { s.Fail("chat.postMessage", 403, 0) }, not},
		{"a fault of Slack's", func(s *fake.Slack) { s.Fail("chat.postMessage", 503, 0) }, doubtful},
		{"a fault that Slack tells", func(s *fake.Slack) { s.Fail("chat.postMessage", "internal_error", 0) }, doubtful},
		{"a fault that Slack calls fatal", func(s *fake.Slack) { s.Fail("chat.postMessage", "fatal_error", 0) }, doubtful},
		{"the line cut", func(s *fake.Slack) { s.Fail("chat.postMessage", 0, 0) }, doubtful},
		{"the answer lost", func(s *fake.Slack) { s.Lose("chat.postMessage", 1) }, doubtful},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fake.New(t)
			asInstalled(s)
			s.AllowHost("acme.slack.com")
			p := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
			a, since := reader(t, s), time.Now()
			tt.what(s)
			_, err := a.Publish(t.Context(), p, digestOf(), markOf("A"))
			if err == nil {
				t.Fatal("no error")
			}
			got := doubtful
			if _, isRefusal := errors.AsType[*bot.Refusal](err); isRefusal {
				got = refused
				if errors.Is(err, bot.ErrGone) {
					got = gone
				}
			} else if errors.Is(err, bot.ErrNotPosted) {
				got = not
			}
			if got != tt.want {
				t.Errorf("it is %s, want %s: %v", got, tt.want, err)
			}
			checkSecrets(t, err)
			if n := len(s.Requests("chat.postMessage")); n != 1 {
				t.Errorf("it was sent %d times", n)
			}
			s.Heal()
			standing := s.Messages(p.Channel)
			if len(standing) > 0 && got != doubtful {
				t.Errorf("%s, and it stands there", got)
			}
			if tt.want == doubtful {
				found, err := a.Published(t.Context(), p, markOf("A"), since)
				if err != nil || (found != "") != (len(standing) > 0) {
					t.Errorf("found %q of %d messages: %v", found, len(standing), err)
				}
			}
		})
	}
}

func TestNothingIsCertainThatSlackDoesNotShow(t *testing.T) {
	t.Parallel()
	tests := map[string]func(s *fake.Slack, p bot.Place){
		"without the scope Slack says nothing of marks": func(s *fake.Slack, _ bot.Place) { s.Scopes(without(scopeMarks)...) },
		"throttled": func(s *fake.Slack, p bot.Place) {
			for range 2 * throttledPage {
				s.Post(p.Channel, fake.Message{Text: "x"})
			}
			s.Throttle(true)
		},
		"failing":             func(s *fake.Slack, _ bot.Place) { s.Fail("conversations.history", 500, 0) },
		"not in the channel":  func(s *fake.Slack, p bot.Place) { s.Leave(p.Channel, s.Bot) },
		"no such channel":     func(s *fake.Slack, p bot.Place) { s.DeleteChannel(p.Channel) },
		"the scopes not said": func(s *fake.Slack, _ bot.Place) { s.Fail("auth.test", 500, 0) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fake.New(t)
			asInstalled(s)
			p := bot.Place{Server: s.Team, Channel: s.AddChannel(fake.Channel{Name: "agora"})}
			a, since := reader(t, s), time.Now().Add(-time.Hour)
			if _, err := a.Describe(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			spoil(s, p)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // less than Slack's limits last
			defer cancel()
			if found, err := a.Published(ctx, p, markOf("A"), since); err == nil {
				t.Errorf("it is certain that %q is the post", found)
			}
		})
	}
}

func TestTell(t *testing.T) {
	t.Parallel()
	s := fake.New(t)
	asInstalled(s)
	ann, gone := s.AddUser(fake.User{Name: "ann"}), s.AddUser(fake.User{Name: "gone", Deleted: true})
	a := reader(t, s)
	if err := a.Tell(t.Context(), ann, s.Team, "Digest 2 was not posted.\nNot everyone in #<!here> may read *#agora*."); err != nil {
		t.Fatal(err)
	}
	got := s.Messages(s.AddDM(ann))
	if want := "Digest 2 was not posted.\nNot everyone in #@here may read *#agora*."; len(got) != 1 || got[0].Visible() != want || len(got[0].Pings()) > 0 {
		t.Errorf("got %+v", got)
	}
	for name, user := range map[string]string{"who is deactivated": gone, "who is not": "U0NOBODY99", "crux": s.Bot, "nothing": ""} {
		if got := refusal(t, a.Tell(t.Context(), user, s.Team, "x")); got == "" {
			t.Errorf("%s was told", name)
		}
	}
	if got := refusal(t, a.Tell(t.Context(), ann, "T9OTHER", "x")); got == "" {
		t.Error("somebody of another workspace was told")
	}
	s.Fail("chat.postMessage", 500, 0)
	if err := a.Tell(t.Context(), ann, s.Team, "x"); err == nil {
		t.Error("nobody was told, and it is no error")
	}
}
