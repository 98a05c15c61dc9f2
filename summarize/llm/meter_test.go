package llm

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"
)

// purse is a meter.
type purse struct {
	mu    sync.Mutex
	left  int // prompts that are allowed; below zero there is no bound
	asked int
	// refused is how many were not.
	refused int
	told    int
	spent   Usage
}

func (p *purse) Hold(_ context.Context, most Usage) (func(Usage), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 && p.asked == p.left {
		p.refused++
		return nil, &Fault{Kind: Exhausted}
	}
	if most.Input == 0 || most.Output == 0 {
		return nil, &Fault{Kind: Exhausted, Err: errors.New("nobody says what it may cost")}
	}
	p.asked++
	return func(u Usage) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told++
		p.spent = p.spent.Add(u)
	}, nil
}

func TestMeter(t *testing.T) {
	free := &purse{}
	info, _, err := engine(t, Options{Model: simple{}, Meter: free}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || info.Degraded != "" || free.asked != 2 || free.told != 2 || free.spent.Input == 0 || free.spent.Output == 0 {
		t.Errorf("%v, %+v, asked %d, told %d, spent %+v", err, info, free.asked, free.told, free.spent)
	}
	bound := &purse{left: 1}
	info, _, err = engine(t, Options{Model: simple{}, Meter: bound, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || !strings.Contains(info.Degraded, string(Exhausted)) || bound.told != 1 || bound.spent.Total() == 0 {
		t.Errorf("%v, %+v, told %d", err, info, bound.told)
	}
	useless := &purse{}
	_, _, err = engine(t, Options{Model: fake(func(context.Context, Prompt) (Reply, error) {
		return Reply{Text: "?", Usage: Usage{Input: 1}}, nil
	}), Meter: useless, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || useless.spent.Input != 2 {
		t.Errorf("%v, spent %+v", err, useless.spent)
	}
	// What was held is let go of whatever becomes of the prompt.
	declined := &purse{}
	_, _, err = engine(t, Options{Model: fake(func(context.Context, Prompt) (Reply, error) {
		return Reply{Usage: Usage{Input: 7}}, &Fault{Kind: Declined}
	}), Meter: declined, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || declined.told != 1 || declined.spent.Input != 7 {
		t.Errorf("%v, told %d, spent %+v", err, declined.told, declined.spent)
	}
}

// A model that panics costs what it was asked for, and no more than that is held for it.
func TestPanics(t *testing.T) {
	meter := &purse{}
	info, debates, err := engine(t, Options{Model: fake(func(context.Context, Prompt) (Reply, error) {
		panic("the model lost its head")
	}), Meter: meter, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
	if err != nil || !strings.Contains(info.Degraded, string(Unreadable)) || len(debates) == 0 || meter.asked != 1 || meter.told != 1 {
		t.Errorf("%v, %+v, %d debates, asked %d, told %d", err, info, len(debates), meter.asked, meter.told)
	}
}

// Where the meter lets nothing through the model is not asked, and the other engine says why.
func TestNothingGoesPastTheMeter(t *testing.T) {
	for _, kind := range []FaultKind{Exhausted, Unallowed} {
		asked := fake(func(context.Context, Prompt) (Reply, error) {
			t.Errorf("%s: the model was asked", kind)
			return Reply{}, &Fault{Kind: Rejected}
		})
		info, debates, err := engine(t, Options{Model: asked, Meter: shut{kind}, Instead: embedded{}}).Read(t.Context(), plainDebate(), func(int, int) {})
		if err != nil || info.Name != "embedded" || !strings.Contains(info.Degraded, string(kind)) || len(debates) == 0 {
			t.Errorf("%v, %+v, %d debates", err, info, len(debates))
		}
	}
}

// shut is a meter that lets nothing through.
type shut struct{ kind FaultKind }

func (s shut) Hold(context.Context, Usage) (func(Usage), error) { return nil, &Fault{Kind: s.kind} }

// What was read before the budget was used up is reported where it is more than half, and else the other engine reads.
func TestExhaustedInTheMiddle(t *testing.T) {
	for prompts, want := range map[int]string{
		1: "The embedded engine read this instead: " + string(Exhausted) + ". One table is missing.",
		2: "The embedded engine read this instead: " + string(Exhausted) + ". One table is missing.", // all are read, and none is judged
		4: "The embedded engine read this instead: " + string(Exhausted) + ". One table is missing.", // one of three is judged
		5: "What became of 3 of 9 objections was not judged, so they may be shown as open without being so: " + string(Exhausted) + ".",
		6: "",
	} {
		meter := &purse{left: prompts}
		info, debates, err := engine(t, Options{
			Model: simple{}, MostInput: leastInput, AtOnce: 1, Meter: meter, Instead: embedded{}, Conversations: byTopic,
		}).Read(t.Context(), several(3), func(int, int) {})
		if err != nil || info.Degraded != want || (len(debates) == 3) == strings.HasPrefix(want, "The embedded") || meter.asked != meter.told || meter.asked > prompts {
			t.Errorf("%d prompts: %v, %q with %d debates, asked %d, told %d", prompts, err, info.Degraded, len(debates), meter.asked, meter.told)
		}
	}
}

// Whether a prompt may go is asked once there is room for it, and what waits for room holds nothing of a budget.
func TestRoomComesBeforeTheMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter, room := &purse{left: 1}, semaphore.NewWeighted(1)
		slow := fake(func(ctx context.Context, p Prompt) (Reply, error) {
			time.Sleep(time.Minute)
			return Reply{}, &Fault{Kind: Declined}
		})
		reads := func() string {
			e := engine(t, Options{Model: slow, Meter: meter, Room: room, Instead: embedded{}})
			info, _, err := e.Read(t.Context(), plainDebate(), func(int, int) {})
			if err != nil {
				t.Error(err)
			}
			return info.Degraded
		}
		var first, second string
		var reading sync.WaitGroup
		reading.Go(func() { first = reads() })
		synctest.Wait()
		reading.Go(func() { second = reads() })
		synctest.Wait()
		meter.mu.Lock()
		if meter.asked != 1 || meter.refused != 0 {
			t.Errorf("while one is under way, %d are held and %d refused", meter.asked, meter.refused)
		}
		meter.mu.Unlock()
		reading.Wait()
		if !strings.Contains(first, string(Declined)) || !strings.Contains(second, string(Exhausted)) || meter.asked != 1 || meter.refused != 1 {
			t.Errorf("read as %q and %q, asked %d, refused %d", first, second, meter.asked, meter.refused)
		}
		if !room.TryAcquire(1) {
			t.Error("the room stays taken")
		}
	})
}

// Who waits for room can leave, or be out of time, without having been asked about.
func TestNobodyWaitsForRoomForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter, room := &purse{}, semaphore.NewWeighted(1)
		if !room.TryAcquire(1) {
			t.Fatal("there is no room")
		}
		e := engine(t, Options{Model: simple{}, Meter: meter, Room: room, Within: time.Minute, Rest: time.Hour, Instead: embedded{}})
		info, _, err := e.Read(t.Context(), plainDebate(), func(int, int) {})
		if err != nil || !strings.Contains(info.Degraded, string(TimedOut)) || meter.asked != 0 {
			t.Errorf("%v, %+v, asked %d", err, info, meter.asked)
		}
		room.Release(1)
		if info, _, err = e.Read(t.Context(), plainDebate(), func(int, int) {}); err != nil || info.Degraded != "" || meter.asked != 2 {
			t.Errorf("once there is room: %v, %+v, asked %d", err, info, meter.asked)
		}
	})
}
