package fakevendor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dialect is what a vendor says in its own way.
type dialect interface {
	// cached is how much of a prompt, in bytes, is read from the cache, and how much put there, going by
	// earlier prompts.
	cached(asked *Request, seen, kept []string) (read, put int)
	// check reports what is wrong with a request, and what the model is asked.
	check(v *Vendor, r *http.Request, body map[string]json.RawMessage) (asked Request, wrong []string)
	// failure is the body of an error.
	failure(status int, name string) []byte
	// begin, piece, end and fail write parts of a stream.
	begin(s *stream)
	piece(s *stream, text string, thought bool)
	end(s *stream, a Answer)
	fail(s *stream, name string)
}

// stream is an answer being written.
type stream struct {
	w     http.ResponseWriter
	asked Request
	usage *Usage // nil where the vendor says nothing of it
	// block is Anthropic's number of the part that is being written, if open; thinking is true of thoughts.
	block          int
	open, thinking bool
}

// event writes an event. A client that has gone is noticed by the handler.
func (s *stream) event(name string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // it is made of maps and strings
	}
	if name != "" {
		_, _ = fmt.Fprintf(s.w, "event: %s\n", name)
	}
	_, _ = fmt.Fprintf(s.w, "data: %s\n\n", raw)
	s.flush()
}

func (s *stream) flush() { _ = http.NewResponseController(s.w).Flush() }

func (v *Vendor) serve(w http.ResponseWriter, r *http.Request) {
	var speaks dialect = openAI{}
	if strings.HasSuffix(r.URL.Path, "/messages") {
		speaks = anthropic{}
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		body = map[string]json.RawMessage{}
	}
	asked, wrong := speaks.check(v, r, body)
	asked.Method, asked.URL, asked.Body, asked.At = r.Method, "//"+r.Host+r.URL.String(), raw, time.Now()
	asked.Header = r.Header.Clone()
	asked.Header.Del("Authorization")
	asked.Header.Del("X-Api-Key")
	keyed := v.Key == "" || slices.Contains([]string{r.Header.Get("X-Api-Key"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}, v.Key)
	if err := r.Header.Get("Content-Type"); err != "application/json" {
		wrong = append(wrong, "the content type "+err)
	}
	answer := v.arrived(asked, body, wrong, keyed)
	v.write(w, r, speaks, asked, answer)
}

// arrived notes a request, and returns what becomes of it.
func (v *Vendor) arrived(asked Request, body map[string]json.RawMessage, wrong []string, keyed bool) Answer {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.requests = append(v.requests, asked)
	for _, w := range wrong {
		v.violate("%s %s: %s", asked.Method, asked.URL, w)
	}
	if early := v.pause.Sub(asked.At); early > 0 {
		v.violate("%s %s came %v before the client was allowed to try again", asked.Method, asked.URL, early)
	}
	if !keyed {
		return Answer{Status: http.StatusUnauthorized, Error: "authentication_error"}
	}
	for field, how := range v.refusals {
		if len(body[field]) > 0 {
			return Answer{Status: how.Status, Body: how.Body}
		}
	}
	var a Answer
	if len(v.answers) > 0 {
		a, v.answers = v.answers[0], v.answers[1:]
	} else {
		otherwise := v.otherwise
		v.mu.Unlock()
		a = otherwise(asked)
		v.mu.Lock()
	}
	if a.RetryAfter > 0 {
		v.pause = time.Now().Add(a.RetryAfter)
	}
	return a
}

// takes reports whether requests with a field are not refused.
func (v *Vendor) takes(field string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, refused := v.refusals[field]
	return !refused
}

func (v *Vendor) write(w http.ResponseWriter, r *http.Request, speaks dialect, asked Request, a Answer) {
	switch {
	case a.End == Silent:
		v.hang(r)
		return
	case a.Status != 0:
		v.fail(w, speaks, a)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	s := &stream{w: w, asked: asked}
	if !a.NoUsage {
		if s.usage = a.Usage; s.usage == nil {
			s.usage = v.count(speaks, &asked, a)
		}
	}
	speaks.begin(s)
	v.pieces(r, s, speaks, a.Thought, true, a)
	v.pieces(r, s, speaks, a.Text, false, a)
	for a.End == Endless && !v.gone(r) {
		v.pieces(r, s, speaks, a.Text, false, a)
	}
	switch a.End {
	case Cut:
		panic(http.ErrAbortHandler)
	case Stalled:
		v.hang(r)
	case Failed:
		speaks.fail(s, a.Error)
	case Stopped, Endless:
	default:
		speaks.end(s, a)
	}
}

func (v *Vendor) pieces(r *http.Request, s *stream, speaks dialect, text string, thought bool, a Answer) {
	size := a.Piece
	if size <= 0 {
		size = 16
	}
	for text != "" && !v.gone(r) {
		n := min(size, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		speaks.piece(s, text[:n], thought)
		text = text[n:]
	}
}

func (v *Vendor) fail(w http.ResponseWriter, speaks dialect, a Answer) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if a.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((a.RetryAfter+time.Second-1)/time.Second)))
	}
	if a.ShouldRetry != "" {
		h.Set("X-Should-Retry", a.ShouldRetry)
	}
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	body := []byte(a.Body)
	switch {
	case a.Body == "":
		body = speaks.failure(a.Status, a.Error)
	case bytes.HasPrefix(body, []byte("<")):
		h.Set("Content-Type", "text/html")
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(body)
}

// hang waits until the client has gone or the test ends.
func (v *Vendor) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-v.done:
	}
}

func (v *Vendor) gone(r *http.Request) bool {
	select {
	case <-r.Context().Done():
		return true
	case <-v.done:
		return true
	default:
		return false
	}
}
