package slack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// drawLists draws a page, counted from 0, of what the ledger has to say; one that does not
// exist is the nearest that does. A digest is one page always.
func drawLists(a *bot.Answer, page int, postable bool) message {
	l := newListing(a)
	l.title, l.count = l.heading()
	l.isShort = a.Request.Command == bot.Digests || a.Token == ""
	pages := l.pages()
	page = max(0, min(page, len(pages)-1))
	m := said(l.text())
	m.page, m.pages = page, len(pages)
	m.Blocks = append(m.Blocks, l.front(page == 0)...)
	m.Blocks = append(m.Blocks, pages[page].blocks...)
	m.Blocks = append(m.Blocks, l.footer(page, len(pages))...)
	m.Blocks = append(m.Blocks, l.choices(pages[page].choices)...)
	m.Blocks = append(m.Blocks, buttons(a, page, len(pages), postable)...)
	return m
}

// drawPublished draws an answer that nobody asked for: a digest, which is one message. The
// mark that it carries is also the token for its buttons.
func drawPublished(answer *bot.Answer, mark string) message {
	published := *answer
	a := &published
	a.Token = cmp.Or(a.Token, mark)
	switch {
	case len(a.Sections) > 0:
		return draw(a, 0, false)
	case len(a.Lists) == 0:
		return drawWords(a)
	}
	l := newListing(a)
	l.isShort, l.isCorrectable = true, true
	m := said(l.text())
	m.pages = 1
	m.Blocks = append(m.Blocks, l.front(true)...)
	only := l.pages()[0]
	m.Blocks = append(m.Blocks, only.blocks...)
	m.Blocks = append(m.Blocks, l.footer(0, 1)...)
	m.Blocks = append(m.Blocks, l.choices(only.choices)...)
	m.Blocks = append(m.Blocks, offers(a)...)
	return m
}

// listing is an answer that has Lists on its way to pages.
type listing struct {
	answer *bot.Answer
	render render.Options
	// title and count stand above it; title is "" for nothing.
	title, count string
	// isShort is true where all of it must stand on one page.
	isShort bool
	// isCorrectable is true where a button leads from an item to what can be said of it.
	isCorrectable bool
}

func newListing(a *bot.Answer) *listing {
	o := options(a)
	o.People = peopleNamed
	return &listing{answer: a, render: o, isCorrectable: isCorrectable(a.Request.Command)}
}

// heading is foreign, and not yet safe.
func (l *listing) heading() (title, count string) {
	return l.answer.ListHeading(render.Shorten(l.render.Line(l.render.Source), topicUnits))
}

// text says in a line what the message is.
func (l *listing) text() string {
	if l.title != "" {
		return strings.TrimSuffix(fitEscaped(l.title, noteUnits)+" · "+l.count, " · ")
	}
	words := lines(l.render, l.answer.Said)
	for i := range l.answer.Lists {
		list := &l.answer.Lists[i]
		for j := range list.Items {
			words = append(words, l.render.Line(list.Items[j].Words()))
		}
		words = append(words, l.render.Line(list.Empty))
	}
	if line := headline(words); line != "" {
		return fitEscaped(line, noteUnits)
	}
	return nothingToShow
}

// front is what stands above the lists of a page: what they are, and on the first page what
// is said of them and what the reader should know.
func (l *listing) front(isFirst bool) []api.Block {
	var blocks []api.Block
	if l.title != "" {
		title := rich{}.bold(fit(l.title, noteUnits))
		if l.count != "" {
			title = title.text(" · " + l.count)
		}
		blocks = append(blocks, title.block())
	}
	if !isFirst {
		return blocks
	}
	blocks = append(blocks, paragraphs(lines(l.render, l.answer.Said), frontUnits)...)
	var notes []string
	for _, caveat := range l.answer.Caveats() {
		notes = append(notes, fit(l.render.Line(caveat), noteUnits))
	}
	if len(notes) > 0 {
		blocks = append(blocks, smallPrint(render.Joined(notes, frontUnits)))
	}
	return blocks
}

