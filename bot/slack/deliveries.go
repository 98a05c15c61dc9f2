package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crux/bot"
)

// kind says what a delivery is.
type kind string

// The kinds.
const (
	anEvent       kind = "event"
	aCommand      kind = "command"
	anInteraction kind = "interaction"
)

// delivery is something that Slack told, as it is kept until it is worked off.
type delivery struct {
	Kind kind `json:"kind"`
	// ID is Slack's, the same whenever it is delivered again.
	ID string `json:"id"`
	// Raw is what Slack sent, without what is no concern of crux's.
	Raw json.RawMessage `json:"raw"`
	// Placeholder is the message of crux's own that stands for the answer, as soon as there is one.
	Placeholder string `json:"placeholder,omitempty"`

	at time.Time
	// isLeft is true where crux stopped before it was worked off, perhaps after the answer was posted.
	isLeft bool
}

// mark is what the first message carries in which its answer stands, so that it is found again.
func (d *delivery) mark() string { return "answer:" + d.ID }

// How old a request may be that was left when crux stopped.
const (
	// hookLife is how long a response_url can be used, less what an answer takes.
	hookLife = 25 * time.Minute
	// patience is how long whoever mentioned crux may be thought to wait.
	patience = time.Hour
)

// desk takes what Slack delivers: events are told to the bot, requests are kept and answered.
type desk struct {
	a      *Adapter
	b      answerer
	work   context.Context // ends when answering must
	follow *following
}

func newDesk(work context.Context, a *Adapter, b answerer) *desk {
	return &desk{a: a, b: b, work: work, follow: newFollowing(a, b)}
}

// take takes a delivery. Only after it returned nil may the delivery be acknowledged:
// then it is done, or kept. After an error, Slack is to deliver it again.
func (k *desk) take(ctx context.Context, d delivery) (err error) {
	err = errPanicked // which is what it stays in a panic
	defer k.a.contain("delivery")
	if d.Kind != anEvent {
		return k.keep(ctx, d)
	}
	request, err := k.follow.happened(ctx, d)
	if err != nil || request == nil {
		return err
	}
	return k.keep(ctx, *request)
}

var errPanicked = errors.New("slack: panic in a delivery")

// keep keeps a request and begins to answer it, unless it was delivered before.
func (k *desk) keep(ctx context.Context, d delivery) error {
	payload, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("slack: %w", err)
	}
	d.at = k.a.o.Now()
	first, err := k.a.o.Deliveries.Deliver(ctx, k.a.Name(), bot.Delivery{ID: d.ID, Payload: payload, At: d.at})
	if err != nil {
		return fmt.Errorf("slack: delivery not kept: %w", err)
	}
	if first {
		k.answer(d)
	}
	return nil
}

// resume goes on with what was left when crux stopped.
func (k *desk) resume(ctx context.Context) error {
	left, err := k.a.o.Deliveries.Unsettled(ctx, k.a.Name())
	if err != nil {
		return fmt.Errorf("slack: %w", err)
	}
	for _, kept := range left {
		var d delivery
		if err := json.Unmarshal(kept.Payload, &d); err != nil {
			k.a.o.Log.Error("slack: kept delivery not understood", "error", err)
			k.settle(ctx, kept.ID)
			continue
		}
		d.at, d.isLeft = kept.At, true
		k.answer(d)
	}
	return nil
}

// answer answers a request in a goroutine of its own.
func (k *desk) answer(d delivery) {
	k.a.asked.Add()
	go func() {
		defer k.a.asked.Done()
		defer k.a.contain("request")
		t, err := newTalk(k, d)
		if err != nil {
			k.a.o.Log.Error("slack: request not understood", "kind", d.Kind, "error", err)
			k.settle(k.work, d.ID)
			return
		}
		if t.hold(k.work) {
			k.settle(context.WithoutCancel(k.work), d.ID)
		}
	}()
}

// amend keeps where the placeholder of a request stands, so that after a restart it still becomes the answer.
func (k *desk) amend(ctx context.Context, d delivery) {
	payload, err := json.Marshal(d)
	if err == nil {
		err = k.a.o.Deliveries.Amend(ctx, k.a.Name(), d.ID, payload)
	}
	if err != nil {
		k.a.o.Log.Error("slack: placeholder not kept", "error", err)
	}
}

func (k *desk) settle(ctx context.Context, id string) {
	if err := k.a.o.Deliveries.Settle(ctx, k.a.Name(), id); err != nil {
		k.a.o.Log.Error("slack: delivery not settled", "error", err)
	}
}
