package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	fake "crux/bot/platformtest/fakediscord"
)

const (
	aMark     = "MARKABCDEFGHIJKLMNOPQR"
	otherMark = "OTHERABCDEFGHIJKLMNOPQ"
	posts     = "POST /channels/*/messages"
)

// square is a fake Discord with a channel in it to publish in, and an adapter that has not been run.
type square struct {
	*fake.Discord
	adapter *Adapter
	guild   string
	place   bot.Place
}

func newSquare(t *testing.T) *square {
	d := fake.New(t)
	s := &square{Discord: d, adapter: reader(t, d), guild: d.AddGuild("Athens")}
	s.place = s.at(d.AddChannel(s.guild, fake.Channel{Name: "agora"}))
	return s
}

func (s *square) at(channel string) bot.Place { return bot.Place{Server: s.guild, Channel: channel} }

func (s *square) publish(t *testing.T, p bot.Place, mark string) (string, error) {
	return s.adapter.Publish(t.Context(), p, aDigest(), mark)
}

func TestPublish(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	thread := s.at(s.AddThread(s.place.Channel, fake.Thread{Name: "old", Archived: true}))
	before := time.Now()
	for _, p := range []bot.Place{s.place, thread} {
		id, err := s.publish(t, p, aMark)
		if err != nil {
			t.Fatal(err)
		}
		s.ExpireNonces()
		post, stands := s.Message(p.Channel, id)
		if !stands || !strings.Contains(post.AllText(), "The plan has no rollback.") || post.Flags != 0 {
			t.Errorf("stands %v with flags %d: %q", stands, post.Flags, post.AllText())
		}
		if found, err := s.adapter.Published(t.Context(), p, aMark, before); found != id || err != nil {
			t.Errorf("found %q (%v), want %q", found, err, id)
		}
		if found, err := s.adapter.Published(t.Context(), p, otherMark, before); found != "" || err != nil {
			t.Errorf("found %q (%v) under a mark that nothing carries", found, err)
		}
	}
	again, err := s.publish(t, s.place, aMark)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := s.publish(t, s.place, aMark); same != again || err != nil {
		t.Errorf("the same mark posted %q and %q (%v)", again, same, err)
	}
}

func TestPublishAfterALostAnswer(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.Lose(posts, 1)
	id, err := s.publish(t, s.place, aMark)
	if all := s.Messages(s.place.Channel); err != nil || len(all) != 1 || all[0].ID != id {
		t.Errorf("posted %q (%v), and %d messages stand", id, err, len(all))
	}
}

// isDoubt reports whether an error says that something may have been posted.
func isDoubt(err error) bool {
	_, refused := errors.AsType[*bot.Refusal](err)
	return err != nil && !refused && !errors.Is(err, bot.ErrNotPosted)
}

