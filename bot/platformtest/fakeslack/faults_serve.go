package fakeslack

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// arrived logs a request and checks that a client that was told to wait has waited.
func (s *Slack) arrived(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.log = append(s.faults.log, r)
	if l, told := s.faults.limited[r.Method]; told {
		// A request may have set out before the 429 reached the client, and clocks and
		// timers are not exact.
		if r.At.Sub(l.since) > 250*time.Millisecond && l.until.Sub(r.At) > 20*time.Millisecond {
			s.violate("%s came %v before the client was allowed to try again", r.Method, l.until.Sub(r.At).Round(time.Millisecond))
		}
	}
	s.notify()
}

// interfere does to a request what the test has set up, and says whether the request
// has been answered by that.
func (s *Slack) interfere(w http.ResponseWriter, r *Request, cancelled <-chan struct{}) (answered bool) {
	s.mu.Lock()
	var hooks []hook
	for _, h := range s.faults.hooks {
		if r.matches(h.method) {
			hooks = append(hooks, h)
		}
	}
	var holds []*hold
	for _, h := range s.faults.holds {
		if r.matches(h.method) {
			holds = append(holds, h)
		}
	}
	var delay time.Duration
	for method, d := range s.faults.delays {
		if r.matches(method) {
			delay = max(delay, d)
		}
	}
	s.mu.Unlock()

	for _, h := range holds {
		select {
		case <-h.released:
		case <-cancelled:
			return true
		case <-s.done:
			return true
		}
	}
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-cancelled:
			return true
		case <-s.done:
			return true
		}
	}
	for _, h := range hooks {
		h.f(*r)
	}
	return s.answerCanned(w, r)
}

func (s *Slack) answerCanned(w http.ResponseWriter, r *Request) bool {
	a := s.takeCanned(r)
	switch {
	case a == nil:
		return false
	case a.status == http.StatusTooManyRequests:
		tooMany(w, a.retry)
	case a.status == 0:
	case a.status != http.StatusOK:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(a.status)
		_, _ = fmt.Fprintf(w, "<html><body>%s</body></html>", http.StatusText(a.status))
	default:
		s.refused(r, a.code)
		send(w, refuse(a.code))
	}
	return true
}

// tooMany answers as Slack does when it is asked too often.
func tooMany(w http.ResponseWriter, retryAfter time.Duration) {
	w.Header().Set("Retry-After", fmt.Sprint(wholeSeconds(retryAfter)))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write(mustJSON(refuse("ratelimited")))
}

// wholeSeconds rounds up, as Slack tells times to wait.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func (s *Slack) takeCanned(r *Request) *cannedAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.faults.answers {
		if a.left == 0 || a.done || a.method != "*" && a.method != r.Method {
			continue
		}
		if a.after > 0 {
			a.after--
			continue
		}
		if a.left > 0 {
			a.left--
		}
		if a.status == http.StatusTooManyRequests {
			if s.faults.limited == nil {
				s.faults.limited = map[string]limit{}
			}
			now := time.Now()
			s.faults.limited[r.Method] = limit{now, now.Add(time.Duration(wholeSeconds(a.retry)) * time.Second)}
		}
		return a
	}
	return nil
}

// takeLoss says whether the answer to a request that was carried out is to be lost.
func (s *Slack) takeLoss(r *Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.faults.answers {
		if a.done && a.left != 0 && (a.method == "*" || a.method == r.Method) {
			if a.left > 0 {
				a.left--
			}
			return true
		}
	}
	return false
}
