package llm

import "sync"

// steps report progress: extraction is the first part of it, judging the second.
type steps struct {
	mu   sync.Mutex
	tell func(done, total int)
	done float64
	told int
}

const (
	allSteps     = 100
	extractSteps = 55
	judgeSteps   = allSteps - extractSteps
)

func newSteps(tell func(done, total int)) *steps { return &steps{tell: tell} }

// part is a share of all steps, to be told which fraction of it is done; less than before is passed over.
func (s *steps) part(share float64) func(fraction float64) {
	before := 0.0
	return func(fraction float64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if fraction > before {
			s.done += share * (min(fraction, 1) - before)
			before = min(fraction, 1)
			s.toldUpTo(int(s.done))
		}
	}
}

// toldUpTo tells that so many steps are done, unless as many were before. The lock is held.
func (s *steps) toldUpTo(done int) {
	if done = min(done, allSteps); done > s.told {
		s.told = done
		s.tell(done, allSteps)
	}
}

// end tells that all steps are done.
func (s *steps) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toldUpTo(allSteps)
}

// rest is progress over what is left.
func (s *steps) rest() func(done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun := s.told
	return func(done, total int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if total > 0 {
			s.toldUpTo(begun + (allSteps-begun)*done/total)
		}
	}
}

// halfAnswer is how many bytes of an answer are taken for half of it, since nobody knows how many there will be.
const halfAnswer = 4000

// streamed turns the bytes of an answer into a fraction that never reaches 1.
func streamed(tell func(fraction float64)) func(bytes int) {
	return func(bytes int) { tell(float64(bytes) / float64(bytes+halfAnswer)) }
}
