package slack

import (
	"slices"
	"time"

	api "github.com/slack-go/slack"
)

// rich is rich text: words in styles, links and times, over one line or several. Slack
// reads no markup in it, and whatever is added to it is made literal besides. What adds
// to one leaves it as it was.
type rich []api.RichTextSectionElement

// text adds words in no style.
func (r rich) text(words string) rich { return r.styled(words, nil) }

func (r rich) bold(words string) rich {
	return r.styled(words, &api.RichTextSectionTextStyle{Bold: true})
}

func (r rich) italic(words string) rich {
	return r.styled(words, &api.RichTextSectionTextStyle{Italic: true})
}

// styled adds words, to the last ones where neither have a style. Slack takes no empty ones.
func (r rich) styled(words string, style *api.RichTextSectionTextStyle) rich {
	if words == "" {
		return r
	}
	if last := len(r) - 1; last >= 0 && style == nil {
		if before, ok := r[last].(*api.RichTextSectionTextElement); ok && before.Style == nil {
			return r[:last].with(api.NewRichTextSectionTextElement(literal(before.Text+words), nil))
		}
	}
	return r.with(api.NewRichTextSectionTextElement(literal(words), style))
}

func (r rich) with(e api.RichTextSectionElement) rich { return append(slices.Clip(r), e) }

// link adds a link. url must be one that messageLink matches, and label our own words.
func (r rich) link(url, label string) rich {
	return r.with(api.NewRichTextSectionLinkElement(url, label, nil))
}

// How Slack shows a time, in the zone and the language of who reads it: when it was, and also how long ago.
const (
	timeFormat = "{date_short_pretty} at {time}"
	ageFormat  = "{date_short_pretty} ({ago})"
)

// time adds a time; words are shown where Slack can't show it.
func (r rich) time(at time.Time, words string) rich { return r.timeAs(at, timeFormat, words) }

// age adds a time and how long ago it was; words are shown where Slack can't show it.
func (r rich) age(at time.Time, words string) rich { return r.timeAs(at, ageFormat, words) }

func (r rich) timeAs(at time.Time, format, words string) rich {
	if !isShowable(at) {
		return r.text(words)
	}
	return r.with(api.NewRichTextSectionDateElement(at.Unix(), format, nil, &words))
}

// isShowable reports whether Slack shows a time for sure. Nobody says what else it takes.
func isShowable(at time.Time) bool { return at.Unix() >= 1 && at.Year() <= 2100 }

// join adds all of another.
func (r rich) join(more rich) rich {
	for _, e := range more {
		if words, ok := e.(*api.RichTextSectionTextElement); ok {
			r = r.styled(words.Text, words.Style)
		} else {
			r = r.with(e)
		}
	}
	return r
}

func (r rich) section() *api.RichTextSection { return api.NewRichTextSection(r...) }

// block is a block of nothing else.
func (r rich) block() *api.RichTextBlock { return api.NewRichTextBlock("", r.section()) }

// What things take besides their words once they are written as JSON: Slack does not
// document what it counts, and may be counting that.
const (
	textUnits    = 30
	styleUnits   = 25
	linkUnits    = 40
	timeUnits    = 80
	sectionUnits = 50
	blockUnits   = 130 // with a list in it, and a heading
	plainUnits   = 90  // a block of plain text
)

// units is how long it is at most, with its links.
func (r rich) units() int {
	n := 0
	for _, e := range r {
		switch e := e.(type) {
		case *api.RichTextSectionTextElement:
			n += textUnits + units(e.Text)
			if e.Style != nil {
				n += styleUnits
			}
		case *api.RichTextSectionLinkElement:
			n += linkUnits + units(e.Text) + units(e.URL)
		case *api.RichTextSectionDateElement:
			n += timeUnits + units(e.Format) + units(*e.Fallback)
		}
	}
	return n
}

// plainText is text in which Slack reads no markup.
func plainText(words string) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, words, false, false)
}

// smallPrint is a block of small, grey text in which Slack reads no markup.
func smallPrint(words string) *api.ContextBlock {
	return api.NewContextBlock("", plainText(words))
}
