package bot

import (
	"fmt"
	"runtime/debug"
)

// Panicked is the error of work that panicked.
type Panicked struct {
	Value any
	// Stack is where, for the log.
	Stack []byte
}

func (p *Panicked) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Contain does work, and turns a panic in it into a *Panicked.
func Contain(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Panicked{Value: r, Stack: debug.Stack()}
		}
	}()
	return work()
}
