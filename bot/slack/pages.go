package slack

import api "github.com/slack-go/slack"

// part is what belongs together under one title: a debate. All its strings are
// literal and within their limits.
type part struct {
	above  string // above the title
	title  string
	again  string // the title on further pages
	blocks []block
}

// block is a few lines that stay together, and what they stand under.
type block struct {
	heading heading
	text    rich // nil where the heading says it all
	apart   bool // a space sets it off from the block above
	bullet  bool // it is an item of a list
}

// heading stands above the first of a row of blocks, and again at the top of a page.
type heading struct {
	line string // "" for none
	more string // a line below it, "" for none
}

const (
	// pageUnits is how much stands on a page above its footer: within what Slack takes
	// with the footer and the buttons, however it may count, and, as most of it are links
	// and what holds words together, within what people scroll through on a phone.
	pageUnits = 9500
	// tailUnits is how long the end of a debate may be that goes beyond that.
	tailUnits = 250
	// pageBlocks leaves room for what stands above and below the debates of a page.
	pageBlocks = blocksLimit - 10
	continued  = " (continued)"
)

// book lays parts out on pages, each of which is one message.
type book struct {
	limit   int // units a page
	above   int // units on the first page that stand above its parts
	pages   [][]api.Block
	used    int                // units on the last page
	current *api.RichTextBlock // the one that is being written, nil where the next begins one
	starts  []int
}

// paginate lays the parts out on pages of limit units, or tailUnits more, of which above are
// taken on the first, and says on which page each begins. It breaks between blocks alone; a block must be well
// below what a page has.
func paginate(parts []part, limit, above int) (pages [][]api.Block, starts []int) {
	b := &book{limit: limit, above: above}
	for i := range parts {
		b.add(&parts[i])
	}
	return b.pages, b.starts
}

func (b *book) add(p *part) {
	b.open(p)
	b.starts = append(b.starts, len(b.pages)-1)
	under, any := heading{}, false
	for i, next := range p.blocks {
		same := any && next.heading == under
		n := next.units(!same, "")
		if i == len(p.blocks)-1 && n <= tailUnits {
			n = 0 // a page of a line or two alone is worse than one that is a little longer
		}
		if b.holds(n) {
			b.write(next, !same, "")
		} else {
			b.turn()
			b.begin(p, p.again)
			suffix := ""
			if same {
				suffix = continued
			}
			b.write(next, true, suffix)
		}
		under, any = next.heading, true
	}
}

// open begins the part on this page, or on the next where it would be torn for nothing.
func (b *book) open(p *part) {
	whole, first := p.units()
	rest := max(0, b.limit-b.used)
	switch {
	case len(b.pages) == 0,
		b.full(),
		first > rest,
		whole > rest && whole <= b.limit,
		whole > rest && rest < b.limit/2:
		b.turn()
	}
	b.begin(p, p.title)
}

// blocksOfPart is how many of Slack's blocks the beginning of a part takes at most:
// the divider, what is above the title, the title, and what is written first.
const blocksOfPart = 4

// full reports whether no further part fits on the last page for its blocks alone.
func (b *book) full() bool { return len(b.pages[len(b.pages)-1])+blocksOfPart > pageBlocks }

// holds reports whether the last page has room for a block of n units.
func (b *book) holds(n int) bool {
	return b.used+n <= b.limit && len(b.pages[len(b.pages)-1]) < pageBlocks
}

// turn begins a page.
func (b *book) turn() {
	b.pages = append(b.pages, nil)
	b.used, b.current = 0, nil
	if len(b.pages) == 1 {
		b.used = b.above
	}
}

// begin begins a part on the last page.
func (b *book) begin(p *part, title string) {
	if len(b.pages[len(b.pages)-1]) > 0 {
		b.put(api.NewDividerBlock())
	}
	if p.above != "" {
		b.put(rich{}.bold(p.above).block())
	}
	if title != "" {
		b.put(api.NewHeaderBlock(plainText(title)))
	}
	b.current = nil
	b.used += p.begins(title)
}

func (b *book) put(next api.Block) {
	last := len(b.pages) - 1
	b.pages[last] = append(b.pages[last], next)
}

// write writes a block, below its heading where that is wanted.
func (b *book) write(next block, withHeading bool, suffix string) {
	if len(next.text) == 0 && next.heading.line == "" {
		return // Slack takes no block of nothing
	}
	b.used += next.units(withHeading, suffix)
	if b.current == nil || withHeading || next.apart {
		b.current = api.NewRichTextBlock("")
		b.put(b.current)
	}
	if withHeading {
		b.sentence(next.heading.words(suffix))
	}
	switch {
	case len(next.text) == 0:
	case next.bullet:
		b.item(next.text)
	default:
		b.sentence(next.text)
	}
}

// sentence writes lines below what is written.
func (b *book) sentence(r rich) {
	if len(r) == 0 {
		return
	}
	if last := len(b.current.Elements) - 1; last >= 0 {
		if section, ok := b.current.Elements[last].(*api.RichTextSection); ok {
			section.Elements = rich(section.Elements).text("\n").join(r)
			return
		}
	}
	b.current.Elements = append(b.current.Elements, r.section())
}

// item writes an item of a list.
func (b *book) item(r rich) {
	if last := len(b.current.Elements) - 1; last >= 0 {
		if list, ok := b.current.Elements[last].(*api.RichTextList); ok {
			list.Elements = append(list.Elements, r.section())
			return
		}
	}
	b.current.Elements = append(b.current.Elements, api.NewRichTextList(api.RTEListBullet, 0, r.section()))
}

// words are the lines of the heading.
func (h heading) words(suffix string) rich {
	if h.line == "" {
		return nil
	}
	r := rich{}.bold(h.line + suffix)
	if h.more != "" {
		r = r.text("\n" + h.more)
	}
	return r
}

// units is how long the block is at most.
func (b block) units(withHeading bool, suffix string) int {
	n := b.text.units() + sectionUnits
	if withHeading {
		n += b.heading.words(suffix).units() + sectionUnits
	}
	if withHeading || b.apart {
		n += blockUnits
	}
	return n
}

// begins is how much is written where a part begins under this title.
func (p *part) begins(title string) int {
	return units(title) + plainUnits + rich{}.bold(p.above).units() + blockUnits
}

// units is about how long the part is on one page, never less than it is, and how long its beginning.
func (p *part) units() (whole, first int) {
	first = p.begins(p.title)
	whole = first
	under := heading{}
	for i, next := range p.blocks {
		n := next.units(i == 0 || next.heading != under, "")
		whole += n
		if i == 0 {
			first += n
		}
		under = next.heading
	}
	return whole, first
}
