package gate

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"crux/summarize/llm"
)

var (
	noon  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	agora = Account{"discord", "agora"}
	forum = Account{"slack", "forum"}
)

// till keeps consents and what was spent in memory.
type till struct {
	mu       sync.Mutex
	consents map[Account]Consent
	days     map[Account][]DaySpent
	fault    error
}

func newTill(consenting ...Account) *till {
	t := &till{consents: map[Account]Consent{}, days: map[Account][]DaySpent{}}
	for _, a := range consenting {
		t.consents[a] = Consent{Terms: vendor.Terms(), Given: true}
	}
	return t
}

func (t *till) Consent(_ context.Context, a Account) (Consent, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.consents[a], t.fault
}

func (t *till) SetConsent(_ context.Context, a Account, c Consent) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.consents[a] = c
	return t.fault
}

func (t *till) Decided(context.Context, string) ([]string, error) { return nil, t.fault }

func (t *till) Spend(ctx context.Context, a Account, at time.Time, s Spent) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.days[a] = append(t.days[a], DaySpent{at.UTC().Truncate(24 * time.Hour), s})
	return t.fault
}

func (t *till) SpentSince(_ context.Context, a Account, from time.Time) ([]DaySpent, error) {
	defer runtime.Gosched() // much happens before the answer arrives
	t.mu.Lock()
	defer t.mu.Unlock()
	var since []DaySpent
	for _, d := range t.days[a] {
		if !d.Day.Before(from.UTC().Truncate(24 * time.Hour)) {
			since = append(since, d)
		}
	}
	return since, t.fault
}

var vendor = Destination{Vendor: "Somebody", Model: "clever-1"}

func gateOn(t *till, b Budget) *Gate {
	return New(Options{
		Storage: t, To: vendor, Budget: b, Prices: Prices{Input: 2, Cached: 1, Output: 10},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon },
	})
}

func hold(t *testing.T, g *Gate, a Account, most llm.Usage) func(llm.Usage) {
	t.Helper()
	settle, err := g.Hold(For(t.Context(), a), most)
	if err != nil {
		t.Fatal(err)
	}
	return settle
}

func refused(t *testing.T, what string, err error, want llm.FaultKind) {
	t.Helper()
	if f, ok := errors.AsType[*llm.Fault](err); !ok || f.Kind != want {
		t.Errorf("%s: got %v, want %q", what, err, want)
	}
}

func TestNothingGoesWithoutConsent(t *testing.T) {
	kept := newTill(agora)
	g := gateOn(kept, Budget{})
	try := func(what string, ctx context.Context, want llm.FaultKind) {
		t.Helper()
		_, err := g.Hold(ctx, llm.Usage{Input: 1})
		if want == "" && err != nil {
			t.Errorf("%s: %v", what, err)
		} else if want != "" {
			refused(t, what, err, want)
		}
	}
	to := func(a Account) context.Context { return For(t.Context(), a) }
	try("nobody's", t.Context(), llm.Unallowed)
	try("direct messages", to(Account{Platform: "discord"}), llm.Unallowed)
	try("a server that was not asked", to(forum), llm.Unallowed)
	try("the same server of another platform", to(Account{"slack", "agora"}), llm.Unallowed)
	try("one that consented", to(agora), "")

	for what, c := range map[string]Consent{
		"taken back":       {Terms: vendor.Terms()},
		"to other terms":   {Terms: Destination{Vendor: "Somebody", Named: true}.Terms(), Given: true},
		"to another":       {Terms: "Somebody else", Given: true},
		"nothing in words": {Given: true},
	} {
		kept.consents[agora] = c
		try(what, to(agora), llm.Unallowed)
	}
	if err := g.Decide(t.Context(), agora, true, "ann"); err != nil {
		t.Fatal(err)
	}
	try("given", to(agora), "")
	if c := kept.consents[agora]; c != (Consent{"Somebody", true, "ann", noon}) {
		t.Errorf("kept %+v", c)
	}
	if err := g.Decide(t.Context(), agora, false, "ann"); err != nil {
		t.Fatal(err)
	}
	try("taken back", to(agora), llm.Unallowed)
	kept.consents[agora], kept.fault = Consent{Terms: "Somebody", Given: true}, errors.New("no disk")
	try("not known", to(agora), llm.Unallowed)
	if err := g.Decide(t.Context(), Account{Platform: "discord"}, true, "ann"); err == nil {
		t.Error("somebody decided for direct messages")
	}
}

