package fakeslack

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPosting(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})

	first := c.say(agora, "one", "metadata", `{"event_type":"digest","event_payload":{"key":"k"}}`)
	second := c.say(agora, "two", "thread_ts", first.TS, "reply_broadcast", "true")
	if !first.OK || !second.OK || first.Message.BotID != s.BotID || second.Message.Subtype != "thread_broadcast" {
		t.Fatalf("posting: %+v, %+v", first, second)
	}
	if thread := s.Thread(agora, first.TS); len(thread) != 2 || thread[1].Thread != first.TS || thread[1].Author != s.Bot {
		t.Errorf("the thread: %+v", thread)
	}
	if ms := c.must("conversations.history", "channel", agora, "include_all_metadata", "1").Messages; !strings.Contains(string(ms[1].Metadata), `"key":"k"`) {
		t.Errorf("metadata: %s", ms[1].Metadata)
	}
	if ms := c.must("conversations.history", "channel", agora).Messages; ms[1].Metadata != nil {
		t.Errorf("metadata that nobody asked for: %s", ms[1].Metadata)
	}
	if r := c.must("chat.getPermalink", "channel", agora, "message_ts", second.TS); !strings.HasPrefix(r.Link, s.TeamURL()+"archives/"+agora+"/p") || !strings.Contains(r.Link, "?thread_ts="+first.TS) {
		t.Errorf("a permalink: %s", r.Link)
	}
	if r := c.say(agora, "x", "thread_ts", "1.000001"); r.Error != "thread_not_found" {
		t.Errorf("replying to nothing: %q", r.Error)
	}
	if r := c.say(ann, "to you"); !r.OK {
		t.Errorf("a direct message: %s", r.Error)
	}
	if ms := s.Messages(s.AddDM(ann)); len(ms) != 1 || ms[0].Text != "to you" {
		t.Errorf("direct messages: %+v", ms)
	}
	wantViolations(t, s)
	c.say(agora, "x", "thread_ts", second.TS)
	wantViolations(t, s, "names a reply")
}

func TestUpdating(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	blocks := string(mustJSON([]object{section("plain_text", "words"), actions(button("More", "more", nil))}))

	ts := c.say(agora, "reading…").TS
	c.must("chat.update", "channel", agora, "ts", ts, "text", "done", "blocks", blocks)
	p := s.Messages(agora)[0]
	if p.Text != "done" || p.Edits != 1 || p.Visible() != "words\nMore" || len(p.Buttons()) != 1 || p.Buttons()[0].block == "" {
		t.Errorf("updated: %+v", p)
	}
	c.must("chat.update", "channel", agora, "ts", ts, "text", "still")
	if p := s.Messages(agora)[0]; p.Text != "still" || len(p.Blocks) != 2 {
		t.Errorf("without blocks, the old ones do not stay: %+v", p)
	}
	c.must("chat.update", "channel", agora, "ts", ts, "text", "bare", "blocks", "[]")
	if p := s.Messages(agora)[0]; len(p.Blocks) != 0 || p.Visible() != "bare" {
		t.Errorf("an empty list of blocks: %+v", p)
	}
	c.must("chat.delete", "channel", agora, "ts", ts)
	s.WaitGone(agora, ts)
	if r := c.call("chat.update", "channel", agora, "ts", ts, "text", "x"); r.Error != "message_not_found" {
		t.Errorf("updating what is gone: %q", r.Error)
	}
	theirs := s.Post(agora, Message{Author: ann, Text: "mine"})
	if r := c.call("chat.update", "channel", agora, "ts", theirs, "text", "yours"); r.Error != "cant_update_message" {
		t.Errorf("updating another's: %q", r.Error)
	}
	if r := c.call("chat.delete", "channel", agora, "ts", theirs); r.Error != "cant_delete_message" {
		t.Errorf("deleting another's: %q", r.Error)
	}
	if r := c.call("chat.update", "channel", agora, "ts", c.say(agora, "y").TS, "text", strings.Repeat("x", 4001)); r.Error != "msg_too_long" {
		t.Errorf("too long an update: %q", r.Error)
	}
	wantViolations(t, s, "somebody else's", "somebody else's", "4001 characters")
}

