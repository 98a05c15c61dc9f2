package fakevendor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// openAI is the protocol of chat completions. Under OpenAI's own address it is as strict as
// OpenAI is with its newest models.
type openAI struct{}

var openAIFields = []string{
	"model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "response_format", "store", "prompt_cache_key",
	"prompt_cache_options",
}

type openAIRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string        `json:"role"`
		Content openAIContent `json:"content"`
	} `json:"messages"`
	CacheOptions struct {
		Mode string `json:"mode"`
	} `json:"prompt_cache_options"`
	Stream        bool `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	MaxTokens           int   `json:"max_tokens"`
	MaxCompletionTokens int   `json:"max_completion_tokens"`
	Store               *bool `json:"store"`
	ResponseFormat      *struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Name   string          `json:"name"`
			Strict bool            `json:"strict"`
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
}

// openAIContent is a message's text, or the parts of it.
type openAIContent []openAIPart

type openAIPart struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Break *struct {
		Mode string `json:"mode"`
	} `json:"prompt_cache_breakpoint"`
}

func (c *openAIContent) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte("[")) {
		return json.Unmarshal(raw, (*[]openAIPart)(c))
	}
	var text string
	err := json.Unmarshal(raw, &text)
	*c = openAIContent{{Type: "text", Text: text}}
	return err
}

var schemaName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

func (openAI) check(v *Vendor, r *http.Request, body map[string]json.RawMessage) (asked Request, wrong []string) {
	var q openAIRequest
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if err := reread(body, &q); err != nil {
		complain("the body is not of the right form")
		return Request{}, wrong
	}
	own := strings.HasSuffix(r.Host, "api.openai.com")
	if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" {
		complain("no such endpoint")
	}
	if v.Key == "" && r.Header.Get("Authorization") != "" {
		complain("a key that the test has not given")
	}
	for _, header := range []string{"X-Api-Key", "Openai-Organization", "Openai-Project", "Cookie"} {
		if r.Header.Get(header) != "" {
			complain("the header %s", header)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(body)) {
		if !slices.Contains(openAIFields, field) {
			complain("the field %s", field)
		}
	}
	switch {
	case q.Model == "":
		complain("no model")
	case !q.Stream:
		complain("no stream")
	case !q.StreamOptions.IncludeUsage && v.takes("stream_options"):
		complain("no usage asked for")
	}
	newer := own || !v.takes("max_tokens")
	switch {
	case newer && v.takes("max_completion_tokens") && q.MaxCompletionTokens <= 0 && len(body["max_tokens"]) == 0,
		!newer && q.MaxTokens <= 0:
		complain("no bound on the tokens")
	case q.MaxTokens > 0 && q.MaxCompletionTokens > 0:
		complain("two bounds on the tokens")
	case own && q.MaxTokens > 0:
		complain("max_tokens, which its newer models do not take")
	}
	if own && len(body["temperature"]) > 0 {
		complain("a temperature, which its reasoning models do not take")
	}
	if own && (q.Store == nil || *q.Store) {
		complain("the conversation is to be stored")
	}
	if f := q.ResponseFormat; f != nil {
		asked.Schema = string(f.JSONSchema.Schema)
		if f.Type != "json_schema" || !f.JSONSchema.Strict || !schemaName.MatchString(f.JSONSchema.Name) {
			complain("a response format that is not strict")
		}
		wrong = append(wrong, loose(f.JSONSchema.Schema)...)
	}
	roles := []string{"system"}
	for i := range len(q.Messages) - 1 {
		roles = append(roles, []string{"user", "assistant"}[i%2])
	}
	length := len(asked.Schema)
	for i, m := range q.Messages {
		text := ""
		for _, part := range m.Content {
			text += part.Text
			length += len(part.Text)
			if part.Break != nil {
				asked.marks = append(asked.marks, length)
			}
			if part.Type != "text" || part.Break != nil && part.Break.Mode != "explicit" || len(m.Content) > 1 && strings.TrimSpace(part.Text) == "" {
				complain("message %d has a part of a wrong form", i)
			}
		}
		switch {
		case m.Role != roles[i]:
			complain("message %d is by %q", i, m.Role)
		case strings.TrimSpace(text) == "":
			complain("message %d is empty", i)
		case i == 0:
			asked.System = text
		default:
			asked.Turns = append(asked.Turns, text)
		}
	}
	asked.keepsMarked = q.CacheOptions.Mode == "explicit"
	switch {
	case len(asked.marks) > mostMarks:
		complain("%d marks for the cache", len(asked.marks))
	case !v.takes("prompt_cache_options") && len(asked.marks) > 0 && !asked.keepsMarked:
		complain("marks for the cache that the model does not know")
	case own && v.takes("prompt_cache_options") && !asked.keepsMarked:
		complain("all of the prompt is to be put into the cache, which has to be paid for")
	}
	if len(q.Messages)%2 != 0 || len(q.Messages) == 0 {
		complain("it does not end with the user")
	}
	return asked, wrong
}

// reread decodes a body into a type.
func reread(body map[string]json.RawMessage, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

func (openAI) failure(status int, name string) []byte {
	return fmt.Appendf(nil, `{"error":{"message":"That went wrong: %s","type":%q,"param":null,"code":%q}}`, http.StatusText(status), name, name)
}

type openAIChunk struct {
	ID      string         `json:"id"`
	Object  string         `json:"object"`
	Created int            `json:"created"`
	Model   string         `json:"model"`
	Choices []openAIChoice `json:"choices"`
	Usage   any            `json:"usage"`
}

type openAIChoice struct {
	Index        int            `json:"index"`
	Delta        map[string]any `json:"delta"`
	FinishReason any            `json:"finish_reason"`
}

func chunk(choices ...openAIChoice) openAIChunk {
	return openAIChunk{ID: "chatcmpl-1", Object: "chat.completion.chunk", Created: 1, Model: "fake", Choices: choices}
}

func delta(field string, text any) openAIChunk {
	return chunk(openAIChoice{Delta: map[string]any{field: text}})
}

func (openAI) begin(s *stream) {
	_, _ = fmt.Fprint(s.w, ": PROCESSING\n\n") // as OpenRouter does
	s.event("", delta("role", "assistant"))
}

func (openAI) piece(s *stream, text string, thought bool) {
	if thought {
		s.event("", delta("reasoning_content", text))
		return
	}
	s.event("", delta("content", text))
}

func (openAI) end(s *stream, a Answer) {
	reason := "stop"
	switch a.End {
	case TooLong, Full:
		reason = "length"
	case Filtered:
		reason = "content_filter"
	case Refused:
		s.event("", delta("refusal", "I can't help with that."))
	case Cut, Stopped, Failed, Stalled, Silent, Endless: // have ended otherwise
	}
	s.event("", chunk(openAIChoice{Delta: map[string]any{}, FinishReason: reason}))
	if u := s.usage; u != nil {
		last := chunk()
		last.Choices = []openAIChoice{}
		read := u.Input + u.Kept + u.Cached
		last.Usage = map[string]any{
			"prompt_tokens": read, "completion_tokens": u.Output, "total_tokens": read + u.Output,
			"prompt_tokens_details": map[string]int{"cached_tokens": u.Cached, "cache_write_tokens": u.Kept},
		}
		s.event("", last)
	}
	_, _ = fmt.Fprint(s.w, "data: [DONE]\n\n")
	s.flush()
}

func (openAI) fail(s *stream, name string) {
	s.event("", map[string]any{"error": map[string]any{"message": "That went wrong.", "type": name, "code": name}})
}