func TestPublishInDoubt(t *testing.T) {
	t.Parallel()
	t.Run("no answer at all", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		s.Lose(posts, 0)
		_, err := s.publish(t, s.place, aMark)
		all := s.Messages(s.place.Channel)
		if !isDoubt(err) || len(all) != 1 {
			t.Fatalf("%d messages stand, and the error is %v", len(all), err)
		}
		if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now()); found != all[0].ID || err != nil {
			t.Errorf("found %q (%v)", found, err)
		}
	})
	t.Run("faults of Discord's", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		s.Fail(posts, http.StatusBadGateway, "<html>", 0)
		if _, err := s.publish(t, s.place, aMark); !isDoubt(err) {
			t.Errorf("the error is %v", err)
		}
		if n := len(s.Requests(posts)); n != tries {
			t.Errorf("%d tries", n)
		}
	})
	t.Run("a refusal after a lost answer", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		s.Lose(posts, 1)
		s.After(posts, func(fake.Request) { s.Fail(posts, http.StatusForbidden, `{"code": 50013}`, 0) })
		_, err := s.publish(t, s.place, aMark)
		if n := len(s.Messages(s.place.Channel)); !isDoubt(err) || n != 1 {
			t.Errorf("%d messages stand, and the error is %v", n, err)
		}
	})
	t.Run("it took too long", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		release := s.HoldAnswers(posts)
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			s.WaitRequests(posts, 1)
			cancel()
		}()
		if _, err := s.adapter.Publish(ctx, s.place, aDigest(), aMark); !isDoubt(err) || !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("an answer that is none", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		s.Fail(posts, http.StatusOK, `{"id": "no id"}`, 0)
		if _, err := s.publish(t, s.place, aMark); !isDoubt(err) {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestPublishNothing(t *testing.T) {
	t.Parallel()
	isRefusal := func(err error) bool { _, is := errors.AsType[*bot.Refusal](err); return is }
	isNotPosted := func(err error) bool { return errors.Is(err, bot.ErrNotPosted) && !isRefusal(err) }
	tests := []struct {
		name   string
		status int
		body   string
		ok     func(error) bool
	}{
		{"a body that Discord does not take", 400, `{"code": 50035, "message": "Invalid Form Body"}`, isNotPosted},
		{"no permission", 403, `{"code": 50013}`, isRefusal},
		{"out of sight", 403, `{"code": 50001}`, isRefusal},
		{"a locked thread", 400, `{"code": 160005}`, isRefusal},
		{"a forum", 400, `{"code": 50008}`, isRefusal},
		{"no such channel", 404, `{"code": 10003}`, func(err error) bool { return isRefusal(err) && errors.Is(err, bot.ErrGone) }},
		{"a token that is not accepted", 401, `{}`, isNotPosted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSquare(t)
			s.Fail(posts, tt.status, tt.body, 0)
			if _, err := s.publish(t, s.place, aMark); err == nil || !tt.ok(err) {
				t.Errorf("the error is %v", err)
			}
			if n := len(s.Requests(posts)); n != 1 {
				t.Errorf("%d tries", n)
			}
		})
	}
	t.Run("limited for long", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		s.RateLimit(posts, 1, 2*longestWait, false)
		for range 2 { // the second is not even sent
			if _, err := s.publish(t, s.place, aMark); !isNotPosted(err) {
				t.Errorf("the error is %v", err)
			}
		}
		if n := len(s.Requests(posts)); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
	t.Run("too late to begin", func(t *testing.T) {
		t.Parallel()
		s := newSquare(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.adapter.Publish(ctx, s.place, aDigest(), aMark); !isNotPosted(err) || !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.NotFoundHandler())
		a, err := New(Options{Token: "t", APIURL: server.URL})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		server.Close()
		if _, err := a.Publish(t.Context(), bot.Place{Server: "1", Channel: "2"}, aDigest(), aMark); !isNotPosted(err) {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestPublishedReadsAll(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ann := s.AddMember(s.guild, "ann")
	since := time.Now()
	chatter := func() {
		var all []fake.Message
		for n := range 2*pageSize + 1 {
			all = append(all, fake.Message{Author: ann, Text: fmt.Sprintf("%d %s", n, aMark)})
		}
		s.PostMany(s.place.Channel, all...)
	}
	chatter()
	forged := []any{map[string]any{"type": 1, "components": []any{map[string]any{
		"type": 2, "style": 2, "label": "x", "custom_id": press{act: bot.ActOpen, token: aMark}.customID()}}}}
	s.Post(s.place.Channel, fake.Message{Author: ann, Text: "forged", Raw: map[string]any{"components": forged}})
	for _, broken := range []map[string]any{
		{"author": nil}, {"components": "?"}, {"components": []any{nil, 7, map[string]any{"type": 9999, "custom_id": 5}}},
	} {
		s.Post(s.place.Channel, fake.Message{Author: s.Bot, Text: "broken", Raw: broken})
	}
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, since); found != "" || err != nil {
		t.Fatalf("found %q (%v) where there is none", found, err)
	}
	id, err := s.publish(t, s.place, aMark)
	if err != nil {
		t.Fatal(err)
	}
	chatter()
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, since); found != id || err != nil {
		t.Errorf("found %q (%v), want %q", found, err, id)
	}
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now().Add(time.Hour)); found != "" || err != nil {
		t.Errorf("found %q (%v) since later", found, err)
	}
}

// A post of which was noted that it is of tomorrow, since crux's clock was ahead.
func TestPublishedThoughTheClockWasAhead(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	tomorrow := time.Now().Add(24 * time.Hour)
	id, err := s.publish(t, s.place, aMark)
	if err != nil {
		t.Fatal(err)
	}
	ann := s.AddMember(s.guild, "ann")
	for range 2 {
		if found, err := s.adapter.Published(t.Context(), s.place, aMark, tomorrow); found != id || err != nil {
			t.Errorf("found %q (%v), want %q", found, err, id)
		}
		chatter := make([]fake.Message, newestPages*pageSize-1)
		for n := range chatter {
			chatter[n] = fake.Message{Author: ann, Text: "chatter"}
		}
		s.PostMany(s.place.Channel, chatter...)
	}
	if found, err := s.adapter.Published(t.Context(), s.place, otherMark, tomorrow); found != "" || err != nil {
		t.Errorf("found %q (%v) by another mark", found, err)
	}
}

func TestPublishedIsSureOrFails(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	if _, err := s.publish(t, s.place, aMark); err != nil {
		t.Fatal(err)
	}
	deny := func(p int64) { s.SetOverwrites(s.place.Channel, fake.Overwrite{ID: s.Bot, Member: true, Deny: p}) }
	for _, p := range []int64{fake.ReadMessageHistory, fake.ViewChannel} {
		deny(p)
		if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now()); err == nil {
			t.Errorf("without permission %d it is sure of %q", p, found)
		}
	}
	// Discord shows who loses the permission meanwhile an empty history.
	deny(0)
	s.Before("GET /channels/*/messages", func(fake.Request) { deny(fake.ReadMessageHistory) })
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now()); err == nil {
		t.Errorf("it is sure of %q", found)
	}
	s.Fail("GET /channels/*/messages", http.StatusInternalServerError, "", 0)
	deny(0)
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now()); err == nil {
		t.Errorf("it is sure of %q though Discord fails", found)
	}
	s.Heal()
	s.DeleteChannel(s.place.Channel)
	if found, err := s.adapter.Published(t.Context(), s.place, aMark, time.Now()); found != "" || err != nil {
		t.Errorf("in a channel that is gone: %q, %v", found, err)
	}
}

