package discord

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/summarize/render"
)

// message is what crux says in Discord. As JSON it is the body of a message, of an
// answer to an interaction and of an edit, in which empty lists clear what was there.
type message struct {
	Content         string                            `json:"content"`
	Embeds          []*discordgo.MessageEmbed         `json:"embeds"`
	Components      []discordgo.MessageComponent      `json:"components"`
	AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	// page of pages is shown, from 0.
	page, pages int
}

// said is a message of words alone, which are escaped and within the limit.
func said(words string) message {
	return message{
		Content:         words,
		Embeds:          []*discordgo.MessageEmbed{},
		Components:      []discordgo.MessageComponent{},
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
		pages:           1,
	}
}

// How many units of foreign text stand in a place.
const (
	questionUnits  = 200
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
	saidUnits      = 1900 // of one line
	topicUnits     = 120  // and of a place's name
	linksShown     = 3    // of one statement
)

// draw draws a page of an answer, counted from 0; one that does not exist is the
// nearest that does. postable offers to post it where it was asked, for everyone.
func draw(a *bot.Answer, page int, postable bool) message {
	return newDrawing(a, false).page(page, pageUnits, actions(a, postable))
}

// page draws one of the pages, which are of limit units, with these buttons below what the answer offers.
func (d *drawing) page(page, limit int, more []discordgo.MessageComponent) message {
	m := said("")
	if len(d.parts) == 0 { // it has words alone
		m.Content = d.header(true, 1, nil)
		m.Components = buttons(d.answer, 0, 1, nil, more)
		return m
	}
	footer := d.footer()
	b := paginate(d.parts, limit-units(footer)-len("Page 1,000,000 of 1,000,000\n"))
	page = max(0, min(page, len(b.pages)-1))

	m.page, m.pages = page, len(b.pages)
	m.Embeds = b.pages[page]
	if m.pages > 1 {
		footer = fmt.Sprintf("Page %s of %s\n%s", render.Number(page+1), render.Number(m.pages), footer)
	}
	m.Embeds[len(m.Embeds)-1].Footer = &discordgo.MessageEmbedFooter{Text: footer}
	m.Content = d.header(page == 0, m.pages, b.starts)
	m.Components = buttons(d.answer, page, m.pages, b.choices[page], more)
	return m
}

// options are how the reports of an answer are drawn. Whoever has no name is nobody's id.
func options(a *bot.Answer) render.Options {
	return render.Options{Name: a.Name, Source: placeName(a.Channel), About: a.Request.Topic}
}

// placeName is how people call a place. It is foreign.
func placeName(c bot.Channel) string {
	switch {
	case c.Name == "":
		return ""
	case c.Thread:
		return "“" + c.Name + "”"
	}
	return "#" + c.Name
}

// drawing is an answer on its way to pages.
type drawing struct {
	answer *bot.Answer
	digest bool   // whether it is posted by itself, and not asked for
	place  string // escaped
	views  []render.View
	parts  []part
	index  []entry // one for each part that is a debate
}

// entry is a debate in the list of debates.
type entry struct {
	part int
	line string
}

func newDrawing(a *bot.Answer, isDigest bool) *drawing {
	o := options(a)
	o.People = peopleNamed
	d := &drawing{answer: a, digest: isDigest, place: fit(o.Line(o.Source), topicUnits)}
	for _, s := range a.Sections {
		view := render.NewView(s.Report, o)
		d.views = append(d.views, view)
		title := fitPlain(o.Line(s.Title), authorLimit)
		if len(view.Debates) == 0 {
			d.parts = append(d.parts, nothing(title, o.Line(s.Empty), view.Empty))
		}
		for i := range view.Debates {
			debate := &view.Debates[i]
			d.index = append(d.index, entry{len(d.parts), fit(debate.Question, againUnits) + " · " + openWords(len(debate.Open))})
			d.parts = append(d.parts, drawDebate(debate, a.Request.Command.Detail(), title))
		}
	}
	d.parts = append(d.parts, listParts(a, brevityOf(a, isDigest))...)
	if len(d.parts) == 0 && a.Said == "" {
		d.parts = []part{nothing("", "There is nothing to show.", "")}
	}
	return d
}

const grey = 0x80848E

// nothing is a section without debates.
func nothing(title, words, otherwise string) part {
	if words == "" {
		words = otherwise
	}
	return part{author: title, color: grey, blocks: []block{{text: fit(words, noteUnits)}}}
}

func openWords(n int) string {
	if n == 0 {
		return bot.OpenBriefly(n)
	}
	return "**" + bot.OpenBriefly(n) + "**"
}

// header is the text above the embeds: whose debates these are, and on the first
// page what the reader should know and where in the pages each debate is.
func (d *drawing) header(first bool, pages int, starts []int) string {
	var lines []string
	if heading := d.heading(); heading != "" {
		lines = append(lines, heading)
	}
	if !first {
		return strings.Join(lines, "\n")
	}
	lines = append(lines, d.said()...)
	lines = append(lines, d.notes()...)
	if len(d.index) > 1 && pages > 1 {
		for _, e := range d.index {
			lines = append(lines, fmt.Sprintf("- %s, page %s", e.line, render.Number(starts[e.part]+1)))
		}
	}
	return render.Joined(lines, contentLimit)
}

// heading says what is shown, "" where that goes without saying.
func (d *drawing) heading() string {
	var title, count string
	switch {
	case len(d.index) > 0:
		topic := fit(options(d.answer).Line(d.answer.Request.Topic), topicUnits)
		title, count = d.answer.Heading(d.place, topic)
	case len(d.answer.Lists) > 0 && !d.digest:
		title, count = d.answer.ListHeading(d.place)
	}
	switch {
	case title == "":
		return ""
	case count == "":
		return "**" + title + "**"
	}
	return "**" + title + "** · " + count
}

// said are the lines of what the answer says in words alone.
func (d *drawing) said() []string {
	if d.answer.Said == "" {
		return nil
	}
	return lines(options(d.answer), d.answer.Said)
}

// lines are the lines of what is said, escaped.
func lines(o render.Options, words string) []string {
	var all []string
	for line := range strings.SplitSeq(words, "\n") {
		all = append(all, fit(o.Line(line), saidUnits))
	}
	return all
}

// notes are what the reader should know before reading.
func (d *drawing) notes() []string {
	var notes []string
	for _, caveat := range d.answer.Caveats() {
		notes = append(notes, fit(options(d.answer).Line(caveat), noteUnits))
	}
	return notes
}

// footer says what was read and by whom. Discord reads no markup there.
func (d *drawing) footer() string {
	switch {
	case len(d.answer.Lists) > 0:
		return bot.ReadBy("")
	case len(d.views) == 0:
		return "crux"
	}
	v := d.views[0]
	return v.Window + "\n" + bot.ReadBy(fitPlain(v.Reader, 80))
}

// messageLink is a link to a message of Discord's; others lead elsewhere and are not shown.
var messageLink = regexp.MustCompile(`^https://(?:[a-z]+\.)?discord\.com/channels/(?:@me|[0-9]{1,20})/[0-9]{1,20}/[0-9]{1,20}$`)
