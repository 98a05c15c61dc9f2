package transport

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"

	"crux/summarize/llm"
)

// Lost is the fault where a connection gave no answer, or no whole one. Of the error beneath only
// the sort is told: the rest names addresses, which may carry a password.
func Lost(vendor string, err error) error {
	if errors.Is(err, errElsewhere) {
		return Final(&llm.Fault{Kind: llm.Rejected, Err: errors.New(vendor + ": the server sends elsewhere, which is not followed: check the base URL")})
	}
	why := "the connection broke off"
	_, badName := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case badName:
		why = "the server's name was not found"
	case badCertificate:
		why = "the server's certificate is not trusted"
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "nothing listens at the server's address"
	}
	return &llm.Fault{Kind: llm.Unreachable, Err: errors.New(vendor + ": " + why)}
}

// Streams reports whether a response is the stream of events that was asked for.
func Streams(response *http.Response) bool {
	return strings.HasPrefix(strings.ToLower(response.Header.Get("Content-Type")), "text/event-stream")
}

// Elsewhere is the fault where something answers that is not what was asked for.
func Elsewhere(vendor string) error {
	return Final(&llm.Fault{Kind: llm.Rejected, Err: errors.New(vendor + ": what answers there is no language model: check the base URL")})
}
