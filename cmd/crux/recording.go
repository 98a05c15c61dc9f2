package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"crux/config"
)

// recording is a folder of what a language model was asked and what it answered, a JSON
// file for each request under a name made of the request, so that it matters neither in
// which order requests come nor how many at a time. It stands in for the network below a
// vendor's SDK: what is recorded is answered from the folder.
//
// Recorders for tests (go-vcr and others) keep all in one file that is written at the end and
// searched in order, so that an interrupted run would be paid for twice.
type recording struct {
	dir string
	// network is asked for what is not recorded; nil to ask nobody.
	network http.RoundTripper
	// key is kept out of the files.
	key string

	mu sync.Mutex
	// asked are the files of requests so far. Who asks the same again could do nothing with
	// the answer that is recorded.
	asked map[string]bool
	// refusals are nil until they are looked for.
	refusals map[string]*exchange
	fault    error // the first
	missing  int
}

// exchange is what a file of a recording holds.
type exchange struct {
	Request recordedRequest `json:"request"`
	Answer  recordedAnswer  `json:"answer"`
}

type recordedRequest struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
}

type recordedAnswer struct {
	Status      int      `json:"status"`
	ContentType string   `json:"content_type"`
	Lines       []string `json:"lines"`
}

var errNotRecorded = errors.New("the request is not recorded")

// RoundTrip implements http.RoundTripper.
func (r *recording) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	asked, err := newRecordedRequest(req, body)
	if err != nil {
		return nil, r.failed(err)
	}
	found, err := r.find(asked)
	switch {
	case err != nil:
		return nil, r.failed(err)
	case found == nil && r.network == nil:
		if found, err = r.refusal(asked); err != nil {
			return nil, r.failed(err)
		}
		if found == nil {
			r.mu.Lock()
			r.missing++
			r.mu.Unlock()
			return nil, errNotRecorded
		}
	}
	if found != nil {
		return found.response(req), nil
	}

	onward := req.Clone(req.Context())
	onward.Body = io.NopCloser(bytes.NewReader(body))
	answer, err := r.network.RoundTrip(onward)
	if err == nil && isOfRequest(answer.StatusCode) {
		answer.Body = &tapped{ReadCloser: answer.Body, done: func(read []byte, whole bool) {
			if req.Context().Err() == nil && isAnswer(answer, read, whole) {
				r.keep(asked, answer, read)
			}
		}}
	}
	return answer, err
}

func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	defer req.Body.Close()
	return io.ReadAll(req.Body)
}

// newRecordedRequest is what a recording knows a request by. Headers are no part of it: the key stands there.
func newRecordedRequest(req *http.Request, body []byte) (recordedRequest, error) {
	asked := recordedRequest{Method: req.Method, Path: req.URL.Path, Body: json.RawMessage("null")}
	if len(body) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return asked, fmt.Errorf("a request is not JSON: %w", err)
		}
		sorted, err := toJSON(value, "") // with the keys in order
		if err != nil {
			return asked, err
		}
		asked.Body = sorted
	}
	return asked, nil
}

// isOfRequest reports whether a status says something of the request, and not of the moment, the key or the account.
func isOfRequest(status int) bool {
	switch status {
	case http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity,
		http.StatusInternalServerError, http.StatusNotImplemented: // llama.cpp says with 500 that it takes no schema
		return true
	}
	return false
}

// isAnswer reports whether what was read of a body is all that there is to read. A stream
// that broke off, or in which the vendor tells of an error, would do for no later run; but who
// had enough of an answer will have enough of it again.
func isAnswer(answer *http.Response, read []byte, whole bool) bool {
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		return whole
	}
	ended := false
	for line := range bytes.Lines(read) {
		data := bytes.TrimSpace(bytes.TrimPrefix(line, []byte("data:")))
		switch {
		case bytes.HasPrefix(line, []byte("event: error")), bytes.HasPrefix(data, []byte(`{"error"`)):
			return false
		case bytes.Equal(data, []byte("[DONE]")), bytes.HasPrefix(line, []byte("event: message_stop")):
			ended = true
		}
	}
	return ended || !whole
}

func (r *recording) path(asked recordedRequest) string {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s %s\n%s", asked.Method, asked.Path, asked.Body) // a hash takes everything
	return filepath.Join(r.dir, hex.EncodeToString(sum.Sum(nil))[:20]+".json")
}

// find is what is recorded for a request, nil where nothing is or it is to be asked anew.
func (r *recording) find(asked recordedRequest) (*exchange, error) {
	path := r.path(asked)
	if r.network != nil && r.isAgain(path) {
		return nil, nil
	}
	found, err := readExchange(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case r.network != nil && found.isRefusal(): // it cost nothing, and may be over
		return nil, nil
	}
	return found, nil
}

func readExchange(path string) (*exchange, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found exchange
	if err := json.Unmarshal(data, &found); err != nil {
		return nil, fmt.Errorf("%s: is no recorded answer: %w", path, err)
	}
	return &found, nil
}

func (x *exchange) isRefusal() bool { return x.Answer.Status != http.StatusOK }

