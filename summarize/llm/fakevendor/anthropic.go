package fakevendor

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// anthropic is Anthropic's protocol of messages.
type anthropic struct{}

var anthropicFields = []string{"model", "messages", "stream", "max_tokens", "system", "output_config"}

type anthropicBlock struct {
	Type         string `json:"type"`
	Text         string `json:"text"`
	CacheControl *struct {
		Type string `json:"type"`
	} `json:"cache_control"`
}

type anthropicRequest struct {
	Model     string           `json:"model"`
	MaxTokens int              `json:"max_tokens"`
	Stream    bool             `json:"stream"`
	System    []anthropicBlock `json:"system"`
	Messages  []struct {
		Role    string           `json:"role"`
		Content []anthropicBlock `json:"content"`
	} `json:"messages"`
	OutputConfig *struct {
		Format struct {
			Type   string          `json:"type"`
			Schema json.RawMessage `json:"schema"`
		} `json:"format"`
	} `json:"output_config"`
}

// mostMarks is how many marks for the cache a prompt may have.
const mostMarks = 4

func (anthropic) check(v *Vendor, r *http.Request, body map[string]json.RawMessage) (asked Request, wrong []string) {
	var q anthropicRequest
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if err := reread(body, &q); err != nil {
		complain("the body is not of the right form")
		return Request{}, wrong
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v1/messages" {
		complain("no such endpoint")
	}
	if v.Key == "" && r.Header.Get("X-Api-Key") != "" {
		complain("a key that the test has not given")
	}
	for _, header := range []string{"Authorization", "Traceparent", "Anthropic-Workspace-Id", "Cookie"} {
		if r.Header.Get(header) != "" {
			complain("the header %s", header)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(body)) {
		if !slices.Contains(anthropicFields, field) {
			complain("the field %s", field)
		}
	}
	switch {
	case q.Model == "":
		complain("no model")
	case !q.Stream:
		complain("no stream")
	case q.MaxTokens <= 0:
		complain("no bound on the tokens")
	case r.Header.Get("Anthropic-Version") == "":
		complain("no version")
	}
	if c := q.OutputConfig; c != nil {
		asked.Schema = string(c.Format.Schema)
		if c.Format.Type != "json_schema" {
			complain("the output format %q", c.Format.Type)
		}
		wrong = append(wrong, loose(c.Format.Schema)...)
	}
	length := len(asked.Schema)
	read := func(blocks []anthropicBlock) string {
		var all strings.Builder
		for _, b := range blocks {
			if b.Type != "text" || strings.TrimSpace(b.Text) == "" {
				complain("a text without text")
			}
			all.WriteString(b.Text)
			length += len(b.Text)
			if b.CacheControl != nil {
				asked.marks = append(asked.marks, length)
				if b.CacheControl.Type != "ephemeral" {
					complain("the mark %q", b.CacheControl.Type)
				}
			}
		}
		return all.String()
	}
	asked.System = read(q.System)
	for i, m := range q.Messages {
		if role := []string{"user", "assistant"}[i%2]; m.Role != role || len(m.Content) == 0 {
			complain("message %d is by %q", i, m.Role)
		}
		asked.Turns = append(asked.Turns, read(m.Content))
	}
	if len(q.Messages)%2 == 0 {
		complain("it does not end with the user")
	}
	if len(asked.marks) > mostMarks {
		complain("%d marks for the cache", len(asked.marks))
	}
	return asked, wrong
}

func (anthropic) failure(status int, name string) []byte {
	return fmt.Appendf(nil, `{"type":"error","error":{"type":%q,"message":"That went wrong: %s"},"request_id":"req_1"}`, name, http.StatusText(status))
}

func (anthropic) begin(s *stream) {
	message := map[string]any{
		"id": "msg_1", "type": "message", "role": "assistant", "model": "fake", "content": []any{}, "stop_reason": nil, "stop_sequence": nil,
	}
	if u := s.usage; u != nil {
		message["usage"] = map[string]any{
			"input_tokens": u.Input, "cache_creation_input_tokens": u.Kept, "cache_read_input_tokens": u.Cached, "output_tokens": 1,
		}
	}
	s.event("message_start", map[string]any{"type": "message_start", "message": message})
	s.event("ping", map[string]any{"type": "ping"})
	s.block = -1
}

// kindOf are the types of a block that begins, and of what comes in it.
func kindOf(thought bool) (block, piece, field string) {
	if thought {
		return "thinking", "thinking_delta", "thinking"
	}
	return "text", "text_delta", "text"
}

func (anthropic) piece(s *stream, text string, thought bool) {
	block, kind, field := kindOf(thought)
	if s.block < 0 || s.thinking != thought {
		s.close()
		s.block, s.thinking, s.open = s.block+1, thought, true
		s.event("content_block_start", map[string]any{
			"type": "content_block_start", "index": s.block, "content_block": map[string]any{"type": block, field: ""},
		})
	}
	s.event("content_block_delta", map[string]any{
		"type": "content_block_delta", "index": s.block, "delta": map[string]any{"type": kind, field: text},
	})
}

// close ends the block that is being written, if one is.
func (s *stream) close() {
	if s.open {
		s.event("content_block_stop", map[string]any{"type": "content_block_stop", "index": s.block})
	}
	s.open = false
}

func (anthropic) end(s *stream, a Answer) {
	s.close()
	reason := "end_turn"
	switch a.End {
	case TooLong:
		reason = "max_tokens"
	case Full:
		reason = "model_context_window_exceeded"
	case Refused, Filtered:
		reason = "refusal"
	case Cut, Stopped, Failed, Stalled, Silent, Endless: // have ended otherwise
	}
	last := map[string]any{"type": "message_delta", "delta": map[string]any{"stop_reason": reason, "stop_sequence": nil}}
	if s.usage != nil {
		last["usage"] = map[string]any{"output_tokens": s.usage.Output}
	}
	s.event("message_delta", last)
	s.event("message_stop", map[string]any{"type": "message_stop"})
}

func (anthropic) fail(s *stream, name string) {
	s.event("error", map[string]any{"type": "error", "error": map[string]any{"type": name, "message": "That went wrong."}})
}
