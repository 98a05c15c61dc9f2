package summarize

import "context"

// Engine reads a transcript and reports the debates in it. It may be wrong but
// not ill-formed; Verify drops what it could not know. It returns ctx's error
// when ctx ends first.
type Engine interface {
	// Read returns the debates that the engine found and says who it is.
	// progress, never nil, is told how many of total equal steps are done.
	Read(ctx context.Context, t *Transcript, progress func(done, total int)) (EngineInfo, []Debate, error)
}
