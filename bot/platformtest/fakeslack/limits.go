package fakeslack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Slack's limits. Lengths are in characters.
const (
	maxText         = 40000
	maxUpdatedText  = 4000 // of chat.update, documented for it alone
	maxBlocks       = 50
	maxViewBlocks   = 100
	maxBlockText    = 13200 // over all blocks of a message; undocumented
	maxSection      = 3000
	maxFields       = 10
	maxField        = 2000
	maxHeader       = 150
	maxContext      = 10
	maxActions      = 25
	maxID           = 255 // of blocks and actions
	maxButton       = 75
	maxValue        = 2000
	maxURL          = 3000
	maxAlt          = 2000
	maxOptions      = 100
	maxOption       = 75
	maxOptionValue  = 150
	maxPlaceholder  = 150
	maxMarkdown     = 12000
	maxConfirmTitle = 100
	maxConfirmText  = 300
	maxConfirmLabel = 30
	maxPrivate      = 3000 // a view's private_metadata
	maxView         = 250 << 10
	maxFrame        = 24 // a dialog's title and buttons
	maxInputLabel   = 2000
	maxInput        = 3000
	maxMetadata     = 8000
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

// content is what the app wants to show somewhere.
type content struct {
	where    string // the method, for violations
	text     *string
	blocks   *[]json.RawMessage // nil if none were sent
	metadata json.RawMessage
	threadTS string
	// isMessage is false of views.
	isMessage bool
	maxText   int     // maxText unless set
	unfurls   []*bool // what was said of unfurling links and media, where the method has that
	keeps     bool    // whether blocks stand already where none are sent
	hasFile   bool    // whether a file hangs on it, so that no text is needed
	linkNames bool
	parse     string
}

func (c *content) textOrNone() string {
	if c.text == nil {
		return ""
	}
	return *c.text
}

// blocksOf decodes blocks as they were sent; nil for none.
func (s *Slack) blocksOf(where string, raw json.RawMessage) (*[]json.RawMessage, string) {
	if len(raw) == 0 || string(raw) == "null" || string(raw) == `""` {
		return nil, ""
	}
	var blocks []json.RawMessage
	if err := json.Unmarshal(raw, &blocks); err != nil {
		s.violate("%s: blocks are no JSON list", where)
		return nil, "invalid_blocks_format"
	}
	for i, b := range blocks {
		blocks[i] = s.identified(b)
	}
	return &blocks, ""
}

// identified gives a block the id that Slack gives it where the app gave none.
func (s *Slack) identified(raw json.RawMessage) json.RawMessage {
	var n node
	if json.Unmarshal(raw, &n) != nil || n == nil || n["block_id"] != nil {
		return raw
	}
	n["block_id"] = s.mintID("b")
	return mustJSON(n)
}

// check holds content to the limits and to what the house demands: no message may
// ping, unfurl, or link elsewhere than the house does. What it finds is a violation;
// what Slack would refuse is refused with the error that it returns.
func (s *Slack) check(c *content) (code string) {
	v := &checker{ids: map[string]bool{}}
	limit := maxBlocks
	if !c.isMessage {
		limit = maxViewBlocks
	}
	if c.blocks != nil {
		v.blocks(*c.blocks, limit)
	}
	if v.found != nil {
		code = "invalid_blocks"
	}
	if c.isMessage {
		code = v.message(c, code)
	}
	for _, f := range v.found {
		s.violate("%s: %s", c.where, f)
	}
	for _, f := range s.houseRules(c) {
		s.violate("%s: %s", c.where, f) // Slack would take it
	}
	return code
}

// message checks what a message has beside blocks, and returns the first error.
func (v *checker) message(c *content, code string) string {
	if c.maxText == 0 {
		c.maxText = maxText
	}
	first := func(then string) {
		if code == "" {
			code = then
		}
	}
	if n := length(c.textOrNone()); n > c.maxText {
		v.fault("the text has %d characters, %d are allowed", n, c.maxText)
		first("msg_too_long")
	}
	if !utf8.ValidString(c.textOrNone()) {
		v.fault("the text is not UTF-8")
	}
	if v.total > maxBlockText {
		v.fault("the blocks have %d characters together, %d are allowed", v.total, maxBlockText)
		first("msg_blocks_too_long")
	}
	blocks := c.keeps
	if c.blocks != nil {
		blocks = len(*c.blocks) > 0
	}
	switch {
	case c.textOrNone() != "" || c.hasFile:
	case !blocks:
		v.fault("an empty message")
		first("no_text")
	case c.blocks != nil:
		v.fault("blocks without a text, which notifications show")
	}
	if problem := metadataProblem(c.metadata); problem != "" {
		v.fault("%s", problem)
		first("invalid_metadata_format")
	}
	return code
}

func metadataProblem(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	switch {
	case json.Unmarshal(raw, &m) != nil || m.EventType == "" || m.EventPayload == nil:
		return "metadata without event_type and event_payload"
	case len(raw) > maxMetadata:
		return fmt.Sprintf("metadata of %d bytes, %d are allowed", len(raw), maxMetadata)
	}
	return ""
}

// houseRules says what Slack would take and the bot must never do.
func (s *Slack) houseRules(c *content) []string {
	var found []string
	p := Posted{Text: c.textOrNone()}
	if c.blocks != nil {
		p.Blocks = *c.blocks
	}
	if pings := p.Pings(); len(pings) > 0 && c.isMessage {
		found = append(found, fmt.Sprintf("it would notify %q", pings))
	}
	if c.linkNames || c.parse == "full" {
		found = append(found, "link_names or parse=full makes mentions and links of plain words")
	}
	for _, u := range c.unfurls {
		if u == nil || *u {
			found = append(found, "unfurl_links and unfurl_media must both be false")
			break
		}
	}
	links := p.Links()
	if len(p.Blocks) > 0 {
		links = append(links, Posted{Text: p.Text}.Links()...)
	}
	for _, l := range links {
		if u, err := url.Parse(l); err != nil || !s.allowed(u) {
			found = append(found, fmt.Sprintf("a link leads to %q, which is neither the workspace nor allowed", hostOf(l)))
		}
	}
	return found
}

func (s *Slack) allowed(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (u.Scheme == "https" || u.Scheme == "http") && (host == teamHost || slices.Contains(s.hosts, host) || slices.Contains(s.hosts, u.Host))
}

// hostOf names where a link leads without what else it says.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		scheme, _, _ := strings.Cut(link, ":")
		return scheme
	}
	return u.Host
}

// checker gathers what is wrong with blocks.
type checker struct {
	found []string
	ids   map[string]bool // of blocks
	total int             // characters of text
}

func (v *checker) fault(format string, args ...any) {
	v.found = append(v.found, fmt.Sprintf(format, args...))
}

// most checks a text that may be missing.
func (v *checker) most(what, s string, limit int) {
	if n := length(s); n > limit {
		v.fault("%s has %d characters, %d are allowed", what, n, limit)
	}
	if !utf8.ValidString(s) {
		v.fault("%s is not UTF-8", what)
	}
}

func (v *checker) blocks(raw []json.RawMessage, limit int) {
	if len(raw) > limit {
		v.fault("%d blocks, %d are allowed", len(raw), limit)
	}
	for _, r := range raw {
		var n node
		if json.Unmarshal(r, &n) != nil || n == nil {
			v.fault("a block that is no JSON object")
			continue
		}
		v.block(n)
	}
}
