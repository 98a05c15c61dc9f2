// Package transport is what the vendors of language models have in common at the wire: a client
// that keeps a key where it belongs, what an error of theirs means, and when to try again.
package transport

import (
	"errors"
	"io"
	"net/http"
)

// Client returns a copy of a client, of http.DefaultClient where it is nil, that follows no
// redirect, since that would carry the key and the conversation to where nobody has sent them,
// keeps no cookies, and reads no more of an answer than any model writes.
func Client(given *http.Client) *http.Client {
	if given == nil {
		given = http.DefaultClient
	}
	client := *given
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return errElsewhere }
	client.Transport = bounded{client.Transport}
	return &client
}

var errElsewhere = errors.New("transport: the server sends elsewhere")

// mostBytes is how much of one answer is read. A token takes some 200 bytes in a stream.
const mostBytes = 64 << 20

// bounded ends answers that go on for ever, whatever they consist of.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, mostBytes), response.Body}
	return response, nil
}
