package slack

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

var athens = &identity{Team: "T1ATHENS", URL: "https://athens.slack.com/", User: "U1CRUX", Bot: "B1CRUX"}

func TestPost(t *testing.T) {
	t.Parallel()
	const ts, first = "1700000000.123456", "1600000000.000001"
	const link = "https://athens.slack.com/archives/C1/p1700000000123456"
	at := time.Date(2023, 11, 14, 22, 13, 20, 123456000, time.UTC)
	tests := []struct {
		name, raw string
		want      summarize.Message
		author    string // the name that comes with it
		dropped   bool
	}{
		{name: "a message", raw: `{"type": "message", "ts": "` + ts + `", "user": "U1ANN", "text": "a &lt;b&gt; &amp;amp; <@U1BOB>"}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Text: "a <b> &amp; <@U1BOB>", URL: link}},
		{name: "the first of a thread", raw: `{"ts": "` + ts + `", "thread_ts": "` + ts + `", "user": "U1ANN", "text": "x", "reply_count": 2, "latest_reply": "1700000009.000000"}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Text: "x", URL: link}},
		{name: "a reply, edited", raw: `{"ts": "` + ts + `", "thread_ts": "` + first + `", "user": "U1ANN", "text": "x", "edited": {"user": "U1ANN", "ts": "1700000001.000000"}}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Edited: at.Truncate(time.Second).Add(time.Second), Text: "x", ReplyTo: first,
				URL: link + "?thread_ts=" + first + "&cid=C1"}},
		{name: "a reply shown in the channel", raw: `{"ts": "` + ts + `", "thread_ts": "` + first + `", "subtype": "thread_broadcast", "user": "U1ANN", "text": "x", "root": {"blocks": 7}}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Text: "x", ReplyTo: first, URL: link + "?thread_ts=" + first + "&cid=C1"}},
		{name: "files", raw: `{"ts": "` + ts + `", "subtype": "file_share", "user": "U1ANN", "text": "", "files": [{"name": "a.txt", "title": "A"}, {"title": "B"}, {"mode": "tombstone"}]}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, URL: link, Attachments: []string{"a.txt", "B"}}},
		{name: "said of oneself, with a name", raw: `{"ts": "` + ts + `", "subtype": "me_message", "user": "U1ANN", "text": "waves", "user_profile": {"display_name": "", "real_name": "Ann A"}}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Text: "waves", URL: link}, author: "Ann A"},
		{name: "an app's", raw: `{"ts": "` + ts + `", "subtype": "bot_message", "bot_id": "B1", "username": "deploys", "text": "done"}`,
			want: summarize.Message{ID: ts, Author: "B1", Time: at, Text: "done", URL: link, Bot: true}, author: "deploys"},
		{name: "another bot's", raw: `{"ts": "` + ts + `", "user": "U1BOT", "bot_id": "B1", "bot_profile": {"name": "helper"}, "text": "done"}`,
			want: summarize.Message{ID: ts, Author: "B1", Time: at, Text: "done", URL: link, Bot: true}, author: "helper"},
		{name: "crux's own", raw: `{"ts": "` + ts + `", "user": "U1CRUX", "text": "done"}`,
			want: summarize.Message{ID: ts, Author: "U1CRUX", Time: at, Text: "done", URL: link, Bot: true}},
		{name: "Slackbot's", raw: `{"ts": "` + ts + `", "user": "USLACKBOT", "text": "done"}`,
			want: summarize.Message{ID: ts, Author: "USLACKBOT", Time: at, Text: "done", URL: link, Bot: true}},
		{name: "blocks that nobody knows", raw: `{"ts": "` + ts + `", "user": "U1ANN", "text": "x", "blocks": [{"type": 7}], "attachments": "none"}`,
			want: summarize.Message{ID: ts, Author: "U1ANN", Time: at, Text: "x", URL: link}},
		{name: "a notice", raw: `{"ts": "` + ts + `", "subtype": "channel_join", "user": "U1ANN", "text": "has joined"}`, dropped: true},
		{name: "a topic", raw: `{"ts": "` + ts + `", "subtype": "channel_topic", "user": "U1ANN", "text": "set"}`, dropped: true},
		{name: "a tombstone", raw: `{"ts": "` + ts + `", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}`, dropped: true},
		{name: "a hidden one", raw: `{"ts": "` + ts + `", "hidden": true, "user": "U1ANN", "text": "x"}`, dropped: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := decodeMessage(json.RawMessage(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			got, name, keep := m.post(athens, "C1")
			if keep == tt.dropped || name != tt.author {
				t.Fatalf("keep %v, name %q", keep, name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrokenMessages(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{``, `null`, `[]`, `7`, `{}`, `{"ts": ""}`, `{"ts": "yesterday"}`, `{"ts": "1700000000.123456", "text": 7}`, `{"ts": 1700000000.123456}`} {
		if m, err := decodeMessage(json.RawMessage(raw)); err == nil {
			t.Errorf("%s is taken for %+v", raw, m)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"ts": "1700000000.123456", "thread_ts": "1600000000.000001", "user": "U1", "text": "a &amp;lt; b", "files": [{"name": "x"}], "edited": {"ts": "1700000001.000000"}}`))
	f.Add([]byte(`{"ts": "1700000000.123456", "subtype": "tombstone"}`))
	f.Add([]byte(`{"ts": "1700000000.123456", "bot_id": "B1", "blocks": [[[]]]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := decodeMessage(raw)
		if err != nil {
			return
		}
		post, _, keep := m.post(athens, "C1")
		if !keep {
			if post.ID != "" {
				t.Error("a message that is not kept has an id")
			}
			return
		}
		if post.ID != m.TS || post.Time.IsZero() || post.URL == "" || post.ReplyTo == post.ID || !utf8.ValidString(post.Text) {
			t.Errorf("%+v", post)
		}
		if post.ReplyTo != "" && !isTS(post.ReplyTo) {
			t.Errorf("a reply to %q", post.ReplyTo)
		}
	})
}