func TestNobodyUsesMoreThanTheBudget(t *testing.T) {
	kept := newTill(agora, forum)
	g := gateOn(kept, Budget{Tokens: 1000})
	settle := hold(t, g, agora, llm.Usage{Input: 300, Output: 300})
	_, err := g.Hold(For(t.Context(), agora), llm.Usage{Input: 300, Output: 300})
	refused(t, "a second that would not fit beside the first", err, llm.Exhausted)
	hold(t, g, forum, llm.Usage{Input: 1000})(llm.Usage{Input: 1000})

	settle(llm.Usage{Input: 300, Output: 50})
	settle(llm.Usage{Input: 300, Output: 50}) // what is said twice counts once
	hold(t, g, agora, llm.Usage{Input: 600, Output: 50})(llm.Usage{})
	settle = hold(t, g, agora, llm.Usage{Input: 600, Output: 50})
	settle(llm.Usage{Input: 600, Cached: 40, Output: 10})
	_, err = g.Hold(For(t.Context(), agora), llm.Usage{Input: 1})
	refused(t, "a token more", err, llm.Exhausted)

	if !g.Affords(llm.Usage{Input: 500, Output: 500}) || g.Affords(llm.Usage{Input: 500, Output: 501}) {
		t.Error("a day's budget has no room for what it is, or for more")
	}
	g.o.Now = func() time.Time { return noon.Add(12 * time.Hour) }
	hold(t, g, agora, llm.Usage{Input: 1000})
	kept.fault = errors.New("no disk")
	_, err = g.Hold(For(t.Context(), agora), llm.Usage{Input: 1})
	if err == nil {
		t.Error("a prompt went though nobody knows what was used")
	}
}

func TestNobodyPaysMoreThanTheBudget(t *testing.T) {
	kept := newTill(agora)
	g := gateOn(kept, Budget{USD: 0.01}) // 4,000 tokens read and put into the cache, or 1,000 written
	_, err := g.Hold(For(t.Context(), agora), llm.Usage{Input: 1601, Output: 600})
	refused(t, "what may be too much", err, llm.Exhausted)
	hold(t, g, agora, llm.Usage{Input: 1600, Output: 600})(llm.Usage{Input: 2000, Cached: 1000, Output: 400})
	if got := kept.days[agora][0].USD; got != 0.009 {
		t.Errorf("cost %v", got)
	}
	if got := g.Prices().Of(llm.Usage{Input: 400, Kept: 200}); got != 0.0009 { // a quarter more for what is kept in the cache
		t.Errorf("keeping half of it costs %v", got)
	}
	_, err = g.Hold(For(t.Context(), agora), llm.Usage{Output: 101})
	refused(t, "more than what is left", err, llm.Exhausted)
	hold(t, g, agora, llm.Usage{Output: 100})
}

// What was used is noted though whoever asked has gone, and before it stops being held back.
func TestWhatWasUsedIsAlwaysNoted(t *testing.T) {
	kept := newTill(agora)
	g := gateOn(kept, Budget{Tokens: 100})
	ctx, cancel := context.WithCancel(For(t.Context(), agora))
	settle, err := g.Hold(ctx, llm.Usage{Input: 100})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	settle(llm.Usage{Input: 90, Output: 5})
	want := Spent{Usage: llm.Usage{Input: 90, Output: 5}, Prompts: 1, USD: 0.00023}
	if days := kept.days[agora]; len(days) != 1 || days[0].Spent != want {
		t.Errorf("noted %+v", days)
	}
	if got := SpentIn(ctx); got != want {
		t.Errorf("of the work %+v", got)
	}
	if got := SpentIn(t.Context()); got != (Spent{}) {
		t.Errorf("of no work %+v", got)
	}
	if _, err := g.Hold(ctx, llm.Usage{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestManyAtOnceStayWithinTheBudget(t *testing.T) {
	kept := newTill(agora)
	g := gateOn(kept, Budget{Tokens: 1000})
	var asking sync.WaitGroup
	for range 200 {
		asking.Go(func() {
			settle, err := g.Hold(For(t.Context(), agora), llm.Usage{Input: 60, Output: 40})
			if err == nil {
				settle(llm.Usage{Input: 60, Output: 40})
			}
		})
	}
	asking.Wait()
	total := 0
	for _, d := range kept.days[agora] {
		total += d.Total()
	}
	if total == 0 || total > 1000 {
		t.Errorf("used %d tokens", total)
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	kept := newTill(agora)
	g := New(Options{
		Storage: kept, To: vendor, Budget: Budget{Tokens: 10}, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return noon }, Metrics: registry,
	})
	hold(t, g, agora, llm.Usage{Input: 5})(llm.Usage{Input: 4, Cached: 2, Output: 1})
	hold(t, g, agora, llm.Usage{Input: 1})(llm.Usage{})
	_, _ = g.Hold(For(t.Context(), agora), llm.Usage{Input: 9})
	_, _ = g.Hold(For(t.Context(), forum), llm.Usage{Input: 1})
	for _, want := range []struct {
		metric prometheus.Collector
		value  float64
	}{
		{g.metrics.tokens.WithLabelValues("discord", "agora", "input"), 4},
		{g.metrics.tokens.WithLabelValues("discord", "agora", "cached"), 2},
		{g.metrics.prompts.WithLabelValues("discord", "agora", answered), 1},
		{g.metrics.prompts.WithLabelValues("discord", "agora", failed), 1},
		{g.metrics.prompts.WithLabelValues("discord", "agora", overBudget), 1},
		{g.metrics.prompts.WithLabelValues("slack", "forum", withoutConsent), 1},
	} {
		if got := testutil.ToFloat64(want.metric); got != want.value {
			t.Errorf("got %v, want %v", got, want.value)
		}
	}
}
