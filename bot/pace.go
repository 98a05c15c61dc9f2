package bot

import (
	"sync"
	"time"
)

// Pace hands the newest progress to show, the first time after first and then no more
// often than every: platforms take few changes of a message. report may be called
// from several goroutines and never waits; quiet ends it and waits for the last show. show
// must not panic.
func Pace(first, every time.Duration, show func(Progress)) (report func(Progress), quiet func()) {
	latest := make(chan Progress, 1)
	var mu sync.Mutex // of replacing the latest
	report = func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		select {
		case <-latest:
		default:
		}
		latest <- p
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		due := time.NewTimer(first)
		defer due.Stop()
		for {
			select {
			case <-stop:
				return
			case <-due.C:
			}
			select {
			case <-stop:
				return
			case p := <-latest:
				show(p)
			}
			due.Reset(every)
		}
	}()
	return report, func() {
		close(stop)
		<-stopped
	}
}
