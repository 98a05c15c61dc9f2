package fakediscord

import (
	"fmt"
	"slices"
	"time"
)

// Acknowledged waits for the first callback or for the 3 s to pass, and says
// whether the callback came in time.
func (i *Interaction) Acknowledged() bool {
	i.d.t.Helper()
	acknowledged := false
	i.d.wait("an interaction to be acknowledged or to expire", func() bool {
		acknowledged = !i.answered.IsZero()
		return acknowledged || i.expired
	})
	return acknowledged
}

// acknowledged is Acknowledged for those who need it to be so.
func (i *Interaction) acknowledged() bool {
	i.d.t.Helper()
	if i.Acknowledged() {
		return true
	}
	i.d.t.Errorf("the interaction %q was not acknowledged in time", i.name())
	return false
}

func (i *Interaction) name() string {
	for _, n := range []string{i.Use.Name, i.Use.Button, i.Use.Choose, i.Use.CustomID} {
		if n != "" {
			return n
		}
	}
	return i.ID
}

// Deferred waits for the first callback and says whether it only deferred the
// answer, and whether the answer is for the user's eyes alone.
func (i *Interaction) Deferred() (deferred, ephemeral bool) {
	i.d.t.Helper()
	if !i.acknowledged() {
		return false, false
	}
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	return i.callback == callbackDeferred || i.callback == callbackDeferredUpdate, i.hidden
}

// Latency waits for the first callback and returns the time from sending to it.
func (i *Interaction) Latency() time.Duration {
	i.d.t.Helper()
	if !i.acknowledged() {
		return 0
	}
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	return i.answered.Sub(i.sent)
}

// Answer waits until the original answer shows anything, be it progress, and
// returns how it stands then.
func (i *Interaction) Answer() Posted {
	i.d.t.Helper()
	return i.Until(func(Posted) bool { return true })
}

// Final waits until the original answer shows something that is not Discord.Progress.
// Of a Press whose callback updates its message, that message is the answer.
func (i *Interaction) Final() Posted {
	i.d.t.Helper()
	return i.Until(func(p Posted) bool { return !i.d.Progress(p) })
}

// Until waits until the original answer has been in a state that ok accepts, and
// returns the newest such. ok must not call methods of Discord.
func (i *Interaction) Until(ok func(Posted) bool) Posted {
	i.d.t.Helper()
	if !i.acknowledged() {
		return Posted{}
	}
	var found Posted
	i.d.wait(fmt.Sprintf("the answer to %q", i.name()), func() bool {
		for _, s := range slices.Backward(i.states) {
			if ok(s) {
				found = s
				return true
			}
		}
		return false
	})
	return found
}

// States returns all states in which the original answer has stood so far, without
// "thinking…".
func (i *Interaction) States() []Posted {
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	return slices.Clone(i.states)
}

// Followups returns the follow-up messages that stand now, oldest first.
func (i *Interaction) Followups() []Posted {
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	var out []Posted
	for _, m := range i.followups {
		if i.d.stands(m) {
			out = append(out, m.posted())
		}
	}
	return out
}

// Followup waits for the n-th follow-up message, counted from 1.
func (i *Interaction) Followup(n int) Posted {
	i.d.t.Helper()
	if !i.acknowledged() {
		return Posted{}
	}
	var found Posted
	i.d.wait(fmt.Sprintf("follow-up %d to %q", n, i.name()), func() bool {
		if len(i.followups) < n {
			return false
		}
		found = i.followups[n-1].posted()
		return true
	})
	return found
}

// Choices waits for the answer to an Autocomplete.
func (i *Interaction) Choices() []Choice {
	i.d.t.Helper()
	if !i.acknowledged() {
		return nil
	}
	i.d.mu.Lock()
	defer i.d.mu.Unlock()
	return slices.Clone(i.choices)
}

// Press waits for Final and presses one of its buttons, found by label or custom id,
// as the same user.
func (i *Interaction) Press(button string) *Interaction {
	i.d.t.Helper()
	shown := i.Final()
	b, found := shown.Button(button)
	if !found {
		i.d.t.Errorf("the answer to %q has no button %q", i.name(), button)
	}
	return i.d.Interact(Use{
		Kind: Press, User: i.Use.User, Channel: i.Use.Channel, Message: shown.ID, CustomID: b.CustomID, Button: button,
	})
}

// Choose waits for Final and chooses an option, found by its label, in one of its menus as
// the same user.
func (i *Interaction) Choose(label string) *Interaction {
	i.d.t.Helper()
	shown := i.Final()
	return i.d.Interact(Use{Kind: Press, User: i.Use.User, Channel: i.Use.Channel, Message: shown.ID, Choose: label})
}

// Latencies returns, of all interactions that were acknowledged so far, the times
// from sending to the first callback, ascending.
func (d *Discord) Latencies() []time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := slices.Clone(d.latencies)
	slices.Sort(out)
	return out
}
