package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"
)

// part is what belongs together under one title: a debate. All its strings are
// escaped and within their limits.
type part struct {
	author string // above the title
	title  string
	again  string // the title on further pages
	color  int
	blocks []block
}

// block is a few lines that stay together, and what they stand under.
type block struct {
	heading heading
	text    string // "" where the heading says it all
	apart   bool   // an empty line sets it off from the block above
	// choice is how the block is chosen in a menu, zero where it can't be.
	choice choice
}

// heading stands above the first of a row of blocks, and again at the top of a page.
type heading struct {
	line string // "" for none
	more string // a line below it, "" for none
}

const (
	// pageUnits is how much a page holds: within what Discord takes, and, as about
	// half of it are links, within what people scroll through on a phone.
	pageUnits = 5000
	continued = " (continued)"
)

// book lays parts out on pages, each of which is one message.
type book struct {
	limit  int // units a page
	pages  [][]*discordgo.MessageEmbed
	used   int // units on the last page
	starts []int
	// choices are what can be chosen on each page, no more than a menu holds.
	choices [][]choice
}

// paginate lays the parts out on pages of limit units, and notes on which page each
// begins. It breaks between blocks alone; a block must be well below limit.
func paginate(parts []part, limit int) *book {
	b := &book{limit: limit}
	for i := range parts {
		b.add(&parts[i])
	}
	return b
}

func (b *book) add(p *part) {
	b.open(p)
	b.starts = append(b.starts, len(b.pages)-1)
	under, any := heading{}, false
	for _, next := range p.blocks {
		lines := next.lines(!any || next.heading != under, "")
		if !b.holds(b.separator(next, any && next.heading == under)+lines) || b.menuIsFull(next) {
			b.turn()
			b.embed(p, p.again)
			suffix := ""
			if any && next.heading == under {
				suffix = continued
			}
			lines = next.lines(true, suffix)
		}
		b.write(b.separator(next, any && next.heading == under) + lines)
		b.offer(next)
		under, any = next.heading, true
	}
}

// open begins the part on this page, or on the next where it would be torn for nothing.
func (b *book) open(p *part) {
	whole, first := p.units()
	rest := b.limit - b.used
	switch {
	case len(b.pages) == 0,
		len(b.pages[len(b.pages)-1]) == embedsLimit,
		first > rest,
		whole > rest && whole <= b.limit,
		whole > rest && rest < b.limit/2:
		b.turn()
	}
	b.embed(p, p.title)
}

// holds reports whether the last page, and its last embed, have room for more.
func (b *book) holds(more string) bool {
	n := units(more)
	return b.used+n <= b.limit && units(b.last().Description)+n <= descriptionLimit
}

// menuIsFull reports whether a block that can be chosen finds no room in the page's menu.
func (b *book) menuIsFull(next block) bool {
	return next.choice.key != "" && len(b.choices[len(b.choices)-1]) == choicesLimit
}

// offer puts a block that can be chosen into the page's menu.
func (b *book) offer(next block) {
	if next.choice.key != "" {
		last := len(b.choices) - 1
		b.choices[last] = append(b.choices[last], next.choice)
	}
}

// turn begins a page.
func (b *book) turn() {
	b.pages = append(b.pages, nil)
	b.choices = append(b.choices, nil)
	b.used = 0
}

// embed begins an embed on the last page.
func (b *book) embed(p *part, title string) {
	e := &discordgo.MessageEmbed{Title: title, Color: p.color}
	if p.author != "" {
		e.Author = &discordgo.MessageEmbedAuthor{Name: p.author}
	}
	last := len(b.pages) - 1
	b.pages[last] = append(b.pages[last], e)
	b.used += units(e.Title) + units(p.author)
}

// last is the embed that is being written.
func (b *book) last() *discordgo.MessageEmbed {
	page := b.pages[len(b.pages)-1]
	return page[len(page)-1]
}

func (b *book) write(s string) {
	b.last().Description += s
	b.used += units(s)
}

// separator is what stands between what is written and the next block.
func (b *book) separator(next block, sameHeading bool) string {
	switch {
	case b.last().Description == "":
		return ""
	case next.apart && sameHeading, next.heading.line == "" && !sameHeading:
		return "\n\n"
	}
	return "\n"
}

// lines is the block, below its heading where that is wanted.
func (b block) lines(withHeading bool, suffix string) string {
	if !withHeading || b.heading.line == "" {
		return b.text
	}
	all := []string{b.heading.line + suffix}
	for _, line := range []string{b.heading.more, b.text} {
		if line != "" {
			all = append(all, line)
		}
	}
	return strings.Join(all, "\n")
}

// units is about how long the part is on one page, never less than it is, and how long its beginning.
func (p *part) units() (whole, first int) {
	first = units(p.title) + units(p.author)
	whole = first
	under := heading{}
	for i, next := range p.blocks {
		n := 2 + units(next.lines(i == 0 || next.heading != under, ""))
		whole += n
		if i == 0 {
			first += n
		}
		under = next.heading
	}
	return whole, first
}
