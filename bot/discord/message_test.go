package discord

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

func TestMessageFrom(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 123000000, time.UTC)
	const head = `"id": "1000", "channel_id": "20", "author": {"id": "7", "username": "ann_1", "global_name": "Ann"}, "timestamp": "2026-11-24T12:00:00.123000+00:00"`
	plain := func(change func(*summarize.Message)) summarize.Message {
		m := summarize.Message{ID: "1000", Author: "7", Time: at, URL: "https://discord.com/channels/10/20/1000"}
		change(&m)
		return m
	}
	tests := []struct {
		name, raw string
		want      summarize.Message
		shown     string
	}{
		{"text", `{"type": 0, "content": "Tabs!", ` + head + `}`, plain(func(m *summarize.Message) { m.Text = "Tabs!" }), "Ann"},
		{"nick", `{"type": 0, "content": "Tabs!", "member": {"nick": "Annie"}, ` + head + `}`, plain(func(m *summarize.Message) { m.Text = "Tabs!" }), "Annie"},
		{"edited reply", `{"type": 19, "content": "No.", "edited_timestamp": "2026-11-24T12:00:00.123Z", "message_reference": {"type": 0, "message_id": "999"}, ` + head + `}`,
			plain(func(m *summarize.Message) { m.Text, m.Edited, m.ReplyTo = "No.", at, "999" }), "Ann"},
		{"reply to nothing", `{"type": 19, "content": "No.", "message_reference": null, ` + head + `}`, plain(func(m *summarize.Message) { m.Text = "No." }), "Ann"},
		{"webhook", `{"type": 0, "content": "Build 7", "webhook_id": "55", ` + head + `}`,
			plain(func(m *summarize.Message) { m.Text, m.Bot = "Build 7", true }), "Ann"},
		{"files and stickers", `{"type": 0, "content": "", "attachments": [{"filename": "a.png"}], "sticker_items": [{"name": "Wave"}], ` + head + `}`,
			plain(func(m *summarize.Message) { m.Attachments = []string{"a.png", "sticker: Wave"} }), "Ann"},
		{"forward", `{"type": 0, "content": "", "message_reference": {"type": 1, "message_id": "999"}, "message_snapshots": [{"message": {"content": "Spaces!"}}], ` + head + `}`,
			plain(func(m *summarize.Message) { m.Attachments = []string{"forwarded message"} }), "Ann"},
		{"poll", `{"type": 0, "content": "", "poll": {"question": {"text": "Tabs?"}}, ` + head + `}`, plain(func(m *summarize.Message) { m.Text = "Tabs?" }), "Ann"},
		{"components and embeds from the future", `{"type": 0, "content": "Hi", "components": [{"type": 9999, "x": {}}, 7], "embeds": ["?"], ` + head + `}`,
			plain(func(m *summarize.Message) { m.Text = "Hi" }), "Ann"},
		{"no time", `{"type": 0, "content": "Hi", "id": "1000", "channel_id": "20", "author": {"id": "7", "username": "ann_1"}}`,
			plain(func(m *summarize.Message) { m.Text, m.Time = "Hi", time.UnixMilli(discordEpoch).UTC() }), "ann_1"},
		{"thread's start", `{"type": 21, "content": "", "referenced_message": {"type": 0, "content": "Tabs?", "id": "900", "channel_id": "19", "author": {"id": "8", "username": "bob"}, "timestamp": "2026-11-24T12:00:00.123Z"}, ` + head + `}`,
			summarize.Message{ID: "900", Author: "8", Time: at, Text: "Tabs?", URL: "https://discord.com/channels/10/19/900"}, "bob"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, shown, keep := messageFrom(json.RawMessage(tt.raw), "10")
			if diff := cmp.Diff(tt.want, got); diff != "" || shown != tt.shown || !keep {
				t.Errorf("keep %v, name %q\n%s", keep, shown, diff)
			}
		})
	}
	for name, raw := range map[string]string{
		"somebody joined":               `{"type": 7, ` + head + `}`,
		"a type from the future":        `{"type": 250, "content": "x", ` + head + `}`,
		"a thread about a deleted one":  `{"type": 21, "referenced_message": null, ` + head + `}`,
		"a thread about a thread":       `{"type": 21, "referenced_message": {"type": 21, "referenced_message": {}, ` + head + `}, ` + head + `}`,
		"no author":                     `{"type": 0, "content": "x", "id": "1000", "channel_id": "20", "author": null}`,
		"an id that is a path":          `{"type": 0, "content": "x", "id": "../1", "channel_id": "20", "author": {"id": "7"}}`,
		"a channel that is none":        `{"type": 0, "content": "x", "id": "1", "channel_id": "x", "author": {"id": "7"}}`,
		"an id with more than its sign": `{"type": 0, "content": "x", "id": "+1", "channel_id": "20", "author": {"id": "7"}}`,
		"no object":                     `[]`,
		"cut off":                       `{"type": 0`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, _, keep := messageFrom(json.RawMessage(raw), "10"); keep {
				t.Errorf("kept %+v", got)
			}
		})
	}
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"type": 19, "content": "x", "id": "1000", "channel_id": "20", "author": {"id": "7", "username": "ann"}, "message_reference": {"message_id": "9"}}`))
	f.Add([]byte(`{"type": 21, "id": "1", "channel_id": "2", "author": {"id": "3"}, "referenced_message": {"id": "4", "channel_id": "5", "author": {"id": "6"}, "content": "x"}}`))
	f.Add([]byte(`{"type": 0, "id": "1", "channel_id": "2", "author": {"id": "3"}, "mentions": [{}], "poll": {}, "attachments": [null], "activity": null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, name, keep := messageFrom(raw, "10")
		if !keep {
			if m.ID != "" || name != "" {
				t.Errorf("not kept, and yet %+v, %q", m, name)
			}
			return
		}
		if !isID(m.ID) || !isID(m.Author) || (m.ReplyTo != "" && !isID(m.ReplyTo)) || m.Time.IsZero() {
			t.Errorf("kept %+v", m)
		}
		if !strings.HasPrefix(m.URL, "https://discord.com/channels/10/") || !strings.HasSuffix(m.URL, "/"+m.ID) {
			t.Errorf("link %q", m.URL)
		}
		// What is said of silence must not depend on what else is there.
		d, err := decodeMessage(raw)
		if err != nil || (d.silent("1") && d.speaks()) {
			t.Errorf("%v, silent and speaking", err)
		}
	})
}
