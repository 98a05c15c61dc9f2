package main

import (
	"bytes"
	"context"
	"io"
	"runtime/debug"
	"strings"
	"testing"
)

// Ctrl-C stops crux even while it waits for input that never comes.
func TestInterrupt(t *testing.T) {
	stdin, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() }) // releases the read that was left behind
	ctx, interrupt := context.WithCancel(t.Context())

	code := make(chan int)
	var stdout, stderr bytes.Buffer
	go func() { code <- run(ctx, []string{"summarize", "-"}, stdin, &stdout, &stderr) }()
	if _, err := io.WriteString(writer, "nadia: "); err != nil { // crux has begun to read
		t.Fatal(err)
	}
	interrupt()
	if got := <-code; got != exitInterrupted {
		t.Errorf("exit code %d, want %d", got, exitInterrupted)
	}
	if got := stderr.String(); got != "crux: interrupted\n" {
		t.Errorf("standard error: %q", got)
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output: %q", stdout.String())
	}
}

func TestVersionLine(t *testing.T) {
	info := &debug.BuildInfo{
		Main: debug.Module{Version: "v1.2.3"},
		Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"},
			{Key: "vcs.modified", Value: "true"},
		},
	}
	if got, want := versionLine(info), "crux v1.2.3 commit 0123456789ab with changes go"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q first", got, want)
	}
	if got, want := versionLine(nil), "crux (devel) go"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q first", got, want)
	}
}
