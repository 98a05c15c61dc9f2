package fakeslack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// node is a decoded piece of Block Kit.
type node = map[string]any

func textOf(n node, key string) string {
	s, _ := n[key].(string)
	return s
}

func nodeOf(n node, key string) node {
	inner, _ := n[key].(node)
	return inner
}

// nodesOf returns a list's objects; whatever is no object is left out.
func nodesOf(n node, key string) []node {
	list, _ := n[key].([]any)
	var out []node
	for _, e := range list {
		if inner, is := e.(node); is {
			out = append(out, inner)
		}
	}
	return out
}

func decodeBlocks(raw []json.RawMessage) []node {
	var out []node
	for _, r := range raw {
		var n node
		if json.Unmarshal(r, &n) == nil && n != nil {
			out = append(out, n)
		}
	}
	return out
}

// Visible returns what a person reads, a line for each piece: the texts of all
// blocks and the labels of buttons in the order of reading, or the text where there
// are no blocks. Markup is resolved: mentions stand as names, links as their words,
// and what makes text bold is gone. Zero-width spaces, which nobody sees, are too.
func (p Posted) Visible() string {
	if len(p.Blocks) == 0 {
		return clean(mrkdwn(p.Text, p.names))
	}
	r := &reader{names: p.names}
	for _, b := range decodeBlocks(p.Blocks) {
		r.block(b)
	}
	return clean(strings.Join(r.lines, "\n"))
}

func clean(text string) string { return strings.ReplaceAll(text, "\u200b", "") }

// Buttons returns the buttons in the order of reading.
func (p Posted) Buttons() []Button {
	var out []Button
	for _, b := range decodeBlocks(p.Blocks) {
		for _, e := range append(nodesOf(b, "elements"), nodeOf(b, "accessory")) {
			if textOf(e, "type") == "button" {
				out = append(out, Button{
					Label: textOf(nodeOf(e, "text"), "text"), ActionID: textOf(e, "action_id"), Value: textOf(e, "value"),
					Style: textOf(e, "style"), URL: textOf(e, "url"), Confirm: textOf(nodeOf(nodeOf(e, "confirm"), "text"), "text"),
					block: textOf(b, "block_id"),
				})
			}
		}
	}
	return out
}

// Menus returns the menus in the order of reading.
func (p Posted) Menus() []Menu {
	var out []Menu
	for _, b := range decodeBlocks(p.Blocks) {
		for _, e := range append(nodesOf(b, "elements"), nodeOf(b, "accessory")) {
			switch textOf(e, "type") {
			case "overflow", "static_select", "radio_buttons":
				m := Menu{Kind: textOf(e, "type"), ActionID: textOf(e, "action_id"), block: textOf(b, "block_id")}
				for _, o := range nodesOf(e, "options") {
					m.Options = append(m.Options, MenuOption{
						Label: textOf(nodeOf(o, "text"), "text"), Value: textOf(o, "value"), Description: textOf(nodeOf(o, "description"), "text"),
					})
				}
				out = append(out, m)
			}
		}
	}
	return out
}

// reader gathers what blocks show.
type reader struct {
	names *directory
	lines []string
}

func (r *reader) say(text string) {
	if text != "" {
		r.lines = append(r.lines, text)
	}
}

func (r *reader) block(b node) {
	switch textOf(b, "type") {
	case "rich_text":
		for _, e := range nodesOf(b, "elements") {
			r.rich(e)
		}
		return
	case "markdown":
		r.say(textOf(b, "text"))
		return
	}
	r.element(nodeOf(b, "text"))
	for _, f := range nodesOf(b, "fields") {
		r.element(f)
	}
	r.element(nodeOf(b, "title"))
	if textOf(b, "type") == "image" {
		r.say(textOf(b, "alt_text"))
	}
	for _, e := range nodesOf(b, "elements") {
		r.element(e)
	}
	r.element(nodeOf(b, "accessory"))
}

// element reads a text object, a button, a menu or an image.
func (r *reader) element(e node) {
	if e == nil {
		return
	}
	switch textOf(e, "type") {
	case "mrkdwn":
		r.say(mrkdwn(textOf(e, "text"), r.names))
	case "plain_text":
		r.say(unescape(textOf(e, "text")))
	case "image":
		r.say(textOf(e, "alt_text"))
	default:
		r.element(nodeOf(e, "text"))
		r.element(nodeOf(e, "placeholder"))
		for _, o := range nodesOf(e, "options") {
			r.element(nodeOf(o, "text"))
		}
	}
}

// rich reads one part of a rich_text block.
func (r *reader) rich(e node) {
	if textOf(e, "type") != "rich_text_list" {
		r.say(r.inline(e))
		return
	}
	number, _ := e["offset"].(float64)
	for _, item := range nodesOf(e, "elements") {
		number++
		bullet := "• "
		if textOf(e, "style") == "ordered" {
			bullet = strconv.Itoa(int(number)) + ". "
		}
		r.say(bullet + r.inline(item))
	}
}

func (r *reader) inline(e node) string {
	var b strings.Builder
	for _, part := range nodesOf(e, "elements") {
		switch textOf(part, "type") {
		case "text":
			b.WriteString(textOf(part, "text"))
		case "link":
			b.WriteString(cmp.Or(textOf(part, "text"), textOf(part, "url")))
		case "emoji":
			b.WriteString(":" + textOf(part, "name") + ":")
		case "user":
			b.WriteString("@" + r.names.name(textOf(part, "user_id")))
		case "channel":
			b.WriteString("#" + r.names.name(textOf(part, "channel_id")))
		case "usergroup":
			b.WriteString("@" + textOf(part, "usergroup_id"))
		case "broadcast":
			b.WriteString("@" + textOf(part, "range"))
		case "date":
			at, _ := part["timestamp"].(float64)
			b.WriteString(cmp.Or(textOf(part, "fallback"), fmt.Sprint(int64(at))))
		case "color":
			b.WriteString(textOf(part, "value"))
		}
	}
	return b.String()
}

