package wire

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Complaints stands in for the test that a fake complains to, where the fake itself is tested.
type Complaints struct {
	testing.TB
	mu   sync.Mutex
	said []string
}

// Helper does nothing.
func (c *Complaints) Helper() {}

// Errorf keeps what it is told instead of failing.
func (c *Complaints) Errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

// Said returns what it was told, in order.
func (c *Complaints) Said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said
}

// WantViolations fails the test unless just these violations, told by a part of each, have
// been recorded.
func WantViolations(t testing.TB, got []string, parts ...string) {
	t.Helper()
	if len(got) != len(parts) {
		t.Errorf("violations %q, want %d with %q", got, len(parts), parts)
		return
	}
	for n, p := range parts {
		if !strings.Contains(got[n], p) {
			t.Errorf("violation %q, want one with %q", got[n], p)
		}
	}
}
