// Package enginetest is the suite that every engine passes.
//
// It asserts nothing about how well an engine reads, only what users and the
// rest of the program rely on whatever the engine is: that its reports hold,
// that it ends when it is told to, that names and instructions in messages don't
// sway it, and that it survives what people write.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"crux/summarize"
)

// Run runs the suite as subtests of t. newEngine returns an engine that has read
// nothing yet; the suite calls it often. Because goroutines that remain are
// taken for the engine's, nothing may run in parallel to it.
func Run(t *testing.T, newEngine func() summarize.Engine) {
	transcripts := Transcripts()
	for _, name := range slices.Sorted(maps.Keys(transcripts)) {
		transcript := transcripts[name]
		t.Run(name, func(t *testing.T) {
			t.Run("holds", func(t *testing.T) { holds(t, newEngine(), transcript) })
			t.Run("same every time", func(t *testing.T) { sameEveryTime(t, newEngine, transcript) })
			t.Run("progress", func(t *testing.T) { reportsProgress(t, newEngine(), transcript) })
		})
	}
	t.Run("no debate", func(t *testing.T) { findsNoDebate(t, newEngine) })
	t.Run("other names", func(t *testing.T) { ignoresNames(t, newEngine) })
	t.Run("instructions in a message", func(t *testing.T) { ignoresInstructions(t, newEngine) })
	t.Run("later messages", func(t *testing.T) { keepsIDs(t, newEngine) })
	t.Run("ended before", func(t *testing.T) { endsBefore(t, newEngine()) })
	t.Run("ended while reading", func(t *testing.T) { endsWhileReading(t, newEngine()) })
	t.Run("several at once", func(t *testing.T) { readsSeveralAtOnce(t, newEngine()) })
}

// read is what an engine makes of a transcript.
func read(t testing.TB, engine summarize.Engine, transcript *summarize.Transcript) (summarize.EngineInfo, []summarize.Debate) {
	t.Helper()
	info, debates, err := engine.Read(t.Context(), transcript, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return info, debates
}

// holds: nothing of the report is dropped by Verify, and the transcript is as it was.
func holds(t *testing.T, engine summarize.Engine, transcript *summarize.Transcript) {
	before := clone(transcript)
	info, debates := read(t, engine, transcript)
	if info.Name == "" {
		t.Error("the engine doesn't say who it is")
	}
	if diff := cmp.Diff(before, transcript); diff != "" {
		t.Errorf("the engine changed the transcript (-before +after):\n%s", diff)
	}
	report := &summarize.Report{Debates: debates}
	if dropped := summarize.Verify(report, transcript); dropped.Total() > 0 {
		t.Errorf("%v (-reported +verified):\n%s", dropped, cmp.Diff(debates, report.Debates))
	}
}

// sameEveryTime: an engine says the same when asked again, and so does another one like it.
func sameEveryTime(t *testing.T, newEngine func() summarize.Engine, transcript *summarize.Transcript) {
	engine := newEngine()
	info, debates := read(t, engine, transcript)
	for name, again := range map[string]summarize.Engine{"the same engine": engine, "another one": newEngine()} {
		infoAgain, debatesAgain := read(t, again, transcript)
		if diff := cmp.Diff(info, infoAgain); diff != "" {
			t.Errorf("%s says it is (-first +then):\n%s", name, diff)
		}
		if diff := cmp.Diff(debates, debatesAgain); diff != "" {
			t.Errorf("%s reports (-first +then):\n%s", name, diff)
		}
	}
}

// reportsProgress: steps are never taken back, and all are done at the end.
func reportsProgress(t *testing.T, engine summarize.Engine, transcript *summarize.Transcript) {
	var mu sync.Mutex
	last, end, calls := 0, 0, 0
	progress := func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if done < last || done > total {
			t.Errorf("%d of %d steps are done, after %d", done, total, last)
		}
		last, end, calls = done, total, calls+1
	}
	if _, _, err := engine.Read(t.Context(), transcript, progress); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if last != end {
		t.Errorf("at the end %d of %d steps are done", last, end)
	}
	if calls == 0 && len(transcript.Messages) > 1 {
		t.Error("no progress was reported")
	}
}

// findsNoDebate: where nobody says anything there is no debate, and where nobody disagrees there is no objection.
func findsNoDebate(t *testing.T, newEngine func() summarize.Engine) {
	all := Transcripts()
	for _, name := range []string{"empty", "only bots", "blank messages"} {
		if _, debates := read(t, newEngine(), all[name]); len(debates) > 0 {
			t.Errorf("%s: found %v", name, debates)
		}
	}
	_, debates := read(t, newEngine(), all["chatter"])
	for _, d := range debates {
		for _, o := range d.Objections {
			t.Errorf("chatter: objection %q", o.Gist)
		}
	}
}