func (r *recording) isAgain(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	again := r.asked[path]
	if r.asked == nil {
		r.asked = map[string]bool{}
	}
	r.asked[path] = true
	return again
}

func (r *recording) keep(asked recordedRequest, answer *http.Response, read []byte) {
	text := string(read)
	if r.key != "" {
		text = strings.ReplaceAll(text, r.key, "(key)")
	}
	r.mu.Lock() // also for two that ask the same at a time
	defer r.mu.Unlock()
	err := writeJSON(r.path(asked), exchange{asked, recordedAnswer{
		Status:      answer.StatusCode,
		ContentType: answer.Header.Get("Content-Type"),
		Lines:       strings.Split(text, "\n"),
	}})
	if err != nil && r.fault == nil {
		r.fault = err
	}
}

// response is the answer as it came.
func (x *exchange) response(req *http.Request) *http.Response {
	return &http.Response{
		StatusCode: x.Answer.Status,
		Status:     fmt.Sprintf("%d %s", x.Answer.Status, http.StatusText(x.Answer.Status)),
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {x.Answer.ContentType}},
		Body:          io.NopCloser(strings.NewReader(strings.Join(x.Answer.Lines, "\n"))),
		ContentLength: -1,
		Request:       req,
	}
}

// failed notes that the recording itself failed, which SDKs don't pass on.
func (r *recording) failed(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault == nil {
		r.fault = err
	}
	return err
}

// err is what is wrong with the recording, nil where nothing was. c is the engine whose it is.
func (r *recording) err(c config.Engine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault != nil {
		return fmt.Errorf("recording %s: %w", r.dir, r.fault)
	}
	if r.missing == 0 {
		return nil
	}
	again := fmt.Sprintf("crux eval --engine %s --model %s", c.Name, c.Model)
	if c.BaseURL != "" {
		again += " --base-url " + c.BaseURL
	}
	return fmt.Errorf("recording %s: a request is not in it, so the prompts or the debates are others than when it was made; "+
		"have the model answer what is new with %q", r.dir, again+" --record "+r.dir)
}

// tapped is a body of which is kept what is read.
type tapped struct {
	io.ReadCloser
	read   bytes.Buffer
	whole  bool
	failed bool
	// done is told once of what was read without failing, and whether that was all.
	done func(read []byte, whole bool)
}

func (t *tapped) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.read.Write(p[:n])
	t.whole = t.whole || errors.Is(err, io.EOF)
	t.failed = t.failed || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

func (t *tapped) Close() error {
	if done := t.done; done != nil && !t.failed {
		t.done = nil
		done(t.read.Bytes(), t.whole)
	}
	return t.ReadCloser.Close()
}

// recordedEngine is what of an engine shapes its requests.
type recordedEngine struct {
	Name           string `json:"name"`
	Model          string `json:"model"`
	BaseURL        string `json:"base_url"`
	MaxInputTokens int    `json:"max_input_tokens"`
	Names          bool   `json:"names"`
}

// engineFile says in a recording whose answers it holds.
const engineFile = "engine.json"

// record opens a folder to record an engine's answers in; what it holds already of the same engine stays.
func record(dir string, c config.Engine, network http.RoundTripper) (*recording, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	about := recordedEngine{c.Name, c.Model, c.BaseURL, c.MaxInputTokens, c.Names}
	before, err := readEngineFile(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = writeJSON(filepath.Join(dir, engineFile), about)
	case err == nil && before != about:
		err = fmt.Errorf("%s holds answers of another model, or under other settings (see %s in it); record into another folder", dir, engineFile)
	}
	return &recording{dir: dir, network: network, key: c.APIKey.Reveal()}, err
}

// replay opens a folder that was recorded, and says which engine its answers are of. Nobody is asked.
func replay(dir string) (*recording, config.Engine, error) {
	about, err := readEngineFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no recording: there is no %s; make one with --record", dir, engineFile)
	}
	return &recording{dir: dir}, config.Engine{
		Name: about.Name, Model: about.Model, BaseURL: about.BaseURL, MaxInputTokens: about.MaxInputTokens, Names: about.Names,
		// Nothing is waited for, and no key is shown to anybody.
		APIKey: config.NewSecret("replayed"), Timeout: config.Duration(time.Minute), Concurrency: runtime.GOMAXPROCS(0),
	}, err
}

func readEngineFile(dir string) (recordedEngine, error) {
	var about recordedEngine
	path := filepath.Join(dir, engineFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return about, err
	}
	if err := json.Unmarshal(data, &about); err != nil {
		return about, fmt.Errorf("%s: %w", path, err)
	}
	if about.Name != config.EngineAnthropic && about.Name != config.EngineOpenAI {
		return about, fmt.Errorf("%s: there is no engine %q of which answers can be recorded", path, about.Name)
	}
	return about, nil
}

// writeJSON writes a file for people to read too.
func writeJSON(path string, value any) error {
	data, err := toJSON(value, " ")
	if err != nil {
		return err
	}
	return writeFile(path, data)
}

func toJSON(value any, indent string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return out.Bytes(), err
}
