package bot

// Action is what a button under a report does.
type Action string

// The actions.
const (
	ActOpen       Action = "open"    // the same request, only what is open
	ActEverything Action = "all"     // the same request, everything
	ActFull       Action = "full"    // the report as files
	ActRefresh    Action = "refresh" // the same request, read anew
	ActPage       Action = "page"    // another page of the answer
	ActPost       Action = "post"    // the answer for everyone here
)

// Apply is the request of the report that the button stands under, with what the action changes of it.
func (act Action) Apply(r Request) Request {
	switch act {
	case ActOpen:
		r.Command = Open
	case ActEverything:
		r.Command = Summary
	case ActRefresh:
		r.Fresh = true
	case ActPost:
		r.Share = true
	case ActFull, ActPage:
	}
	return r
}
