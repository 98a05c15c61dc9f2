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
	if early := s.faults.pauses.Early(r.Method, r.At); early > 0 {
		s.violate("%s came %v before the client was allowed to try again", r.Method, early.Round(time.Millisecond))
	}
	s.traffic.Arrived(r)
}

// interfere does to a request what the test has set up, and says whether the request
// has been answered by that.
func (s *Slack) interfere(w http.ResponseWriter, r *Request, cancelled <-chan struct{}) (answered bool) {
	return !s.traffic.Interfere(r, cancelled) || s.answerCanned(w, r)
}

func (s *Slack) answerCanned(w http.ResponseWriter, r *Request) bool {
	a, found := s.takeCanned(r)
	switch {
	case !found:
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

func (s *Slack) takeCanned(r *Request) (cannedAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, found := s.faults.answers.Take(r.matches)
	if a.status == http.StatusTooManyRequests {
		s.faults.pauses.Told(r.Method, time.Now(), time.Duration(wholeSeconds(a.retry))*time.Second)
	}
	return a, found
}

// takeLoss says whether the answer to a request that was carried out is to be lost.
func (s *Slack) takeLoss(r *Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, lost := s.faults.losses.Take(r.matches)
	return lost
}
