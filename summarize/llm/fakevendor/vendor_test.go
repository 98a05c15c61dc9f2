package fakevendor

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post sends a body, with a key where it is not "".
func post(t *testing.T, v *Vendor, path, key, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Anthropic-Version", "2023-06-01")
	if key != "" && strings.HasSuffix(path, "messages") {
		request.Header.Set("X-Api-Key", key)
	} else if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := v.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(said)
}

const (
	completions = "/v1/chat/completions"
	messages    = "/v1/messages"
	openAIGood  = `{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}`
	good        = `{"model":"m","stream":true,"max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"u"}]}]}`
)

// Every request that the vendors would refuse is a violation.
func TestStrict(t *testing.T) {
	schema := func(s string) string {
		return strings.Replace(good, `"stream"`, `"output_config":{"format":{"type":"json_schema","schema":`+s+`}},"stream"`, 1)
	}
	openAISchema := func(name, strict, s string) string {
		return strings.Replace(openAIGood, `"stream"`, `"response_format":{"type":"json_schema","json_schema":{"name":"`+name+`","strict":`+strict+`,"schema":`+s+`}},"stream"`, 1)
	}
	const strict = `{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`
	for name, c := range map[string]struct{ path, body, want string }{
		"good":                  {completions, openAIGood, ""},
		"good for Anthropic":    {messages, good, ""},
		"good schema":           {messages, schema(strict), ""},
		"good OpenAI schema":    {completions, openAISchema("x", "true", strict), ""},
		"unknown role":          {completions, strings.Replace(openAIGood, `"user"`, `"human"`, 1), "message 1 is by"},
		"no system":             {completions, strings.Replace(openAIGood, `{"role":"system","content":"s"},`, ``, 1), "message 0 is by"},
		"empty message":         {completions, strings.Replace(openAIGood, `"u"`, `" "`, 1), "message 1 is empty"},
		"parts":                 {completions, strings.Replace(openAIGood, `"u"`, `[{"type":"text","text":"u","prompt_cache_breakpoint":{"mode":"explicit"}},{"type":"text","text":"u"}]`, 1), ""},
		"a wrong mark":          {completions, strings.Replace(openAIGood, `"u"`, `[{"type":"text","text":"u","prompt_cache_breakpoint":{"mode":"implicit"}}]`, 1), "a part of a wrong form"},
		"no bound":              {completions, strings.Replace(openAIGood, `"max_tokens":9,`, ``, 1), "no bound"},
		"no stream":             {completions, strings.Replace(openAIGood, `"stream":true,`, ``, 1), "no stream"},
		"unknown field":         {completions, strings.Replace(openAIGood, `"stream"`, `"n":2,"stream"`, 1), "the field n"},
		"not strict":            {completions, openAISchema("x", "false", strict), "not strict"},
		"bad name":              {completions, openAISchema("x y", "true", strict), "not strict"},
		"no JSON":               {completions, `{`, "no model"},
		"no endpoint":           {"/v1/responses", openAIGood, "no such endpoint"},
		"Anthropic's role":      {messages, strings.Replace(good, `"user"`, `"system"`, 1), "message 0 is by"},
		"Anthropic's bound":     {messages, strings.Replace(good, `"max_tokens":9,`, ``, 1), "no bound"},
		"Anthropic's text":      {messages, strings.Replace(good, `"u"`, `""`, 1), "without text"},
		"open schema":           {messages, schema(strings.Replace(strict, `,"additionalProperties":false`, ``, 1)), "additional properties"},
		"optional property":     {messages, schema(strings.Replace(strict, `["a"]`, `[]`, 1)), `does not require "a"`},
		"unknown keyword":       {messages, schema(strings.Replace(strict, `"string"`, `"string","minLength":1`, 1)), `has "minLength"`},
		"open object in a list": {messages, schema(strings.Replace(strict, `{"type":"string"}`, `{"type":"array","items":{"type":"object"}}`, 1)), "the schema.a[] allows"},
		"no object":             {messages, schema(`{"type":"array","items":{"type":"string"}}`), "not of an object"},
	} {
		t.Run(name, func(t *testing.T) {
			v := New(t, "k")
			v.Answer(Answer{Text: "{}"})
			post(t, v, c.path, "k", c.body)
			said := strings.Join(v.Violations(), "\n")
			if c.want == "" && said != "" || !strings.Contains(said, c.want) {
				t.Errorf("violations %q, want %q", said, c.want)
			}
		})
	}
}

// Keys are checked, and are in nothing that a test could print.
func TestKeys(t *testing.T) {
	v := New(t, "right")
	v.Answer(Answer{Text: "{}"}, Answer{Text: "{}"})
	for path, body := range map[string]string{completions: openAIGood, messages: good} {
		for key, want := range map[string]int{"right": 200, "wrong": 401, "": 401} {
			if status, _ := post(t, v, path, key, body); status != want {
				t.Errorf("%s with the key %q: %d, want %d", path, key, status, want)
			}
		}
	}
	for _, r := range v.Requests() {
		if r.Header.Get("Authorization")+r.Header.Get("X-Api-Key") != "" {
			t.Error("a request is kept with its key")
		}
	}
}

// A request for which there is no answer is a violation.
func TestNoAnswer(t *testing.T) {
	v := New(t, "")
	if status, _ := post(t, v, messages, "", good); status != 500 || len(v.Violations()) != 1 {
		t.Errorf("answered %d, or no violation", status)
	}
}
