package bot

import (
	"testing"
	"time"
)

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 minute", 90 * time.Minute: "2 hours", 24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", 720 * time.Hour: "30 days",
	} {
		if got := Lasting(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
