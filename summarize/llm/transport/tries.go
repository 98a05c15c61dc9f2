package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"crux/summarize/llm"
)

// Tries bounds how often and how long an answer is tried for.
type Tries struct {
	// Each is how long one try may take, All how long all of them with the waiting in between.
	// Where they are 0 they are five minutes, and twice Each.
	Each, All time.Duration
	// More is how many tries there are after the first.
	More int
}

const (
	// eachByDefault is long enough for a model on a small machine.
	eachByDefault = 5 * time.Minute
	// longestWait is how long a vendor may ask to be left alone and is still waited for. Whoever
	// asked the bot is better served by another engine then.
	longestWait = time.Minute
	// firstWait doubles with each try where the vendor says nothing, up to longestUntold.
	firstWait     = 500 * time.Millisecond
	longestUntold = 8 * time.Second
)

// Do tries until there is an answer, until trying again is of no use, or until a bound is
// reached. The usage of the Reply is that of all tries. The error is a *llm.Fault, or that of
// ctx where ctx ended it.
func (t Tries) Do(ctx context.Context, try func(ctx context.Context) (llm.Reply, error)) (llm.Reply, error) {
	t = t.whole()
	all, cancel := context.WithTimeout(ctx, t.All)
	defer cancel()
	var used llm.Usage
	for n := 0; ; n++ {
		reply, err := t.once(all, try)
		used = used.Add(reply.Usage)
		reply.Usage = used
		if err == nil {
			return reply, nil
		}
		without := llm.Reply{Usage: used}
		if ctx.Err() != nil {
			return without, ctx.Err()
		}
		fault, again := judge(err)
		if !again || n >= t.More || fault.RetryAfter > longestWait {
			return without, fault
		}
		wait := wait(fault, n)
		if end, _ := all.Deadline(); time.Until(end) <= wait {
			return without, fault
		}
		if !sleep(all, wait) {
			return without, endOf(ctx, fault)
		}
	}
}

func (t Tries) whole() Tries {
	if t.Each <= 0 {
		t.Each = eachByDefault
	}
	if t.All <= 0 {
		t.All = 2 * t.Each
	}
	return t
}

// once tries once, for as long as a try may take.
func (t Tries) once(all context.Context, try func(ctx context.Context) (llm.Reply, error)) (llm.Reply, error) {
	ctx, cancel := context.WithTimeout(all, t.Each)
	defer cancel()
	reply, err := try(ctx)
	if err != nil && ctx.Err() != nil {
		err = &llm.Fault{Kind: llm.TimedOut}
	}
	return reply, err
}

// endOf is the error of ctx where it has ended, fault where it has not.
func endOf(ctx context.Context, fault *llm.Fault) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault
}

// final is an error after which trying again is of no use.
type final struct{ error }

// Unwrap returns what it is beneath.
func (f final) Unwrap() error { return f.error }

// Final has Tries not try again after an error.
func Final(err error) error { return final{err} }

// judge is the fault that an error is, and whether trying again may help.
func judge(err error) (fault *llm.Fault, again bool) {
	fault, ok := errors.AsType[*llm.Fault](err)
	if !ok {
		fault = &llm.Fault{Kind: llm.Unreachable, Err: errors.New("no answer")}
	}
	if _, ok := errors.AsType[final](err); ok {
		return fault, false
	}
	switch fault.Kind {
	case llm.TimedOut, llm.Unreachable, llm.Overloaded, llm.Unreadable:
		return fault, true
	case llm.Denied, llm.Rejected, llm.Declined, llm.Exhausted, llm.Unallowed, llm.Unpaid:
		return fault, false
	}
	return fault, false
}

// wait is how long to wait after the n-th failure. Prompts that failed together don't come back together.
func wait(fault *llm.Fault, n int) time.Duration {
	if fault.RetryAfter > 0 {
		return fault.RetryAfter + rand.N(firstWait/2)
	}
	untold := min(longestUntold, firstWait<<min(n, 10))
	return untold - rand.N(untold/4)
}

// sleep returns false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
