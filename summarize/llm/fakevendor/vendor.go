// Package fakevendor is a fake, over HTTP, of those who have language models: OpenAI and all
// who speak its chat completions, and Anthropic. It answers as a test says, in the streams and the
// errors of the real ones, and it is strict: a request that one of them would refuse, or that does
// not keep what crux promises, fails the test.
//
// Clients reach it through Client, whatever address they ask for, and without a network, so that
// it works within a bubble of testing/synctest, where nobody waits for time-outs.
package fakevendor

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// URL is where a vendor of neither name is to be found; OpenAI's protocol is under /v1.
const URL = "http://models.test"

// Vendor is a fake of all vendors at once.
type Vendor struct {
	// Key is the API key; with "" none may be sent.
	Key string

	t      testing.TB
	client *http.Client
	done   chan struct{} // closed when the test ends, for all that hangs

	mu         sync.Mutex
	answers    []Answer
	otherwise  func(Request) Answer
	refusals   map[string]Refusal // by field
	requests   []Request
	seen       []string // prompts, for the cache
	kept       []string // what prompts began with, up to a mark
	pause      time.Time
	violations []string
}

// Request is a request that a client made.
type Request struct {
	Method, URL string
	// Header is without keys.
	Header http.Header
	Body   []byte
	At     time.Time
	// System, Turns and Schema are what the model was asked: the turns from the user's first on, and
	// the schema in JSON, "" without one.
	System string
	Turns  []string
	Schema string

	// marks are the lengths of prompt up to which the vendor is to keep it in its cache.
	marks []int
	// keepsMarked is true where OpenAI is to keep nothing else.
	keepsMarked bool
}

// prompt is all that the model reads. The schema comes first, so that another one begins another prompt.
func (r *Request) prompt() string {
	return r.Schema + r.System + strings.Join(r.Turns, "")
}

// New starts a fake with a key. When the test ends it stops, and then fails the test for every
// violation that nobody has looked at.
func New(t testing.TB, key string) *Vendor {
	t.Helper()
	v := &Vendor{Key: key, t: t, done: make(chan struct{}), refusals: map[string]Refusal{}}
	v.otherwise = func(Request) Answer {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.violate("a request for which the test has no answer")
		return Answer{Status: http.StatusInternalServerError}
	}
	pipes := &listener{conns: make(chan net.Conn), done: v.done}
	server := &http.Server{Handler: http.HandlerFunc(v.serve), ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(pipes) // it ends with an error in any case
	}()
	// TLS is done with once the pipe stands.
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return pipes.dial(ctx) }
	transport := &http.Transport{DialContext: dial, DialTLSContext: dial}
	v.client = &http.Client{Transport: transport}
	t.Cleanup(func() {
		close(v.done)
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
		for _, violation := range v.Violations() {
			t.Errorf("the fake vendor saw a violation: %s", violation)
		}
	})
	return v
}

// Client reaches the fake under every address.
func (v *Vendor) Client() *http.Client { return v.client }

// Answer sets the answers to the next requests, one each, after those already set.
func (v *Vendor) Answer(answers ...Answer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answers = append(v.answers, answers...)
}

// Otherwise has answer called for requests for which no answer is set. It may be called from
// several goroutines at once.
func (v *Vendor) Otherwise(answer func(Request) Answer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.otherwise = answer
}

// Refuse refuses, from now on, every request that has a field at the top of its body:
// "response_format" is how OpenAI's protocol carries a schema, "output_config" Anthropic's.
func (v *Vendor) Refuse(field string, how Refusal) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refusals[field] = how
}

// Requests returns the requests so far, in the order of their arrival.
func (v *Vendor) Requests() []Request {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.requests)
}

// Violations returns what clients did that they must not, in order. What it returns no longer
// fails the test: the caller judges.
func (v *Vendor) Violations() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	violations := v.violations
	v.violations = nil
	return violations
}

// violate records a violation; v.mu is held.
func (v *Vendor) violate(format string, args ...any) {
	v.violations = append(v.violations, fmt.Sprintf(format, args...))
}

// listener accepts pipes.
type listener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error { return nil }

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }
