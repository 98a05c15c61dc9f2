package transport

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"crux/summarize/llm"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for said, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "0": 0, "-5": 0, "1.9": 1900 * time.Millisecond, "soon": 0, "NaN": 0,
		"Sun, 01 Mar 2026 12:01:00 GMT": time.Minute, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "1e300": longestTold,
	} {
		if got := retryAfter(http.Header{"Retry-After": {said}}, now); got != want {
			t.Errorf("Retry-After %q is %v, want %v", said, got, want)
		}
	}
	if got := retryAfter(http.Header{"Retry-After": {"1"}, "Retry-After-Ms": {"250"}}, now); got != 250*time.Millisecond {
		t.Errorf("with milliseconds it is %v", got)
	}
}

// Errors within an answer mean what they mean outside one, however they are written.
func TestToldWithin(t *testing.T) {
	for said, want := range map[string]llm.FaultKind{
		`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`: llm.Overloaded,
		`{"type":"error","error":{"type":"api_error","message":"Internal"}}`:          llm.Unreachable,
		`{"type":"error","error":{"type":"timeout_error","message":"Late"}}`:          llm.TimedOut,
		`{"error":{"message":"Rate limited","code":429,"metadata":{}}}`:               llm.Overloaded,
		`{"error":{"message":"Bad","code":"400","type":"BadRequestError"}}`:           llm.Rejected,
		`{"error":{"message":"Quota","type":"insufficient_quota"}}`:                   llm.Unpaid,
		`{"error":"the model crashed"}`:                                               llm.Unreachable,
		`{"message":"Unauthorized","code":401}`:                                       llm.Denied,
		`not JSON`:                                                                    llm.Unreachable,
		``:                                                                            llm.Unreachable,
	} {
		if got, _ := judge(ToldWithin([]byte(said)).Fault("vendor")); got.Kind != want {
			t.Errorf("%s is %q, want %q", said, got.Kind, want)
		}
	}
}

var tellable = regexp.MustCompile(`^llm: [a-z' ]+: vendor: status \d+(, [a-z_]+)?$`)

// Nothing that a vendor says comes up in an error but what crux knows.
func FuzzTold(f *testing.F) {
	for _, seed := range []string{`{"error":{"type":"invalid_api_key","code":401}}`, `{"error":"sk-123"}`, `[1]`, `{"error":{"type":{"a":1},"code":[]}}`, `{"code":1e999}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		told := ToldWithin(said)
		if err := told.Fault("vendor"); !tellable.MatchString(err.Error()) {
			t.Errorf("the error is %q", err)
		}
		if len(said) > 0 && !told.Mentions(strings.ToLower(string(said))) {
			t.Error("what was said is not mentioned")
		}
	})
}