// footer says how far to trust what was listed.
func (l *listing) footer(page, pages int) []api.Block {
	var small []string
	if pages > 1 {
		small = append(small, "Page "+render.Number(page+1)+" of "+render.Number(pages))
	}
	for i := range l.answer.Lists {
		if len(l.answer.Lists[i].Items) > 0 {
			small = append(small, bot.ReadBy(""))
			break
		}
	}
	if len(small) == 0 {
		return nil
	}
	return []api.Block{smallPrint(strings.Join(small, "\n"))}
}

// row is an item or another few lines that stay together, below the title of its list.
type row struct {
	title string
	// list is the number of its list, counted from 0.
	list int
	text rich
	// choice is nil for what can't be corrected.
	choice *choice
}

// sheet is what stands on a page between what is above the lists and what is below them.
type sheet struct {
	blocks  []api.Block
	choices []choice
}

// rows are the lists, with the first so many items of each; the rest is counted.
func (l *listing) rows(kept []int) []row {
	var rows []row
	number := 0
	for i := range l.answer.Lists {
		list := l.answer.Lists[i]
		title := fit(l.render.Line(list.Title), noteUnits)
		for j := range list.Items[:kept[i]] {
			item := &list.Items[j]
			number++
			rows = append(rows, row{title, i, l.item(number, item), l.chosen(number, item)})
		}
		list.More += len(list.Items) - kept[i]
		if words := list.MoreWords(); words != "" {
			rows = append(rows, row{title, i, rich{}.italic(words), nil})
		}
		if empty := fit(l.render.Line(list.Empty), noteUnits); len(list.Items) == 0 && list.More == 0 && empty != "" {
			rows = append(rows, row{title, i, rich{}.text(empty), nil})
		}
	}
	if len(rows) == 0 && l.answer.Said == "" {
		rows = append(rows, row{text: rich{}.text(nothingToShow)})
	}
	return rows
}

// pages lays the lists out. There is one page at least.
func (l *listing) pages() []sheet {
	kept := make([]int, len(l.answer.Lists))
	for i := range kept {
		kept[i] = len(l.answer.Lists[i].Items)
		if l.isShort {
			kept[i] = min(kept[i], buttonsARow) // more than fit, and few enough to try
		}
	}
	pages := l.lay(l.rows(kept))
	for l.isShort && len(pages) > 1 && shorten(kept) {
		pages = l.lay(l.rows(kept))
	}
	return pages
}

// shorten leaves one more item out, of the longest list, so that every list keeps its
// first ones. It reports false where there is none left to leave out.
func shorten(kept []int) bool {
	longest := 0
	for i, n := range kept {
		if n >= kept[longest] {
			longest = i
		}
	}
	if len(kept) == 0 || kept[longest] == 0 {
		return false
	}
	kept[longest]--
	return true
}

// lay puts rows onto pages. At the top of a page the title of its list stands again.
func (l *listing) lay(rows []row) []sheet {
	pages, limit := []sheet{{}}, pageUnits
	if l.isShort {
		limit = shortUnits
	}
	used, list := weight(l.front(true)), -1
	for _, r := range rows {
		title, again := "", r.title
		if r.list != list {
			title = r.title
		} else if again != "" {
			again += continued
		}
		page := &pages[len(pages)-1]
		blocks, button := r.below(title), 0
		if r.choice != nil {
			button = weight(r.choice.button(l.answer.Token))
		}
		n := weight(blocks) + button
		if len(page.blocks) > 0 && (used+n > limit || len(page.blocks)+len(blocks) > pageBlocks) {
			pages = append(pages, sheet{})
			page = &pages[len(pages)-1]
			blocks = r.below(again)
			used, n = weight(l.front(false)), weight(blocks)+button
		}
		page.blocks = append(page.blocks, blocks...)
		if r.choice != nil {
			page.choices = append(page.choices, *r.choice)
		}
		used, list = used+n, r.list
	}
	return pages
}

// below is the row, below a title where that is not "".
func (r row) below(title string) []api.Block {
	if title == "" {
		return []api.Block{r.text.block()}
	}
	return []api.Block{rich{}.bold(title).block(), r.text.block()}
}

// weight is how long blocks or buttons are once they are written as JSON, which Slack may be counting.
func weight(parts any) int {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(parts) != nil { // no block of ours fails
		return pageUnits
	}
	return units(b.String())
}
