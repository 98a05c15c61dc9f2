package fakeslack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

type file struct {
	File
	announced int  // bytes that the upload's address was asked for
	uploaded  bool // whether they have come
	shared    bool // whether the upload has been completed
}

// newFile makes a file that hangs on what somebody posts.
func (s *Slack) newFile(user, name string) *file {
	f := &file{File: File{ID: s.mintID("F"), Name: name, Title: name, User: user}, uploaded: true, shared: true}
	s.files[f.ID] = f
	return f
}

// File returns a file by its id.
func (s *Slack) File(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	if f == nil {
		return File{}, false
	}
	return f.File, true
}

// Files returns the files that the bot has shared in a channel, or with a user in
// direct messages, oldest first; deleted ones too.
func (s *Slack) Files(where string) []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[where] != nil {
		where = s.dm(where).id
	}
	var out []File
	for _, f := range s.files {
		if f.User == s.Bot && slices.Contains(f.Channels, where) {
			out = append(out, f.File)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func (s *Slack) getUploadURL(c *call) answer {
	n, err := strconv.Atoi(c.get("length"))
	if err != nil || n < 1 || c.get("filename") == "" {
		s.violate("%s: a file without a name or a length", c.method)
		return refuse("invalid_arguments")
	}
	f := s.newFile(s.Bot, c.get("filename"))
	f.announced, f.uploaded, f.shared = n, false, false
	secret := s.mintID("upload")
	s.uploads[secret] = f
	return ok(object{"upload_url": s.server.URL + "/upload/v1/" + secret, "file_id": f.ID})
}

// serveUpload takes a file's content, as it is or in a form.
func (s *Slack) serveUpload(w http.ResponseWriter, r *http.Request, log *Request, secret string) {
	data, err := uploaded(r.Header.Get("Content-Type"), log.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.uploads[secret]
	switch {
	case f == nil || f.shared:
		s.violate("upload: no such address")
		w.WriteHeader(http.StatusNotFound)
	case err != nil:
		s.violate("upload: %v", err)
		w.WriteHeader(http.StatusBadRequest)
	case len(data) != f.announced:
		s.violate("upload: %d bytes came, %d were announced", len(data), f.announced)
		w.WriteHeader(http.StatusBadRequest)
	default:
		f.Data, f.uploaded = data, true
		w.WriteHeader(http.StatusOK)
		_, _ = fmt.Fprintf(w, "OK - %d", len(data))
	}
}

func uploaded(contentType string, body []byte) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return body, nil
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, fmt.Errorf("a form without a file: %w", err)
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

func (s *Slack) completeUpload(c *call) answer {
	var named []struct{ ID, Title string }
	if err := json.Unmarshal([]byte(c.get("files")), &named); err != nil || len(named) == 0 {
		s.violate("%s: files are no JSON list", c.method)
		return refuse("invalid_arguments")
	}
	var files []*file
	for _, n := range named {
		f := s.files[n.ID]
		if f == nil || !f.uploaded || f.shared {
			return refuse("file_not_found")
		}
		if n.Title != "" {
			f.Title = n.Title
		}
		files = append(files, f)
	}
	if c.get("channel_id") != "" {
		if refusal := s.share(c, files); refusal != nil {
			return refusal
		}
	}
	out := []object{}
	for _, f := range files {
		f.shared = true
		out = append(out, s.fileJSON(f))
	}
	s.notify()
	return ok(object{"files": out})
}

// share posts the message that files hang on.
func (s *Slack) share(c *call, files []*file) answer {
	ch := s.channels[c.get("channel_id")]
	switch {
	case !s.visible(ch):
		return refuse("channel_not_found")
	case !ch.has(s.Bot):
		return refuse("not_in_channel")
	case ch.Archived:
		return refuse("is_archived")
	}
	body, code := s.contentOf(c)
	if code != "" {
		return refuse(code)
	}
	comment := c.get("initial_comment")
	body.text, body.hasFile = &comment, true
	if code := s.check(body); code != "" {
		return refuse(code)
	}
	if code := s.badThread(ch, body); code != "" {
		return refuse(code)
	}
	m := s.compose(ch, body)
	m.files, m.subtype = files, "file_share"
	for _, f := range files {
		f.Channels = append(f.Channels, ch.id)
	}
	s.place(m)
	return nil
}

func (s *Slack) deleteFile(c *call) answer {
	f := s.files[c.get("file")]
	switch {
	case f == nil:
		return refuse("file_not_found")
	case f.User != s.Bot:
		s.violate("%s: a file of somebody else's", c.method)
		return refuse("cant_delete_file")
	case f.Deleted:
		return refuse("file_deleted")
	}
	f.Deleted, f.Data = true, nil
	s.notify()
	return ok(nil)
}

func (s *Slack) filesInfo(c *call) answer {
	f := s.files[c.get("file")]
	switch {
	case f == nil:
		return refuse("file_not_found")
	case f.Deleted:
		return refuse("file_deleted")
	}
	return ok(object{"file": s.fileJSON(f)})
}

// serveFile serves a file's content to who has the token.
func (s *Slack) serveFile(w http.ResponseWriter, r *http.Request, parts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(parts) > 1 && r.Header.Get("Authorization") == "Bearer "+s.BotToken {
		if f := s.files[strings.TrimPrefix(parts[1], s.Team+"-")]; f != nil && !f.Deleted {
			_, _ = w.Write(f.Data)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}
