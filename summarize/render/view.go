package render

import (
	"cmp"
	"slices"
	"time"

	"crux/summarize"
)

// View is a report as people read it: ordered, grouped, counted and cleaned,
// but in no markup. Every string in it that a participant could have written is
// foreign and still needs the escaping of the format that shows it.
type View struct {
	Source string // foreign, may be ""
	Note   string // why the report is less than it could be, "" where it isn't
	Window string // what was read, and when
	Engine string // a sentence on who read it
	Reader string // the engine and its model, as in Engine; foreign, may be ""
	Empty  string // foreign, said in place of debates where there are none
	// Debates stand as the report has them.
	Debates []Debate
}

// Debate is one contested question and all that is shown of it.
type Debate struct {
	Number   int // from 1
	Question string
	Open     []Objection // unanswered first, then acknowledged
	OpenNote string      // said where Open is empty
	Sides    []Side
	Loose    Points // points of no side
	// LooseTitle is the heading above Loose.
	LooseTitle string
	Settled    []Objection // answered first, then conceded, then withdrawn
	Agreed     []Statement
	Neutral    string // the people who took no side, "" where there are none
	Stats      string // how much was said, by how many
}

// Side is a position, who holds it and its points.
type Side struct {
	SideTag
	Label  string
	People string
	Points Points
}

// SideTag is the short form of a side, as it stands beside a person's name.
type SideTag struct {
	Tag string // foreign, "" where there is no side
	// Hue, from 1 to 6, tells the sides of a debate apart by colour; more sides share hues.
	Hue int
}

// hues is how many colours the pages and terminals have for sides.
const hues = 6

// Points is the heaviest points, and how many more there are.
type Points struct {
	Shown []Statement
	More  int
}

// Statement is a point, an agreement or the words of an objection. Gist is
// "" where a quote, then the first, already says it.
type Statement struct {
	Gist   string
	Quotes []Quote
	People string
	focus  string // the part of the first quote that must be seen when it is elided
}

// Brief is the first quote on one line, shortened to about limit characters with
// the part that says the gist in sight; "" where there is no quote.
func (s Statement) Brief(limit int) string {
	if len(s.Quotes) == 0 {
		return ""
	}
	return s.Quotes[0].brief(s.focus, limit)
}

// Quote is a verbatim part of a message. Text may hold line breaks.
type Quote struct {
	Text  string
	Where string // the message in words
	URL   string // safe, "" where there is none
}

// Brief is the quote on one line, shortened to about limit characters.
func (q Quote) Brief(limit int) string { return q.brief("", limit) }

// brief keeps the part that begins with focus in sight.
func (q Quote) brief(focus string, limit int) string { return elide(collapse(q.Text), focus, limit) }

// Objection is an objection with what it is against and what became of it.
type Objection struct {
	Statement
	Status  summarize.Status // one of the constants, or ""
	Word    string           // the status, as shown
	Unclear bool
	Side    SideTag
	Neutral bool      // the raiser took no side, though there are sides
	Raised  string    // when, in UTC; "" where the source does not say
	At      time.Time // the same, zero where the source does not say
	Against string    // whom or what, in words; "" where it is not known
	Target  string    // what the challenged point or objection says, in short; "" of a side
	// Response is the best response, nil where there is none.
	Response *Response
	More     int // further responses
}

// AgainstWords is whom and what the objection challenges, in one phrase.
func (o Objection) AgainstWords() string {
	if o.Target == "" {
		return o.Against
	}
	return o.Against + ": “" + o.Target + "”"
}

// Response is what became of an objection, in the words of a message.
type Response struct {
	Quote
	Word string // what it does to the objection, as shown
}

// NewView is the view of a report. A report that breaks its contract does no harm:
// what is unknown is left out or shown as such.
func NewView(r *summarize.Report, o Options) View {
	c := cleaner{o}
	v := View{
		Source: c.line(o.Source),
		Note:   c.line(r.Engine.Degraded),
		Window: windowWords(r.Window),
	}
	if engine := c.line(r.Engine.Name); engine != "" {
		if model := c.line(r.Engine.Model); model != "" {
			engine += " (" + model + ")"
		}
		v.Reader = engine
		v.Engine = "Read by machine: " + engine + ". Quotes are verbatim; what became of an objection is a judgement."
	}
	for i := range r.Debates {
		v.Debates = append(v.Debates, newDebateView(c, i+1, &r.Debates[i]))
	}
	if len(v.Debates) == 0 {
		v.Empty = noDebate(c, r.Window.Messages)
	}
	return v
}

func newDebateView(c cleaner, number int, d *summarize.Debate) Debate {
	v := Debate{
		Number:   number,
		Question: or(c.line(d.Question), "What is contested here could not be said in a sentence"),
		Neutral:  c.names(d.Neutral),
		Stats:    size(d.Stats.Messages, d.Stats.People),
	}
	tags := sideTags(c, d.Sides)
	for _, side := range d.Sides {
		v.Sides = append(v.Sides, Side{
			SideTag: tags[side.ID],
			Label:   c.line(side.Label),
			People:  c.names(side.Members),
			Points:  newPointsView(c, d.Points, side.Members, func(p summarize.Point) bool { return string(p.Side) == side.ID }),
		})
	}
	v.Loose = newPointsView(c, d.Points, nil, func(p summarize.Point) bool { return tags[string(p.Side)].Tag == "" })
	v.LooseTitle = "Points"
	if len(v.Sides) > 0 {
		v.LooseTitle = "Points of no side"
	}
	for _, objection := range byStatus(d.Objections) {
		shown := newObjectionView(c, d, tags, objection)
		if objection.Status.Open() {
			v.Open = append(v.Open, shown)
		} else {
			v.Settled = append(v.Settled, shown)
		}
	}
	for _, a := range d.Agreements {
		v.Agreed = append(v.Agreed, newStatementView(c, a.Gist, a.Quotes, nil))
	}
	v.OpenNote = openNote(v)
	return v
}

