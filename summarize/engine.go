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

// Continuer is an engine that need not read again what it read before.
type Continuer interface {
	Engine
	// Continue returns the debates in t, of which the messages before index first were read
	// already: earlier are the debates that were found in them, as Verify left them. Only what
	// stands from first on is read, with a few messages before it for context. Earlier debates keep
	// their ids and those of their rows, and gain what was said since: quotes, rows, and what
	// became of objections that were open. Those that were settled are not judged again, nor need
	// those be whose debate nobody went on with. What rests on messages that are not in t any more
	// is left out. What is given is not changed.
	//
	// Where EngineInfo.Degraded is not "", part of the messages from first on, or all, were not
	// read as they should have been; whoever continues later may give the same earlier and first
	// again. Where EngineInfo names another engine, the debates are its own reading of all of t,
	// under its ids. Progress and errors are as with Read.
	Continue(
		ctx context.Context, earlier []Debate, t *Transcript, first int, progress func(done, total int),
	) (EngineInfo, []Debate, error)
}
