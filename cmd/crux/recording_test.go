package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crux/config"
)

// scripted is a network that answers each request with the next of these.
type scripted struct {
	answers []said
	asked   int
}

type said struct {
	status     int
	kind, body string
	// cut breaks off behind body.
	cut bool
}

func (s *scripted) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	a := s.answers[min(s.asked, len(s.answers)-1)]
	s.asked++
	var body io.Reader = strings.NewReader(a.body)
	if a.cut {
		body = io.MultiReader(body, cutReader{})
	}
	return &http.Response{StatusCode: a.status, Header: http.Header{"Content-Type": {a.kind}}, Body: io.NopCloser(body)}, nil
}

type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// ask has r answer a request, of whose answer so many bytes are read, all where that is negative.
func ask(t *testing.T, r *recording, body string, bytes int) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://models.test/v1/messages", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Api-Key", modelKey)
	resp, err := r.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var from io.Reader = resp.Body
	if bytes >= 0 {
		from = io.LimitReader(resp.Body, int64(bytes))
	}
	read, err := io.ReadAll(from)
	return string(read), err
}

const events = "text/event-stream; charset=utf-8"

// What is recorded is what will do for a later run; all else is asked again.
func TestWhatIsRecorded(t *testing.T) {
	const done, stop = "data: {\"a\":1}\n\ndata: [DONE]\n\n", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
	tests := map[string]struct {
		said  said
		read  int
		again bool
	}{
		"OpenAI's end":           {said{200, events, done, false}, -1, false},
		"Anthropic's end":        {said{200, events, stop, false}, -1, false},
		"read up to the end":     {said{200, events, done + "\n", false}, len(done), false},
		"enough of what goes on": {said{200, events, strings.Repeat("data: {\"a\":1}\n\n", 9), false}, 40, false},
		"no stream":              {said{200, "application/json", `{"a":1}`, false}, -1, false},

		"a stream that stops":    {said{200, events, "data: {\"a\":1}\n\n", false}, -1, true},
		"a stream that is cut":   {said{200, events, "data: {\"a\":1}\n\n", true}, -1, true},
		"cut behind its end":     {said{200, events, done, true}, -1, true},
		"an error in the stream": {said{200, events, "event: error\ndata: {\"type\":\"error\"}\n\n", false}, 12, true},
		"an error of OpenAI's":   {said{200, events, "data: {\"error\":{}}\n\ndata: [DONE]\n\n", false}, -1, true},
		"half of a document":     {said{200, "application/json", `{"a":1}`, false}, 3, true},
		"a wrong key":            {said{401, "application/json", `{}`, false}, -1, true},
		"no credit":              {said{402, "application/json", `{}`, false}, -1, true},
		"too much to do":         {said{429, "application/json", `{}`, false}, -1, true},
		"overloaded":             {said{529, "application/json", `{}`, false}, -1, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir, network := t.TempDir(), &scripted{answers: []said{test.said}}
			first, err := ask(t, &recording{dir: dir, network: network}, `{"x": 1, "y": [2.50]}`, test.read)
			if err != nil && !test.said.cut {
				t.Fatal(err)
			}
			// The order of keys and the white space are no part of a request.
			second, err := ask(t, &recording{dir: dir, network: network}, `{"y":[2.50],"x":1}`, test.read)
			if err != nil && !test.said.cut || second != first {
				t.Errorf("%q, %v; was %q", second, err, first)
			}
			if want := map[bool]int{false: 1, true: 2}[test.again]; network.asked != want {
				t.Errorf("asked %d times, want %d", network.asked, want)
			}
			replayed := &recording{dir: dir}
			third, err := ask(t, replayed, `{"x":1,"y":[2.50]}`, test.read)
			if test.again != errors.Is(err, errNotRecorded) || !test.again && third != first || test.again != (replayed.err(config.Engine{}) != nil) {
				t.Errorf("replayed: %q, %v", third, err)
			}
		})
	}
}

// A refusal is asked about again while recording, and replayed, also to who asks in the same form about
// something else: after a refusal prompts are sent in another form, and which comes first is left to chance.
func TestRefusalsAreRecorded(t *testing.T) {
	const refused = `{"error":"no schemas here"}`
	dir := t.TempDir()
	network := &scripted{answers: []said{{500, "application/json", refused, false}, {500, "application/json", refused, false}, {200, "application/json", "fine", false}}}
	for _, body := range []string{`{"messages":["a"],"schema":{"b":1}}`, `{"messages":["a"],"schema":{"b":1}}`, `{"messages":["a"]}`} {
		if _, err := ask(t, &recording{dir: dir, network: network}, body, -1); err != nil {
			t.Fatal(err)
		}
	}
	if network.asked != 3 {
		t.Errorf("asked %d times", network.asked)
	}
	r := &recording{dir: dir}
	for body, want := range map[string]string{
		`{"messages":["a"],"schema":{"b":1}}`: refused,
		`{"messages":["b"],"schema":{"b":1}}`: refused,
		`{"messages":["a"]}`:                  "fine",
	} {
		if got, err := ask(t, r, body, -1); err != nil || got != want {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
	for _, body := range []string{`{"messages":["b"]}`, `{"messages":["b"],"schema":{"c":1}}`} {
		if got, err := ask(t, r, body, -1); !errors.Is(err, errNotRecorded) {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
}

// Who asks the same again in one run, as after an answer that was of no use, gets another
// answer, and later runs the last one.
func TestRecordingIsAskedAgain(t *testing.T) {
	dir := t.TempDir()
	network := &scripted{answers: []said{{200, "application/json", "one", false}, {200, "application/json", "two", false}, {200, "application/json", "three", false}}}
	record := &recording{dir: dir, network: network}
	for _, want := range []string{"one", "two"} {
		if got, err := ask(t, record, `{"x":1}`, -1); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if got, err := ask(t, record, `{"x":1.0}`, -1); err != nil || got != "three" {
		t.Errorf("another request: %q, %v", got, err)
	}
	if got, err := ask(t, &recording{dir: dir, network: network}, `{"x":1}`, -1); err != nil || got != "two" || network.asked != 3 {
		t.Errorf("in the next run: %q, %v, asked %d times", got, err, network.asked)
	}
}

// The key gets into no file, not even where the vendor repeats it.
func TestRecordingHoldsNoKey(t *testing.T) {
	dir := t.TempDir()
	c := config.Engine{Name: config.EngineAnthropic, Model: "m", APIKey: config.NewSecret(modelKey)}
	r, err := record(dir, c, &scripted{answers: []said{{400, "application/json", `{"error":"key ` + modelKey + ` may not"}`, false}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, r, `{}`, -1); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 2 || !slices.ContainsFunc(files, func(f string) bool { return filepath.Base(f) == engineFile }) {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(data), modelKey) {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
	}
}

// A recording that can't be written or read is an error of its own, which says which file.
func TestRecordingFails(t *testing.T) {
	dir := t.TempDir()
	network := &scripted{answers: []said{{200, "application/json", "{}", false}}}
	if _, err := ask(t, &recording{dir: dir, network: network}, `{}`, -1); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := &recording{dir: dir, network: network}
	if _, err := ask(t, damaged, `{}`, -1); err == nil || !strings.Contains(damaged.err(config.Engine{}).Error(), files[0]) {
		t.Errorf("damaged: %v, %v", err, damaged.err(config.Engine{}))
	}
	gone := &recording{dir: filepath.Join(dir, "gone"), network: network}
	if _, err := ask(t, gone, `{}`, -1); err != nil || gone.err(config.Engine{}) == nil {
		t.Errorf("gone: %v, %v", err, gone.err(config.Engine{}))
	}
}
