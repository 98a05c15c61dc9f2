package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"crux/bot"
)

// endlessWriter is the environment variable with the URL of the store into which
// the test binary, run again as another process, writes batches until it is killed.
const endlessWriter = "CRUX_TEST_ENDLESS_WRITER"

const batch = 100

func writeEndlessly(url string) {
	ctx := context.Background()
	s, err := Open(ctx, url, quiet)
	if err == nil {
		err = s.Watch(ctx, platform, bot.WatchedChannel{Place: general})
	}
	for n := 0; err == nil; n += batch {
		if err = s.PutMessages(ctx, platform, general, "", several(n, n+batch-1), nil); err == nil {
			fmt.Println(n + batch)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestKilledWriter(t *testing.T) {
	url := inFolder(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), endlessWriter+"="+url)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	told := 0
	for told < 20*batch && lines.Scan() {
		_, err := fmt.Sscan(lines.Text(), &told)
		must(t, err)
	}
	must(t, child.Process.Kill())
	for lines.Scan() { // what it told before it died
		if _, err := fmt.Sscan(lines.Text(), &told); err != nil {
			break
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = child.Wait() // says that it was killed

	s := open(t, url)
	must(t, integrity(t.Context(), s))
	must(t, s.Cover(t.Context(), platform, general, ""))
	total := read(t, s, general, bot.Range{Last: 1}).Total
	if total < told || total%batch != 0 {
		t.Errorf("%d messages are kept in batches of %d, of which %d were said to be", total, batch, told)
	}
	put(t, s, general, "", at(1_000_000, "u0", "afterwards"))
}
