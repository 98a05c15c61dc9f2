package bot

import "fmt"

// Heading is what stands above an answer that reports debates: what they are, and
// how many; count is "" where that says nothing. place and topic are how people call
// the place and what the request was narrowed to, safe in the adapter's format; either may be "".
func (a *Answer) Heading(place, topic string) (title, count string) {
	about := ""
	if place != "" {
		about = " in " + place
	}
	if topic != "" {
		about += ", about “" + topic + "”"
	}
	debates, open := a.count()
	switch a.Request.Command {
	case Mine:
		return "Objections that concern you" + about, ""
	case Answered:
		return "What became of it" + about, ""
	case Open:
		if open > 0 {
			return "Still open" + about, Count(open, "objection")
		}
		return "Still open" + about, OpenCount(open)
	case Summary, Watch, Unwatch, Watched, Mistaken, One, Correct, Digests, Privacy, Status:
	}
	return "Debates" + about, Count(debates, "debate") + ", " + OpenCount(open)
}

// count is how many debates an answer reports, and how many open objections in them.
func (a *Answer) count() (debates, open int) {
	for _, s := range a.Sections {
		debates += len(s.Report.Debates)
		for _, d := range s.Report.Debates {
			for _, o := range d.Objections {
				if o.Status.Open() {
					open++
				}
			}
		}
	}
	return debates, open
}

// Debates is how many debates an answer reports.
func (a *Answer) Debates() int {
	n, _ := a.count()
	return n
}

// Name is how people call somebody in the answer, "" where only the id is known.
func (a *Answer) Name(id string) string {
	if name := a.Names[id]; name != id {
		return name
	}
	return ""
}

// OpenCount says how many objections are open, and no more than is known where none was found.
func OpenCount(n int) string {
	if n == 0 {
		return "no open objection found"
	}
	return Count(n, "objection") + " still open"
}

// OpenBriefly is OpenCount where there is room for a few words.
func OpenBriefly(n int) string {
	if n == 0 {
		return "none found open"
	}
	return english.Sprintf("%d open", n)
}

// Caveats are what the reader should know before reading, a sentence or two each,
// with a sign before them. They may hold foreign names.
func (a *Answer) Caveats() []string {
	var caveats []string
	if a.Private != "" {
		caveats = append(caveats, "🔒 "+a.Private)
	}
	seen := map[string]bool{"": true}
	add := func(note string) {
		if !seen[note] {
			caveats = append(caveats, "⚠️ "+note)
		}
		seen[note] = true
	}
	for _, note := range a.Notes {
		add(note)
	}
	for _, s := range a.Sections { // of one answer, which share what is wrong
		add(s.Report.Engine.Degraded)
	}
	return caveats
}

// ReadBy says who read the debates, and how far to trust that. reader is the
// engine, safe in the adapter's format, or "".
func ReadBy(reader string) string {
	if reader != "" {
		reader = " (" + reader + ")"
	}
	return fmt.Sprintf("Read by machine%s. It may be wrong: follow the links.", reader)
}

// Detail is how much of a debate an answer shows.
type Detail int

// The details.
const (
	Everything     Detail = iota // sides, points, objections, agreements
	OnlyOpen                     // the open objections, and who stands where
	OnlyObjections               // the objections alone
)

// Detail is how much of a debate the answer to a command shows.
func (c Command) Detail() Detail {
	switch c {
	case Open:
		return OnlyOpen
	case Mine, Answered, One:
		return OnlyObjections
	case Summary, Watch, Unwatch, Watched, Mistaken, Correct, Digests, Privacy, Status:
	}
	return Everything
}

// Private reports whether the answer to a command is for the asker alone, wherever it was asked for.
func (c Command) Private() bool {
	switch c {
	case Mine, Mistaken, One, Correct, Privacy, Status:
		return true
	case Summary, Open, Answered, Watch, Unwatch, Watched, Digests:
	}
	return false
}
