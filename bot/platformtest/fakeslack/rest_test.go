package fakeslack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	if r := c.must("auth.test"); r.URL != s.TeamURL() || r.header.Get("X-OAuth-Scopes") != strings.Join(allScopes, ",") {
		t.Errorf("auth.test: %+v", r)
	}
	for token, want := range map[string]string{
		"": "not_authed", "xoxb-wrong": "invalid_auth", s.AppToken: "not_allowed_token_type", s.BotToken: "",
	} {
		c.token = token
		if r := c.call("auth.test"); r.Error != want {
			t.Errorf("token %q: error %q, want %q", token, r.Error, want)
		}
	}
	c.token = ""
	if r := c.call("auth.test", "token", s.BotToken); !r.OK {
		t.Errorf("a token among the arguments: %s", r.Error)
	}
	if r := c.call("api.test"); !r.OK {
		t.Errorf("api.test: %s", r.Error)
	}
	c.token = s.BotToken
	c.call("apps.connections.open")
	c.call("chat.invent")
	resp, err := c.http.Get(s.APIURL() + "auth.test?token=" + s.BotToken)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	wantViolations(t, s, "unknown method: chat.invent", "a token in the address")
}

func TestScopes(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	open := s.AddChannel(Channel{Name: "agora"})
	closed := s.AddChannel(Channel{Name: "council", Private: true})
	s.Scopes("channels:history", "chat:write")
	for _, test := range []struct{ method, channel, needed string }{
		{"conversations.history", open, ""},
		{"conversations.history", closed, "groups:history"},
		{"conversations.info", open, "channels:read"},
		{"conversations.members", closed, "groups:read"},
		{"conversations.list", "", "channels:read"},
		{"users.info", "", "users:read"},
		{"files.getUploadURLExternal", "", "files:write"},
		{"conversations.open", "", "im:write"},
	} {
		r := c.call(test.method, "channel", test.channel, "user", ann)
		if test.needed == "" && r.OK {
			continue
		}
		if r.Error != "missing_scope" || r.Needed != test.needed {
			t.Errorf("%s: error %q, needed %q; want %q", test.method, r.Error, r.Needed, test.needed)
		}
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	stoa := s.AddChannel(Channel{Name: "stoa", NoBot: true})
	council := s.AddChannel(Channel{Name: "council", Private: true, ExtShared: true})
	hidden := s.AddChannel(Channel{Name: "hidden", Private: true, NoBot: true})
	old := s.AddChannel(Channel{Name: "old", Archived: true})

	for _, test := range []struct{ channel, info, history, post string }{
		{agora, "", "", ""},
		{stoa, "", "not_in_channel", "not_in_channel"},
		{council, "", "", ""},
		{hidden, "channel_not_found", "channel_not_found", "channel_not_found"},
		{old, "", "", "is_archived"},
		{"C0NOWHERE", "channel_not_found", "channel_not_found", "channel_not_found"},
	} {
		for method, want := range map[string]string{"conversations.info": test.info, "conversations.history": test.history} {
			if r := c.call(method, "channel", test.channel); r.Error != want {
				t.Errorf("%s of %s: error %q, want %q", method, test.channel, r.Error, want)
			}
		}
		if r := c.say(test.channel, "hello"); r.Error != test.post {
			t.Errorf("posting in %s: error %q, want %q", test.channel, r.Error, test.post)
		}
	}
	info := string(c.must("conversations.info", "channel", council, "include_num_members", "true").Channel)
	for _, want := range []string{`"is_private":true`, `"is_ext_shared":true`, `"num_members":2`, `"is_member":true`} {
		if !strings.Contains(info, want) {
			t.Errorf("%s is missing in %s", want, info)
		}
	}
	if r := c.must("conversations.list", "types", "public_channel,private_channel", "exclude_archived", "true"); len(r.Channels) != 3 {
		t.Errorf("channels: %+v", r.Channels)
	}
	if r := c.must("users.conversations", "user", ann); len(r.Channels) != 1 || r.Channels[0].ID != agora {
		t.Errorf("ann's channels: %+v", r.Channels)
	}
	page := c.must("conversations.members", "channel", agora, "limit", "2")
	rest := c.must("conversations.members", "channel", agora, "limit", "2", "cursor", page.Meta.NextCursor)
	if len(page.Members) != 2 || len(rest.Members) != 1 || rest.Meta.NextCursor != "" {
		t.Errorf("members: %d and %d", len(page.Members), len(rest.Members))
	}
	if r := c.call("conversations.members", "channel", agora, "cursor", "nonsense"); r.Error != "invalid_cursor" {
		t.Errorf("a bad cursor: %q", r.Error)
	}
	var opened struct{ ID string }
	if err := json.Unmarshal(c.must("conversations.open", "users", ann).Channel, &opened); err != nil || opened.ID != s.AddDM(ann) {
		t.Errorf("direct messages: %+v, %v", opened, err)
	}
	if r := c.call("conversations.open", "users", "U0NOBODY"); r.Error != "user_not_found" {
		t.Errorf("direct messages with nobody: %q", r.Error)
	}
	if r := c.must("conversations.join", "channel", stoa); !r.OK || !c.must("conversations.history", "channel", stoa).OK {
		t.Error("joining does not help")
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	guest := s.AddUser(User{Name: "Gus", RealName: "Gus Guest", NoDisplayName: true, SingleGuest: true})
	stranger := s.AddUser(User{Name: "eve", Team: otherTeam})
	u := c.must("users.info", "user", guest).User.(object)
	if u["is_restricted"] != true || u["is_ultra_restricted"] != true || u["real_name"] != "Gus Guest" || u["profile"].(map[string]any)["display_name"] != "" {
		t.Errorf("a guest: %v", u)
	}
	if u := c.must("users.info", "user", stranger).User.(object); u["is_stranger"] != true || u["team_id"] != otherTeam {
		t.Errorf("a stranger: %v", u)
	}
	s.SetUser(guest, func(u *User) { u.Deleted = true })
	if u := c.must("users.info", "user", guest).User.(object); u["deleted"] != true {
		t.Errorf("a deleted user: %v", u)
	}
	if r := c.call("users.info", "user", "U0NOBODY"); r.Error != "user_not_found" {
		t.Errorf("nobody: %q", r.Error)
	}
	if r := c.must("users.list"); len(r.Members) != 4 {
		t.Errorf("%d users", len(r.Members))
	}
	if r := c.call("bots.info", "bot", s.BotID); !r.OK {
		t.Errorf("bots.info: %s", r.Error)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	var ms []Message
	for n := range 30 {
		ms = append(ms, Message{Text: fmt.Sprint(n), At: time.Unix(1700000000+int64(n), 5000)})
	}
	ids := s.PostMany(agora, ms...)
	s.Post(agora, Message{Text: "reply", Thread: ids[3]})
	s.Post(agora, Message{Text: "loud reply", Thread: ids[3], Broadcast: true})
	s.Post(agora, Message{Text: "early", At: time.Unix(1600000000, 0)})
	if ids[7] != "1700000007.000005" {
		t.Errorf("a timestamp: %s", ids[7])
	}

	for _, test := range []struct {
		args        []string
		first, last string
		n           int
		more        bool
	}{
		{nil, "loud reply", "early", 32, false},
		{[]string{"limit", "3"}, "loud reply", "28", 3, true},
		{[]string{"latest", ids[10]}, "9", "early", 11, false},
		{[]string{"latest", ids[10], "inclusive", "1"}, "10", "early", 12, false},
		{[]string{"oldest", ids[10], "latest", ids[20]}, "19", "11", 9, false},
		{[]string{"oldest", ids[10], "latest", ids[20], "inclusive", "true"}, "20", "10", 11, false},
		{[]string{"oldest", "1700000029"}, "loud reply", "29", 2, false},
	} {
		r := c.must("conversations.history", append([]string{"channel", agora}, test.args...)...)
		if len(r.Messages) != test.n || r.HasMore != test.more || r.HasMore != (r.Meta.NextCursor != "") {
			t.Errorf("%q: %d messages, more %v", test.args, len(r.Messages), r.HasMore)
			continue
		}
		if first, last := r.Messages[0].Text, r.Messages[test.n-1].Text; first != test.first || last != test.last {
			t.Errorf("%q: %s to %s", test.args, first, last)
		}
	}

	var got []string
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		r := c.must("conversations.history", "channel", agora, "limit", "10", "cursor", cursor)
		for _, m := range r.Messages {
			got = append(got, m.Text)
		}
		cursor = r.Meta.NextCursor
		if pages == 0 {
			s.Post(agora, Message{Text: "meanwhile"})
			s.Delete(agora, ids[20]) // which the next page was to begin with
		}
	}
	if len(got) != 31 || strings.Contains(strings.Join(got, " "), "meanwhile") {
		t.Errorf("by pages: %q", got)
	}
	for _, m := range c.must("conversations.history", "channel", agora).Messages {
		switch m.Text {
		case "3":
			if m.Thread != m.TS || m.ReplyCount != 2 || m.LatestReply == "" {
				t.Errorf("a parent: %+v", m)
			}
		case "loud reply":
			if m.Subtype != "thread_broadcast" || m.Root == nil || m.Root.Text != "3" || m.Thread != ids[3] {
				t.Errorf("a broadcast: %+v", m)
			}
		}
	}
	for want, args := range map[string][]string{
		"invalid_limit": {"limit", "1000"}, "invalid_ts_oldest": {"oldest", "yesterday"}, "invalid_ts_latest": {"latest", "now"}, "invalid_cursor": {"cursor", "x"},
	} {
		if r := c.call("conversations.history", append([]string{"channel", agora}, args...)...); r.Error != want {
			t.Errorf("%q: error %q", args, r.Error)
		}
	}
	if n := len(s.Violations()); n != 4 {
		t.Errorf("%d violations for 4 bad calls", n)
	}
}

func TestReplies(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	parent := s.Post(agora, Message{Text: "parent", At: time.Unix(1700000000, 0)})
	var ids []string
	for n := range 9 {
		ids = append(ids, s.Post(agora, Message{Text: fmt.Sprint(n), Thread: parent, At: time.Unix(1700000001+int64(n), 0)}))
	}
	lone := s.Post(agora, Message{Text: "lone"})
	replies := func(ts string, args ...string) reply {
		return c.call("conversations.replies", append([]string{"channel", agora, "ts", ts}, args...)...)
	}
	if got := c.texts(replies(parent)); got != "parent 0 1 2 3 4 5 6 7 8" {
		t.Errorf("all: %s", got)
	}
	first := replies(parent, "limit", "4")
	if got := c.texts(first); got != "parent 0 1 2" || !first.HasMore {
		t.Errorf("a page: %s", got)
	}
	if got := c.texts(replies(parent, "limit", "4", "cursor", first.Meta.NextCursor)); got != "parent 3 4 5" {
		t.Errorf("the next page: %s", got)
	}
	if got := c.texts(replies(parent, "oldest", ids[6])); got != "parent 7 8" {
		t.Errorf("after a reply: %s", got)
	}
	if r := replies(ids[2]); c.texts(r) != "2" || r.Messages[0].Thread != parent {
		t.Errorf("of a reply: %+v", r.Messages)
	}
	if got := c.texts(replies(lone)); got != "lone" {
		t.Errorf("of a message without replies: %s", got)
	}
	if r := replies("1.000001"); r.Error != "thread_not_found" {
		t.Errorf("of nothing: %q", r.Error)
	}
}

func TestOtherFormsOfArguments(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	if r := c.json("chat.postMessage", object{
		"channel": agora, "text": "json", "unfurl_links": false, "unfurl_media": false, "blocks": []object{section("plain_text", "words")}, "thread_ts": nil,
	}); !r.OK {
		t.Errorf("JSON: %s", r.Error)
	}
	req, err := http.NewRequest("GET", s.APIURL()+"conversations.history?channel="+agora, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.BotToken)
	if status, _, raw := c.send(req); status != 200 || !strings.Contains(string(raw), "json") {
		t.Errorf("GET: %d %s", status, raw)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("channel", agora)
	_ = w.Close()
	if r := c.body("conversations.info", w.FormDataContentType(), form.Bytes()); !r.OK {
		t.Errorf("a form of parts: %s", r.Error)
	}
	if r := c.body("auth.test", "application/json", []byte("{")); r.Error != "invalid_json" {
		t.Errorf("bad JSON: %q", r.Error)
	}
	wantViolations(t, s, "auth.test: invalid_json")
	log := s.Requests("chat.postMessage")
	if len(log) != 1 || log[0].Args.Get("text") != "json" || log[0].Args.Get("unfurl_links") != "false" || log[0].Args.Has("token") {
		t.Errorf("the log: %+v", log)
	}
}
