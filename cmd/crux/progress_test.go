package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgressWaitsBeforeItShows(t *testing.T) {
	var out bytes.Buffer
	clock := time.Unix(0, 0)
	p := &progress{out: &out, now: func() time.Time { return clock }, began: clock}

	p.step(1, 10)
	clock = clock.Add(patience / 2)
	p.step(5, 10)
	if out.Len() > 0 {
		t.Fatalf("drawn before anyone had to wait: %q", out.String())
	}

	clock = clock.Add(patience)
	p.step(6, 10)
	if !strings.Contains(out.String(), "60%") {
		t.Fatalf("not drawn after %v: %q", patience, out.String())
	}

	p.finish()
	if tail := out.String(); !strings.HasSuffix(tail, "\r") && !strings.HasSuffix(tail, "\x1b[2K\r") {
		t.Errorf("the bar is not taken away: %q", tail)
	}
}

func TestProgressSurvivesOddSteps(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, now: time.Now} // began long ago
	for _, step := range [][2]int{{0, 0}, {1, -1}, {5, 3}, {-1, 3}, {3, 3}, {1, 7}} {
		p.step(step[0], step[1])
	}
	p.finish()
}

func TestNobodyLooksAtABuffer(t *testing.T) {
	p := newProgress(&bytes.Buffer{})
	if p != nil {
		t.Fatal("a progress was made for what is no terminal")
	}
	p.step(1, 2)
	p.finish()
}
