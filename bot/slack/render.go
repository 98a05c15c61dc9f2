package slack

import (
	"regexp"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// message is what crux says in Slack.
type message struct {
	// Text is shown where there are no blocks, and else in notifications and to who listens
	// rather than reads. It is mrkdwn: all in it that people wrote is escaped.
	Text string
	// Blocks is never nil, since an empty list clears what was there.
	Blocks []api.Block
	// page of pages is shown, from 0.
	page, pages int
}

// said is a message of words alone, which are escaped and within the limit.
func said(words string) message {
	return message{Text: words, Blocks: []api.Block{}, pages: 1}
}

// How many units of foreign text stand in a place.
const (
	questionUnits  = headerLimit
	againUnits     = 80 // of a question on further pages, and in the list of debates
	labelUnits     = 120
	peopleUnits    = 200
	peopleNamed    = 4 // before the rest are counted
	objectionUnits = 320
	responseUnits  = 200
	settledUnits   = 130
	pointUnits     = 170
	targetUnits    = 140
	noteUnits      = 400
	topicUnits     = 120  // and of a place's name
	frontUnits     = 2000 // of all notes, and about of the list of debates
	linksShown     = 3    // of one statement
)

// draw draws a page of an answer, counted from 0; one that does not exist is the
// nearest that does. postable offers to post it where it was asked, for everyone.
func draw(a *bot.Answer, page int, postable bool) message {
	switch {
	case len(a.Lists) > 0:
		return drawLists(a, page, postable)
	case a.Said != "":
		return drawWords(a)
	}
	d := newDrawing(a)
	footer := d.footer()
	pages, starts := paginate(d.parts, pageUnits, d.aboveUnits(false))
	if len(pages) > 1 {
		pages, starts = paginate(d.parts, pageUnits, d.aboveUnits(true))
	}
	page = max(0, min(page, len(pages)-1))

	m := said(d.text())
	m.page, m.pages = page, len(pages)
	m.Blocks = append(m.Blocks, d.front(page == 0, len(pages), starts)...)
	m.Blocks = append(m.Blocks, pages[page]...)
	if len(pages) > 1 {
		footer = "Page " + render.Number(page+1) + " of " + render.Number(len(pages)) + "\n" + footer
	}
	m.Blocks = append(m.Blocks, smallPrint(footer))
	m.Blocks = append(m.Blocks, buttons(a, page, len(pages), postable)...)
	return m
}

// options are how the reports of an answer are drawn. Whoever has no name is nobody's id.
func options(a *bot.Answer) render.Options {
	return render.Options{Name: a.Name, Source: placeName(a.Channel), About: a.Request.Topic}
}

// placeName is how people call a place, "" for direct messages. It is foreign. A
// thread has no name in Slack, so its channel's is told.
func placeName(c bot.Channel) string {
	switch {
	case c.Name == "":
		return ""
	case c.Thread:
		return "a thread in #" + c.Name
	}
	return "#" + c.Name
}

// drawing is an answer on its way to pages.
type drawing struct {
	answer *bot.Answer
	views  []render.View
	parts  []part
	index  []entry // one for each part that is a debate
	empty  string  // what is said instead of debates, cleaned
}

// entry is a debate in the list of debates.
type entry struct {
	part     int
	question string
	open     int
}

func newDrawing(a *bot.Answer) *drawing {
	o := options(a)
	o.People = peopleNamed
	d := &drawing{answer: a, empty: nothingToShow}
	for i, s := range a.Sections {
		view := render.NewView(s.Report, o)
		d.views = append(d.views, view)
		title := fit(o.Line(s.Title), noteUnits)
		if len(view.Debates) == 0 {
			words := o.Line(s.Empty)
			if words == "" {
				words = view.Empty
			}
			if i == 0 {
				d.empty = words
			}
			d.parts = append(d.parts, nothing(title, words))
		}
		for i := range view.Debates {
			debate := &view.Debates[i]
			d.index = append(d.index, entry{len(d.parts), fit(debate.Question, againUnits), len(debate.Open)})
			d.parts = append(d.parts, drawDebate(debate, a.Request.Command.Detail(), title))
		}
	}
	if len(d.parts) == 0 {
		d.parts = []part{nothing("", d.empty)}
	}
	return d
}

// nothing is a section without debates.
func nothing(title, words string) part {
	return part{above: title, blocks: []block{{text: rich{}.text(fit(words, noteUnits))}}}
}

// text says in a line what the message is.
func (d *drawing) text() string {
	if len(d.index) == 0 {
		return fitEscaped(d.empty, noteUnits)
	}
	title, count := d.heading(fitEscaped)
	if count == "" {
		return title
	}
	return title + " · " + count
}

// front is what stands above the debates: whose they are, and on the first page what
// the reader should know and where in the pages each debate is.
func (d *drawing) front(first bool, pages int, starts []int) []api.Block {
	var blocks []api.Block
	if title := d.title(); len(title) > 0 {
		blocks = append(blocks, title.block())
	}
	if !first {
		return blocks
	}
	if notes := d.notes(); notes != "" {
		blocks = append(blocks, smallPrint(notes))
	}
	if len(d.index) > 1 && pages > 1 {
		list := api.NewRichTextList(api.RTEListBullet, 0)
		for _, item := range d.contents(starts) {
			list.Elements = append(list.Elements, item.section())
		}
		blocks = append(blocks, api.NewRichTextBlock("", list))
	}
	return blocks
}

// aboveUnits is how much stands in front of the debates of the first page at most.
func (d *drawing) aboveUnits(withContents bool) int {
	n := d.title().units() + blockUnits + units(d.notes()) + plainUnits
	if withContents {
		for _, item := range d.contents(nil) {
			n += item.units() + sectionUnits
		}
		n += blockUnits
	}
	return n
}

// title says whose debates these are, and how many; nil where there are none.
func (d *drawing) title() rich {
	if len(d.index) == 0 {
		return nil
	}
	title, count := d.heading(fit)
	if count == "" {
		return rich{}.bold(title)
	}
	return rich{}.bold(title).text(" · " + count)
}

// contents is the list of debates, with the page of each; the last line says where some
// are left out. starts is nil where the pages are not known yet.
func (d *drawing) contents(starts []int) []rich {
	var items []rich
	used := 0
	for _, e := range d.index {
		item := rich{}.text(e.question + " · ")
		if e.open > 0 {
			item = item.bold(bot.OpenBriefly(e.open))
		} else {
			item = item.text(bot.OpenBriefly(e.open))
		}
		if used += item.units() + sectionUnits; used > frontUnits {
			return append(items, rich{}.text("…"))
		}
		page := "1,000,000"
		if starts != nil {
			page = render.Number(starts[e.part] + 1)
		}
		items = append(items, item.text(", page "+page))
	}
	return items
}

// heading says whose debates these are, and how many. safe makes foreign text fit for where it stands.
func (d *drawing) heading(safe func(line string, limit int) string) (title, count string) {
	o := options(d.answer)
	return d.answer.Heading(safe(o.Line(o.Source), topicUnits), safe(o.Line(d.answer.Request.Topic), topicUnits))
}

// notes are what the reader should know before reading, a line each.
func (d *drawing) notes() string {
	var notes []string
	for _, caveat := range d.answer.Caveats() {
		notes = append(notes, fit(options(d.answer).Line(caveat), noteUnits))
	}
	return render.Joined(notes, frontUnits)
}

// footer says what was read and by whom.
func (d *drawing) footer() string {
	if len(d.views) == 0 {
		return "crux"
	}
	v := d.views[0]
	return v.Window + "\n" + bot.ReadBy(fit(v.Reader, 80))
}

// messageLink is a link to a message of Slack's; others lead elsewhere and are not shown.
var messageLink = regexp.MustCompile(`^https://(?:[a-z0-9-]{1,63}\.){1,2}slack(?:-gov)?\.com/archives/[CGD][A-Z0-9]{2,30}/p[0-9]{15,17}` +
	`(?:\?thread_ts=[0-9]{9,11}\.[0-9]{6}&cid=[CGD][A-Z0-9]{2,30})?$`)
