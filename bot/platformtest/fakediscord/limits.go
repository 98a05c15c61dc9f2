package fakediscord

import (
	"encoding/json"
	"fmt"
	"net/url"
	"unicode/utf16"
	"unicode/utf8"
)

// Discord's limits. Lengths are in characters.
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedTotal  = 6000 // over all embeds of a message
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxAuthor      = 256
	maxRows        = 5
	maxInRow       = 5
	maxLabel       = 80
	maxCustomID    = 100
	maxButtonURL   = 512
	maxURL         = 2048
	maxOptions     = 25
	maxOption      = 100
	maxPlaceholder = 150
	maxV2Text      = 4000
	maxV2Count     = 40
	maxFileCount   = 10
	maxFileSize    = 10 << 20
	maxNonce       = 25
	maxChoices     = 25
	maxChoice      = 100
	maxCommand     = 8000 // over all words of a command
	maxTyped       = 6000 // of an option of text
	maxModalTitle  = 45
	maxInputs      = 5
	maxInputLabel  = 45
	maxInput       = 4000
	maxInputHint   = 100
)

// length counts the way that is the stricter of the two that clients are known to
// be held to: UTF-16 units, of which no text has fewer than characters.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// check holds a payload to the limits and to what the house demands: no message
// may ping anybody. What it finds is a violation; what Discord would refuse is refused.
func (d *Discord) check(c *call, p *payload, create bool) (answer, bool) {
	v := &checker{}
	v.message(p, create)
	for _, f := range v.found {
		d.violate("%s: %s", c.name, f)
	}
	for _, f := range mentionFaults(p.AllowedMentions) {
		d.violate("%s: %s", c.name, f) // Discord would take it, and ping
	}
	if v.empty {
		d.violate("%s: an empty message", c.name)
		return refuse(400, 50006, "Cannot send an empty message"), false
	}
	if len(v.found) > 0 {
		return invalid(v.found[0]), false
	}
	return answer{}, true
}

// mentionFaults says what is wrong with allowed_mentions. Sent without, a message
// pings whomever its text mentions.
func mentionFaults(raw json.RawMessage) []string {
	var m *struct {
		Parse       *[]string `json:"parse"`
		Users       []string  `json:"users"`
		Roles       []string  `json:"roles"`
		RepliedUser bool      `json:"replied_user"`
	}
	if len(raw) == 0 {
		return []string{"allowed_mentions is missing"}
	}
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		return []string{"allowed_mentions is no object"}
	}
	var found []string
	switch {
	case m.Parse == nil:
		found = append(found, "allowed_mentions.parse is missing or null, so everything pings")
	case len(*m.Parse) > 0:
		found = append(found, fmt.Sprintf("allowed_mentions.parse lets %v ping", *m.Parse))
	}
	if len(m.Users)+len(m.Roles) > 0 || m.RepliedUser {
		found = append(found, "allowed_mentions lets users or roles be pinged")
	}
	return found
}

// checker gathers what is wrong with a payload.
type checker struct {
	found []string
	empty bool
	ids   map[string]bool
	v2    struct{ count, text int }
}

func (v *checker) fault(format string, args ...any) {
	v.found = append(v.found, fmt.Sprintf(format, args...))
}

func (v *checker) most(what, s string, limit int) {
	if n := length(s); n > limit {
		v.fault("%s has %d characters, %d are allowed", what, n, limit)
	}
	if !utf8.ValidString(s) {
		v.fault("%s is not UTF-8", what)
	}
}

func (v *checker) message(p *payload, create bool) {
	isV2 := p.Flags != nil && *p.Flags&flagComponentsV2 != 0
	if p.Content != nil {
		v.most("content", *p.Content, maxContent)
	}
	if n := length(text(p.Nonce)); n > maxNonce {
		v.fault("nonce has %d characters, %d are allowed", n, maxNonce)
	}
	if p.Embeds != nil {
		v.embeds(*p.Embeds)
	}
	if p.Components != nil {
		v.ids = map[string]bool{}
		if isV2 {
			v.layout(*p.Components)
		} else {
			v.rows(*p.Components)
		}
	}
	if isV2 && (p.Content != nil && *p.Content != "" || p.Embeds != nil && len(*p.Embeds) > 0) {
		v.fault("content or embeds beside components of the second kind")
	}
	v.files(p)
	if create && (p.Content == nil || *p.Content == "") && (p.Embeds == nil || len(*p.Embeds) == 0) &&
		len(p.files) == 0 && (p.Components == nil || len(*p.Components) == 0) {
		v.empty = true
	}
}

func (v *checker) files(p *payload) {
	if len(p.files) > maxFileCount {
		v.fault("%d files, %d are allowed", len(p.files), maxFileCount)
	}
	for _, n := range p.order {
		f := p.files[n]
		if len(f.Data) > maxFileSize {
			v.fault("a file has %d bytes, %d are allowed", len(f.Data), maxFileSize)
		}
		if f.Name == "" {
			v.fault("a file without a name")
		}
	}
}