func TestEphemeral(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann, bob := s.AddUser(User{Name: "ann"}), s.AddUser(User{Name: "bob"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	if r := c.whisper(agora, bob, "psst"); r.Error != "user_not_in_channel" {
		t.Errorf("to who is not there: %q", r.Error)
	}
	r := c.whisper(agora, ann, "psst")
	if got := s.Ephemerals(ann); len(got) != 1 || got[0].ID != r.MessageT || !got[0].Ephemeral() || len(s.Messages(agora)) != 0 {
		t.Errorf("ephemeral: %+v", got)
	}
	if r := c.call("chat.update", "channel", agora, "ts", r.MessageT, "text", "x"); r.Error != "message_not_found" {
		t.Errorf("updating an ephemeral message: %q", r.Error)
	}
	parent := s.Post(agora, Message{Text: "parent"})
	c.whisper(agora, ann, "in a thread", "thread_ts", parent)
	wantViolations(t, s, "which nobody sees")
	s.Post(agora, Message{Text: "reply", Thread: parent})
	c.whisper(agora, ann, "in a thread", "thread_ts", parent)
	if got := s.WaitEphemeral(ann, func(p Posted) bool { return p.Thread == parent }); got.Text != "in a thread" || len(s.Ephemerals(ann)) != 2 {
		t.Errorf("in a thread: %+v", got)
	}
}

func TestTombstones(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	k := dial(t, s)
	parent := s.Post(agora, Message{Text: "parent"})
	reply := s.Post(agora, Message{Text: "reply", Thread: parent})
	k.take()
	k.take()
	s.Delete(agora, parent)
	if e := k.until("message"); e.Subtype != "message_changed" || e.Message.Subtype != "tombstone" || e.Message.TS != parent || e.Previous.Text != "parent" {
		t.Errorf("deleting what has replies: %+v", e)
	}
	if m := c.must("conversations.history", "channel", agora).Messages; len(m) != 1 || m[0].Subtype != "tombstone" || m[0].ReplyCount != 1 || m[0].User != "USLACKBOT" {
		t.Errorf("a tombstone: %+v", m)
	}
	if p := s.Messages(agora)[0]; !p.Deleted || p.Text != "This message was deleted." {
		t.Errorf("seen: %+v", p)
	}
	s.Delete(agora, reply)
	for _, ts := range []string{reply, parent} {
		if e := k.until("message"); e.Subtype != "message_deleted" || e.DeletedTS != ts {
			t.Errorf("deleting: %+v", e)
		}
	}
	if got := s.Messages(agora); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
}

func TestMessageShapes(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	s.PostMany(agora,
		Message{Author: ann, Text: "a &amp; b", Files: []string{"notes.txt"}},
		Message{Author: "deploy", Text: "shipped", Subtype: "bot_message"},
		Message{Author: s.AddUser(User{Name: "other", Bot: true}), Text: "beep"},
		Message{Author: ann, Text: "sets the topic", Subtype: "channel_topic"},
		Message{Author: ann, Text: "odd", Blocks: []byte(`[{"type":"hologram","depth":3}]`)},
	)
	ms := c.must("conversations.history", "channel", agora).Messages
	file, legacy, bot, topic, odd := ms[4], ms[3], ms[2], ms[1], ms[0]
	if file.Text != "a &amp; b" || len(file.Files) != 1 || file.Files[0].Name != "notes.txt" || file.Subtype != "" {
		t.Errorf("a file: %+v", file)
	}
	if legacy.User != "" || legacy.BotID == "" || legacy.Subtype != "bot_message" {
		t.Errorf("an old app's message: %+v", legacy)
	}
	if bot.User == "" || bot.BotID == "" || bot.Subtype != "" {
		t.Errorf("another app's message: %+v", bot)
	}
	if topic.Subtype != "channel_topic" || !strings.Contains(string(odd.Blocks), "hologram") {
		t.Errorf("a subtype and odd blocks: %+v, %+v", topic, odd)
	}
	s.Edit(agora, ms[1].TS, "edited")
	s.MalformBlock(agora, ms[3].TS)
	ms = c.must("conversations.history", "channel", agora).Messages
	if ms[1].Text != "edited" || ms[1].Edited == nil || ms[1].Edited.User != ann || string(ms[3].Blocks) != string(malformedBlocks) {
		t.Errorf("edited: %+v; malformed: %s", ms[1], ms[3].Blocks)
	}
}

func TestTimestampsNeverClash(t *testing.T) {
	t.Parallel()
	s := New(t)
	agora := s.AddChannel(Channel{Name: "agora"})
	at := time.Unix(1700000000, 0)
	ids := s.PostMany(agora, Message{At: at}, Message{At: at}, Message{}, Message{}, Message{At: at})
	if ids[0] != "1700000000.000000" || ids[1] != "1700000000.000001" || ids[4] != "1700000000.000002" || !before(ids[2], ids[3]) {
		t.Errorf("timestamps: %q", ids)
	}
	for i, p := range s.Messages(agora)[1:] {
		if !before(s.Messages(agora)[i].ID, p.ID) {
			t.Error("messages do not stand in the order of time")
		}
	}
}

func TestUploads(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	start := func(n string) reply {
		return c.must("files.getUploadURLExternal", "filename", "r.md", "length", n)
	}
	put := func(address, body string) int {
		return c.raw(address, "application/octet-stream", body)
	}
	u := start("8")
	if status := put(u.Upload, "# report"); status != 200 {
		t.Errorf("uploading: status %d", status)
	}
	files := `[{"id":"` + u.FileID + `","title":"Report"}]`
	c.must("files.completeUploadExternal", "files", files, "channel_id", s.AddDM(ann), "initial_comment", "Here it is")
	if got := s.Files(ann); len(got) != 1 || string(got[0].Data) != "# report" || got[0].Title != "Report" || got[0].Name != "r.md" {
		t.Errorf("ann's files: %+v", got)
	}
	if p := s.WaitMessage(s.AddDM(ann), func(p Posted) bool { return len(p.Files) > 0 }); p.Text != "Here it is" || p.Author != s.Bot {
		t.Errorf("the message: %+v", p)
	}
	if r := c.call("files.completeUploadExternal", "files", files); r.Error != "file_not_found" {
		t.Errorf("completing twice: %q", r.Error)
	}
	info := c.must("files.info", "file", u.FileID).File
	req, err := http.NewRequest("GET", info.Private, nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := c.send(req); status != 404 {
		t.Errorf("a file without the token: status %d", status)
	}
	req.Header.Set("Authorization", "Bearer "+s.BotToken)
	if _, _, raw := c.send(req); string(raw) != "# report" {
		t.Errorf("a file with the token: %q", raw)
	}
	c.must("files.delete", "file", u.FileID)
	if f, found := s.File(u.FileID); !found || !f.Deleted {
		t.Errorf("deleted: %+v", f)
	}
	wantViolations(t, s)

	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "r.md")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("# form"))
	_ = w.Close()
	f := start("6")
	c.raw(f.Upload, w.FormDataContentType(), form.String())
	c.must("files.completeUploadExternal", "files", `[{"id":"`+f.FileID+`"}]`, "channel_id", agora)
	if got := s.Files(agora); len(got) != 1 || string(got[0].Data) != "# form" || got[0].Title != "r.md" {
		t.Errorf("a file in a form: %+v", got)
	}
	wantViolations(t, s)
	v := start("9")
	if status := put(v.Upload, "short"); status != 400 {
		t.Errorf("a wrong length: status %d", status)
	}
	if r := c.call("files.completeUploadExternal", "files", `[{"id":"`+v.FileID+`"}]`, "channel_id", agora); r.Error != "file_not_found" {
		t.Errorf("completing what has not come: %q", r.Error)
	}
	wantViolations(t, s, "5 bytes came, 9 were announced")
}