var (
	angled   = regexp.MustCompile(`<([^<>\n]+)>`)
	emphasis = []*regexp.Regexp{
		regexp.MustCompile("(^|[\\s(\\[{\"'>-])`([^`\n]+)`($|[\\s)\\]}\"'.,:;!?<-])"),
		regexp.MustCompile(`(^|[\s(\[{"'>_~-])\*([^\s*](?:[^*\n]*[^\s*])?)\*($|[\s)\]}"'.,:;!?<_~-])`),
		regexp.MustCompile(`(^|[\s(\[{"'>~-])_([^\s_](?:[^_\n]*[^\s_])?)_($|[\s)\]}"'.,:;!?<~-])`),
		regexp.MustCompile(`(^|[\s(\[{"'>-])~([^\s~](?:[^~\n]*[^\s~])?)~($|[\s)\]}"'.,:;!?<-])`),
	}
)

// mrkdwn resolves Slack's own markup.
func mrkdwn(text string, names *directory) string {
	for _, e := range emphasis {
		for range 2 { // neighbours share the space between them
			text = e.ReplaceAllString(text, "$1$2$3")
		}
	}
	text = angled.ReplaceAllStringFunc(text, func(token string) string {
		target, label, labelled := strings.Cut(token[1:len(token)-1], "|")
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + names.name(target[1:])
		case strings.HasPrefix(target, "#"):
			return "#" + names.name(target[1:])
		case strings.HasPrefix(target, "!date^") && labelled:
			return label
		case strings.HasPrefix(target, "!subteam^") && labelled:
			return label
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		case labelled:
			return label
		}
		return target
	})
	return unescape(text)
}

func unescape(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

var bareURL = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s<>|]+`)

// Links returns where links lead, in the order of reading: those in rich text, in
// mrkdwn (where Slack makes links of bare URLs too), of buttons and images, and,
// where there are no blocks, in the text.
func (p Posted) Links() []string {
	l := &finder{}
	if len(p.Blocks) == 0 {
		l.markup(p.Text, false)
	}
	for _, b := range decodeBlocks(p.Blocks) {
		l.walk(b)
	}
	return l.links
}

// Pings returns whom the message would notify: user ids, usergroups' ids and
// "here", "channel", "everyone". Its text counts beside blocks too.
func (p Posted) Pings() []string {
	l := &finder{}
	l.markup(p.Text, false)
	for _, b := range decodeBlocks(p.Blocks) {
		l.walk(b)
	}
	return l.pings
}

// finder gathers links and mentions.
type finder struct{ links, pings []string }

// walk looks at an object and at all in it.
func (l *finder) walk(n node) {
	switch textOf(n, "type") {
	case "mrkdwn":
		verbatim, _ := n["verbatim"].(bool)
		l.markup(textOf(n, "text"), verbatim)
		return
	case "markdown":
		l.markup(textOf(n, "text"), false)
		return
	case "link", "button", "date":
		l.link(textOf(n, "url"))
	case "image":
		l.link(textOf(n, "image_url"))
	case "user":
		l.pings = append(l.pings, textOf(n, "user_id"))
	case "usergroup":
		l.pings = append(l.pings, textOf(n, "usergroup_id"))
	case "broadcast":
		l.pings = append(l.pings, textOf(n, "range"))
	}
	for _, key := range []string{"text", "title", "accessory", "placeholder", "confirm"} {
		if inner := nodeOf(n, key); inner != nil {
			l.walk(inner)
		}
	}
	for _, key := range []string{"elements", "fields", "options"} {
		for _, inner := range nodesOf(n, key) {
			l.walk(inner)
		}
	}
}

func (l *finder) link(url string) {
	if url != "" {
		l.links = append(l.links, url)
	}
}

var (
	bareMention = regexp.MustCompile(`(?:^|[^\w@])@(here|channel|everyone|group)\b`)
	mention     = regexp.MustCompile(`^(?:@([UW][A-Z0-9]+)|!subteam\^([A-Z0-9]+)|!(here|channel|everyone|group))(?:\^.*)?$`)
)

// markup looks through mrkdwn. Unless it is verbatim, Slack acts upon what stands
// there without angle brackets too.
func (l *finder) markup(text string, verbatim bool) {
	rest := angled.ReplaceAllStringFunc(text, func(token string) string {
		target, _, _ := strings.Cut(token[1:len(token)-1], "|")
		if m := mention.FindStringSubmatch(target); m != nil {
			l.pings = append(l.pings, m[1]+m[2]+m[3])
		} else if strings.TrimLeft(target, "@#!") == target {
			l.link(unescape(target))
		} else if link, isDate := strings.CutPrefix(target, "!date^"); isDate {
			if parts := strings.Split(link, "^"); len(parts) > 2 {
				l.link(unescape(parts[2]))
			}
		}
		return " "
	})
	if verbatim {
		return
	}
	for _, m := range bareMention.FindAllStringSubmatch(rest, -1) {
		l.pings = append(l.pings, m[1])
	}
	for _, url := range bareURL.FindAllString(rest, -1) {
		l.link(unescape(strings.TrimRight(url, ".,;:!?)")))
	}
}
