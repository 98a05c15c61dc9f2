package fakeslack

import (
	"encoding/json"
	"slices"
	"testing"
)

// shown makes a message of blocks.
func shown(text string, blocks ...object) Posted {
	p := Posted{Text: text, names: &directory{known: map[string]string{"U1": "ann", "C1": "agora"}}}
	for _, b := range blocks {
		p.Blocks = append(p.Blocks, mustJSON(b))
	}
	return p
}

func TestVisible(t *testing.T) {
	t.Parallel()
	item := object{"type": "rich_text_section", "elements": []object{words("item")}}
	for _, test := range []struct {
		name string
		p    Posted
		want string
	}{
		{"text alone", shown("*bold* and _both_ `code` a*b*c <@U1> in <#C1> &lt;x&gt; <https://x.example|there>"), "bold and both code a*b*c @ann in #agora <x> there"},
		{"neighbours", shown("*a* *b* *c*"), "a b c"},
		{"a date", shown("<!date^1700000000^{date}|Tuesday>, <!here>"), "Tuesday, @here"},
		{"zero-width spaces", shown("@\u200bann"), "@ann"},
		{"blocks instead of text", shown("hidden", section("plain_text", "*seen*")), "*seen*"},
		{"fields and an accessory", shown("", object{"type": "section", "fields": []object{plain("a"), plain("b")}, "accessory": button("Go", "go", nil)}), "a\nb\nGo"},
		{"rich text is literal", shown("", rich(words("*a* <@U1> &amp; "), leaf("user", object{"user_id": "U1"}), leaf("link", object{"url": "https://x.example"}))), "*a* <@U1> &amp; @annhttps://x.example"},
		{"lists", shown("", object{"type": "rich_text", "elements": []object{
			{"type": "rich_text_list", "style": "bullet", "elements": []object{item}}, {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": []object{item, item}},
		}}), "• item\n2. item\n3. item"},
		{"context, image and buttons", shown("", object{"type": "context", "elements": []object{{"type": "mrkdwn", "text": "_small_"}, {"type": "image", "image_url": "https://athens.slack.com/x", "alt_text": "map"}}},
			actions(button("One", "1", nil), button("Two", "2", nil))), "small\nmap\nOne\nTwo"},
	} {
		if got := test.p.Visible(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestLinksAndPings(t *testing.T) {
	t.Parallel()
	p := shown("<@U9> https://unseen.example",
		section("mrkdwn", "<https://a.example/?x=1&amp;y=2|a>, http://b.example/c. <!subteam^S1|team> <!date^1^{date}^https://d.example|d>"),
		object{"type": "section", "text": object{"type": "mrkdwn", "text": "http://verbatim.example @here", "verbatim": true}},
		rich(words("https://no.example <@U8>"), leaf("link", object{"url": "https://e.example"}), leaf("usergroup", object{"usergroup_id": "S2"})),
		actions(button("f", "f", object{"url": "https://f.example"})),
	)
	links := []string{"https://a.example/?x=1&y=2", "https://d.example", "http://b.example/c", "https://e.example", "https://f.example"}
	if got := p.Links(); !slices.Equal(got, links) {
		t.Errorf("links: %q", got)
	}
	if got := p.Pings(); !slices.Equal(got, []string{"U9", "S1", "S2"}) {
		t.Errorf("pings: %q", got)
	}
	if got := shown("mail a@here.example, not @herein").Pings(); got != nil {
		t.Errorf("pings: %q", got)
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("<|x> <> <@U1> *a*", []byte(`[{"type":"section","text":{"type":"mrkdwn","text":"<!date^>"}}]`))
	f.Add("@here", []byte(`[{"type":"rich_text","elements":[{"elements":[{"type":"text","text":1},null]}]}]`))
	f.Add("", []byte(`[{"type":"actions","elements":[{"type":"button","text":[]}]},7,{"type":"context","elements":{}}]`))
	f.Fuzz(func(t *testing.T, text string, blocks []byte) {
		p := Posted{Text: text, names: &directory{known: map[string]string{}}}
		var raw []json.RawMessage
		if json.Unmarshal(blocks, &raw) == nil {
			p.Blocks = raw
		}
		_, _, _, _ = p.Visible(), p.Links(), p.Pings(), p.Buttons()
		v := &checker{ids: map[string]bool{}}
		v.blocks(raw, maxBlocks)
	})
}