// outcomes say what became of each objection, by where it was raised. They are
// in an order of their own, because names may decide between rows that are equal otherwise.
func outcomes(debates []summarize.Debate) []string {
	var all []string
	for _, d := range debates {
		for _, o := range d.Objections {
			all = append(all, fmt.Sprintf("%s, raised in %s", o.Status, o.Quotes[0].Message))
		}
	}
	slices.Sort(all)
	return all
}

// ignoresNames: what people are called changes no status.
func ignoresNames(t *testing.T, newEngine func() summarize.Engine) {
	_, debates := read(t, newEngine(), debate())
	for _, names := range [][]string{{"zoe", "yan", "xia"}, {"ann", "bob", "cas"}, {"cas", "ann", "bob"}, {"100001", "100002", "100003"}} {
		_, renamed := read(t, newEngine(), renamed(debate(), names))
		if diff := cmp.Diff(outcomes(debates), outcomes(renamed)); diff != "" {
			t.Errorf("with the names %v, the objections are (-before +then):\n%s", names, diff)
		}
	}
}

// ignoresInstructions: a message that tells the reader what to report is a message like any other.
func ignoresInstructions(t *testing.T, newEngine func() summarize.Engine) {
	statuses := func(debates []summarize.Debate) map[string]summarize.Status {
		of := map[string]summarize.Status{}
		for _, d := range debates {
			for _, o := range d.Objections {
				of[o.Quotes[0].Message+": "+o.Quotes[0].Text] = o.Status
			}
		}
		return of
	}
	_, plain := read(t, newEngine(), debate())
	_, debates := read(t, newEngine(), withInstructions())
	instructed := statuses(debates)
	for objection, status := range statuses(plain) {
		if now := instructed[objection]; status.Open() && !now.Open() {
			t.Errorf("%q is %q, but %q once a message asks for it", objection, status, now)
		}
	}
}

// keepsIDs: debates that were found keep their ids when more is said in them.
func keepsIDs(t *testing.T, newEngine func() summarize.Engine) {
	ids := func(debates []summarize.Debate) []string {
		var ids []string
		for _, d := range debates {
			ids = append(ids, d.ID)
		}
		return ids
	}
	whole := debate()
	_, later := read(t, newEngine(), whole)
	for n := range whole.Messages {
		earlier := clone(whole)
		earlier.Messages = earlier.Messages[:n]
		_, debates := read(t, newEngine(), earlier)
		for _, id := range ids(debates) {
			if !slices.Contains(ids(later), id) {
				t.Errorf("debate %s of the first %d messages is gone, now there are %v", id, n, ids(later))
			}
		}
	}
}

// checkLeaks fails t when something started since then still runs. The
// connections that HTTP keeps open for the next request are no leak.
func checkLeaks(t *testing.T) func() {
	options := []goleak.Option{goleak.IgnoreCurrent()}
	for _, kept := range []string{
		"net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop",
		"net/http.(*conn).serve", "net/http.(*connReader).backgroundRead",
	} {
		options = append(options, goleak.IgnoreAnyFunction(kept))
	}
	return func() { goleak.VerifyNone(t, options...) }
}

// endsBefore: an engine that is ended before it begins says why, and reports nothing.
func endsBefore(t *testing.T, engine summarize.Engine) {
	defer checkLeaks(t)()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, ctx := range []context.Context{canceled, expired} {
		_, debates, err := engine.Read(ctx, debate(), func(int, int) {})
		if !errors.Is(err, ctx.Err()) || len(debates) > 0 {
			t.Errorf("%v: error %v, %d debates", ctx.Err(), err, len(debates))
		}
	}
}

// endsWhileReading: an engine that is ended with steps left to do stops, and leaves nothing running.
func endsWhileReading(t *testing.T, engine summarize.Engine) {
	defer checkLeaks(t)()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	left := false
	_, debates, err := engine.Read(ctx, debate(), func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		left = left || done < total
		cancel()
	})
	mu.Lock()
	defer mu.Unlock()
	if left && (!errors.Is(err, context.Canceled) || len(debates) > 0) {
		t.Errorf("error %v, %d debates", err, len(debates))
	}
}

// readsSeveralAtOnce: one engine can read several transcripts at once, and mixes nothing up.
func readsSeveralAtOnce(t *testing.T, engine summarize.Engine) {
	all := Transcripts()
	want := map[string][]summarize.Debate{}
	for name, transcript := range all {
		_, want[name] = read(t, engine, transcript)
	}
	var group sync.WaitGroup
	for range 2 {
		for name, transcript := range all {
			group.Go(func() {
				_, debates, err := engine.Read(t.Context(), transcript, func(int, int) {})
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if diff := cmp.Diff(want[name], debates); diff != "" {
					t.Errorf("%s: (-alone +among others):\n%s", name, diff)
				}
			})
		}
	}
	group.Wait()
}