func (v *checker) embeds(es []Embed) {
	if len(es) > maxEmbeds {
		v.fault("%d embeds, %d are allowed", len(es), maxEmbeds)
	}
	total := 0
	for _, e := range es {
		v.most("an embed's title", e.Title, maxTitle)
		v.most("an embed's description", e.Description, maxDescription)
		v.most("an embed's footer", e.Footer.Text, maxFooter)
		v.most("an embed's author", e.Author.Name, maxAuthor)
		v.url("an embed's url", e.URL, maxURL)
		v.url("an embed's author's url", e.Author.URL, maxURL)
		total += length(e.Title) + length(e.Description) + length(e.Footer.Text) + length(e.Author.Name)
		if len(e.Fields) > maxFields {
			v.fault("an embed has %d fields, %d are allowed", len(e.Fields), maxFields)
		}
		for _, f := range e.Fields {
			v.most("a field's name", f.Name, maxFieldName)
			v.most("a field's value", f.Value, maxFieldValue)
			if f.Name == "" || f.Value == "" {
				v.fault("a field without a name or a value")
			}
			total += length(f.Name) + length(f.Value)
		}
		if e.Title == "" && e.Description == "" && len(e.Fields) == 0 && e.Footer.Text == "" && e.Author.Name == "" {
			v.fault("an embed with nothing in it")
		}
	}
	if total > maxEmbedTotal {
		v.fault("the embeds have %d characters together, %d are allowed", total, maxEmbedTotal)
	}
}

func (v *checker) url(what, s string, limit int) {
	if s == "" {
		return
	}
	v.most(what, s, limit)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Scheme != "discord" && u.Scheme != "attachment" ||
		u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "discord" && u.Scheme != "attachment" {
		v.fault("%s is no link that Discord takes", what)
	}
}

func (v *checker) rows(rows []Component) {
	if len(rows) > maxRows {
		v.fault("%d rows of components, %d are allowed", len(rows), maxRows)
	}
	for _, r := range rows {
		if r.Type != componentRow {
			v.fault("a component of type %d outside any row", r.Type)
			continue
		}
		v.row(r)
	}
}

func (v *checker) row(r Component) {
	if len(r.Components) == 0 || len(r.Components) > maxInRow {
		v.fault("a row of %d components, 1 to %d are allowed", len(r.Components), maxInRow)
	}
	for _, c := range r.Components {
		switch {
		case c.Type == componentButton:
			v.button(c)
		case c.isMenu():
			if len(r.Components) > 1 {
				v.fault("a menu does not stand alone in its row")
			}
			v.menu(c)
		default:
			v.fault("a component of type %d in a row of a message", c.Type)
		}
	}
}

func (v *checker) button(c Component) {
	v.most("a button's label", c.Label, maxLabel)
	if c.Label == "" && len(c.Emoji) == 0 {
		v.fault("a button with neither label nor emoji")
	}
	switch {
	case c.Style == styleLink:
		v.url("a button's link", c.URL, maxButtonURL)
		if c.URL == "" || c.CustomID != "" {
			v.fault("a link button must have a link and no custom id")
		}
	case c.Style < 1 || c.Style > styleLink:
		v.fault("a button of the unknown style %d", c.Style)
	default:
		v.customID(c.CustomID)
		if c.URL != "" {
			v.fault("a button with a link that is no link button")
		}
	}
}

func (v *checker) customID(id string) {
	v.most("a custom id", id, maxCustomID)
	if id == "" {
		v.fault("a component without a custom id")
	}
	if v.ids[id] {
		v.fault("a custom id occurs twice in the message")
	}
	v.ids[id] = true
}

func (v *checker) menu(c Component) {
	v.customID(c.CustomID)
	v.most("a menu's placeholder", c.Placeholder, maxPlaceholder)
	if c.Type == componentSelect && len(c.Options) == 0 || len(c.Options) > maxOptions {
		v.fault("a menu of %d options, 1 to %d are allowed", len(c.Options), maxOptions)
	}
	if least, most := c.chosen(); least < 0 || most < 1 || least > most || most > maxOptions || c.Type == componentSelect && most > len(c.Options) {
		v.fault("a menu of %d options in which %d to %d can be chosen", len(c.Options), least, most)
	}
	seen := map[string]bool{}
	for _, o := range c.Options {
		if seen[o.Value] {
			v.fault("two options of the same value")
		}
		seen[o.Value] = true
		v.most("an option's label", o.Label, maxOption)
		v.most("an option's value", o.Value, maxOption)
		v.most("an option's description", o.Description, maxOption)
		if o.Label == "" || o.Value == "" {
			v.fault("an option without a label or a value")
		}
	}
}

// layout checks components of the second kind, which may nest.
func (v *checker) layout(cs []Component) {
	v.nested(cs)
	if v.v2.count > maxV2Count {
		v.fault("%d components, %d are allowed", v.v2.count, maxV2Count)
	}
	if v.v2.text > maxV2Text {
		v.fault("the texts have %d characters together, %d are allowed", v.v2.text, maxV2Text)
	}
}

func (v *checker) nested(cs []Component) {
	for _, c := range cs {
		v.v2.count++
		v.v2.text += length(c.Content)
		if c.Type == componentRow {
			v.v2.count += len(c.Components)
			v.row(c)
			continue
		}
		v.nested(c.Components)
	}
}

// choices checks the answer to an autocompletion.
func (v *checker) choices(cs []Choice) {
	if len(cs) > maxChoices {
		v.fault("%d choices, %d are allowed", len(cs), maxChoices)
	}
	for _, c := range cs {
		v.most("a choice's name", c.Name, maxChoice)
		if c.Name == "" {
			v.fault("a choice without a name")
		}
		switch value := c.Value.(type) {
		case string:
			v.most("a choice's value", value, maxChoice)
			if value == "" {
				v.fault("a choice without a value")
			}
		case float64:
		default:
			v.fault("a choice's value is neither text nor a number")
		}
	}
}