func TestTell(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ann := s.AddMember(s.guild, "ann")
	const words = "Digest 2 was *not* posted:\n@everyone may see #news."
	if err := s.adapter.Tell(t.Context(), ann, s.guild, words); err != nil {
		t.Fatal(err)
	}
	s.Lose(posts, 1)
	if err := s.adapter.Tell(t.Context(), ann, s.guild, "Again."); err != nil {
		t.Fatal(err)
	}
	told := s.Told(ann)
	if len(told) != 2 {
		t.Fatalf("told %d times, want twice", len(told))
	}
	if want := "Digest 2 was \\*not\\* posted:\n@" + zeroWidthSpace + "everyone may see #news."; told[0].Content != want {
		t.Errorf("told %q, want %q", told[0].Content, want)
	}
	if told[0].Flags != int(discordgo.MessageFlagsSuppressNotifications) {
		t.Errorf("told with the flags %b", told[0].Flags)
	}
	s.CloseDMs(ann)
	for _, nobody := range []string{ann, "99", "../users/@me", ""} {
		if refusal(t, s.adapter.Tell(t.Context(), nobody, s.guild, words)) == "" {
			t.Errorf("%q was told", nobody)
		}
	}
	s.Fail(posts, http.StatusInternalServerError, "", 0)
	if err := s.adapter.Tell(t.Context(), s.AddMember(s.guild, "bob"), s.guild, words); err == nil {
		t.Error("a fault is no error")
	}
}