// openNote says what an empty list of open objections means, and no more than that.
func openNote(v Debate) string {
	switch {
	case len(v.Open) > 0:
		return ""
	case len(v.Settled) > 0:
		return "Every objection found was answered, conceded or withdrawn. Some may have been missed."
	}
	// Settled ones may have been left out of the report.
	return "No open objection was found. Some may have been missed."
}

var statusOrder = [...]summarize.Status{summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn}

// byStatus orders objections as readers want them, and within a status as the report has them.
func byStatus(objections []summarize.Objection) []summarize.Objection {
	sorted := slices.Clone(objections)
	slices.SortStableFunc(sorted, func(a, b summarize.Objection) int {
		return cmp.Compare(slices.Index(statusOrder[:], a.Status), slices.Index(statusOrder[:], b.Status))
	})
	return sorted
}

func sideTags(c cleaner, sides []summarize.Side) map[string]SideTag {
	tags := make(map[string]SideTag, len(sides))
	for i, side := range sides {
		tags[side.ID] = SideTag{Tag: or(elide(c.line(side.ID), "", 16), "?"), Hue: i%hues + 1}
	}
	return tags
}

// newPointsView is the points that ofSide picks. Whose point it is goes without saying where it is the point of all members.
func newPointsView(c cleaner, points []summarize.Point, members []string, ofSide func(summarize.Point) bool) Points {
	var v Points
	for _, p := range points {
		switch {
		case !ofSide(p):
		case len(v.Shown) == pointsASide:
			v.More++
		default:
			by := p.By
			if slices.Equal(by, members) {
				by = nil
			}
			v.Shown = append(v.Shown, newStatementView(c, p.Gist, p.Quotes, by))
		}
	}
	return v
}

func newStatementView(c cleaner, gist string, quotes []summarize.Quote, by []string) Statement {
	v := Statement{Gist: c.line(gist), People: c.names(by)}
	for _, q := range quotes {
		v.Quotes = append(v.Quotes, newQuoteView(c, q))
	}
	says := slices.IndexFunc(v.Quotes, func(q Quote) bool { return saidIn(v.Gist, q.Text) })
	if says >= 0 {
		saying := v.Quotes[says]
		v.Quotes = slices.Insert(slices.Delete(v.Quotes, says, says+1), 0, saying)
		v.focus, v.Gist = v.Gist, ""
	}
	if v.Gist == "" && len(v.Quotes) == 0 {
		v.Gist = "(no words)"
	}
	return v
}

func newQuoteView(c cleaner, q summarize.Quote) Quote {
	v := Quote{Text: or(c.text(q.Text), "(no words)"), URL: safeURL(q.URL)}
	id := c.line(q.Message)
	v.Where = "message " + or(elide(id, "", 40), "unknown")
	// Behind a link a platform's long number tells nobody anything.
	if v.URL != "" && len(id) > 8 {
		v.Where = "message"
	}
	return v
}

func newObjectionView(c cleaner, d *summarize.Debate, tags map[string]SideTag, o summarize.Objection) Objection {
	v := Objection{
		Statement: newStatementView(c, o.Gist, o.Quotes, o.By),
		Status:    knownStatus(o.Status),
		Word:      statusWord(o.Status),
		Unclear:   o.Uncertain,
		Side:      tags[string(o.Side)],
		Neutral:   o.Side == "" && len(o.By) > 0 && len(d.Sides) > 0,
		At:        o.Raised,
	}
	if !o.Raised.IsZero() {
		v.Raised = moment(o.Raised)
	}
	v.Against, v.Target = against(c, d, tags, o.Target)
	if len(o.Responses) > 0 {
		best := o.Responses[0]
		v.Response = &Response{newQuoteView(c, best.Quote), kindWord(best.Kind)}
		v.More = len(o.Responses) - 1
	}
	return v
}

// knownStatus is s, or "" where it is no status: unlike a word, a status is used in markup.
func knownStatus(s summarize.Status) summarize.Status {
	if slices.Contains(statusOrder[:], s) {
		return s
	}
	return ""
}

// against says whom or what an objection challenges, and what that says.
func against(c cleaner, d *summarize.Debate, tags map[string]SideTag, target string) (whom, says string) {
	if target == "" {
		return "", ""
	}
	for _, p := range d.Points {
		if p.ID == target {
			return "against " + or(c.names(p.By), "the point"), short(c, p.Gist, p.Quotes)
		}
	}
	for _, o := range d.Objections {
		if o.ID == target {
			whom := "against the objection"
			if people := c.names(o.By); people != "" {
				whom += " of " + people
			}
			return whom, short(c, o.Gist, o.Quotes)
		}
	}
	for _, s := range d.Sides {
		if s.ID == target {
			// A side's label can be words that were said later, even those that answer the objection.
			return "against side " + tags[s.ID].Tag, ""
		}
	}
	return "", ""
}

// short is a statement in a few words: its gist, or its first quote.
func short(c cleaner, gist string, quotes []summarize.Quote) string {
	if gist == "" && len(quotes) > 0 {
		gist = quotes[0].Text
	}
	return elide(c.line(gist), "", targetLimit)
}
