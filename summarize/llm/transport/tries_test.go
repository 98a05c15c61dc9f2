package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"crux/summarize/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// behaviour is what happens in a try.
type behaviour struct {
	takes, after time.Duration
	kind         llm.FaultKind // "" for an answer
}

var behaviours = rapid.Custom(func(t *rapid.T) behaviour {
	return behaviour{
		rapid.SampledFrom([]time.Duration{0, 700 * time.Millisecond, time.Hour}).Draw(t, "takes"),
		rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, time.Hour}).Draw(t, "after"),
		rapid.SampledFrom([]llm.FaultKind{llm.Overloaded, llm.Unreachable, llm.TimedOut, llm.Unreadable, llm.Denied, ""}).Draw(t, "kind"),
	}
})

// However a vendor behaves, the tries stay within their bounds, keep away as long as they are
// told to, and count all that was used.
func TestTriesAreBounded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tries := Tries{
			Each: rapid.SampledFrom([]time.Duration{time.Second, time.Minute}).Draw(r, "each"),
			All:  rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour}).Draw(r, "all"),
			More: rapid.IntRange(0, 6).Draw(r, "more"),
		}
		vendor := rapid.SliceOfN(behaviours, 7, 7).Draw(r, "vendor")
		var wrong []string
		synctest.Test(t, func(t *testing.T) { wrong = unbounded(t.Context(), tries, vendor) })
		if len(wrong) > 0 {
			r.Fatal(wrong)
		}
	})
}

// unbounded is what is wrong with how a vendor that behaves so is asked.
func unbounded(ctx context.Context, tries Tries, vendor []behaviour) (wrong []string) {
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	begun, earliest, asked := time.Now(), time.Now(), 0
	reply, err := tries.Do(ctx, func(ctx context.Context) (llm.Reply, error) {
		if time.Now().Before(earliest) {
			complain("try %d came %v too early", asked, time.Until(earliest))
		}
		does := vendor[asked]
		asked++
		used := llm.Reply{Usage: llm.Usage{Input: 1}}
		if !sleep(ctx, does.takes) {
			return used, ctx.Err()
		}
		if does.kind == "" {
			used.Text = "good"
			return used, nil
		}
		earliest = time.Now().Add(does.after)
		return used, &llm.Fault{Kind: does.kind, RetryAfter: does.after}
	})
	if took := time.Since(begun); took > tries.All || asked > 1+tries.More {
		complain("%d tries took %v", asked, took)
	}
	if reply.Usage.Input != asked {
		complain("%d tries used %+v", asked, reply.Usage)
	}
	if (err == nil) != (reply.Text == "good") {
		complain("answered %q, %v", reply.Text, err)
	}
	return wrong
}

// Of a connection that fails only the sort is told.
func TestLost(t *testing.T) {
	for want, beneath := range map[string]error{
		"was not found":        &net.DNSError{Name: "user:word@inner.test"},
		"nothing listens":      &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"is not trusted":       &tls.CertificateVerificationError{Err: errors.New("inner.test")},
		"broke off":            io.ErrUnexpectedEOF,
		"check the base URL":   errElsewhere,
		"connection broke off": fmt.Errorf("Post \"https://user:word@inner.test/\": no"),
	} {
		err := Lost("vendor", &url.Error{Op: "Post", URL: "https://user:word@inner.test", Err: beneath})
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "inner.test") {
			t.Errorf("%T is told as %q, want %q", beneath, err, want)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func (endless) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(endless{})}, nil
}

// What never ends is not read for ever.
func TestClientIsBounded(t *testing.T) {
	given := &http.Client{Transport: endless{}}
	response, err := Client(given).Get("http://inner.test")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n, err := io.Copy(io.Discard, response.Body); n != mostBytes || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if _, same := given.Transport.(endless); !same || given.CheckRedirect != nil {
		t.Error("the client that was given is changed")
	}
}
