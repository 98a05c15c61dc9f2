package bot

import (
	"regexp"
	"slices"
)

// partNames are the words for the parts of a digest.
var partNames = []struct {
	part  DigestPart
	words *regexp.Regexp
}{
	{PartPoints, anyOf(`(?:the )?(?:new )?points`)},
	{PartNew, anyOf(`(?:the |what(?:'?s| is) |newly )?(?:new|raised)(?: ones| objections)?`)},
	{PartSettled, anyOf(`(?:the |what(?:'?s| is| was) |newly )?(?:settled|answered|resolved|conceded)(?: ones| objections)?`)},
	{PartOpen, anyOf(`(?:the |what(?:'?s| is) )?(?:still )?open(?: ones| objections)?`)},
}

var (
	onlyThose = anyOf(`(?:with |include |including )?(?:only|just)`)
	alsoThose = anyOf(`(?:and )?(?:with|include|includes|including|show|showing)`)
	notThose  = anyOf(`(?:and )?(?:without|no|not|leave out|leaving out|but not|except)(?: any)?(?: the)?`)
	andThose  = anyOf(`and|or|nor`)
	onlyAfter = anyOf(`only`)
)

// partsAt takes which parts a digest is to have: "only new and open", "open only", "without points".
func (p *digestParser) partsAt(i int) (int, *Refusal) {
	text := textOf(p.tokens[i:])
	if n := wordsIn(onlyThose, text); n > 0 {
		parts, m := p.partsFrom(i + n)
		if m > 0 {
			p.only = append(p.only, parts...)
			return n + m, nil
		}
	}
	if n := wordsIn(notThose, text); n > 0 {
		parts, m := p.partsFrom(i + n)
		if m > 0 {
			p.without = append(p.without, parts...)
			return n + m, nil
		}
	}
	if n := wordsIn(alsoThose, text); n > 0 {
		parts, m := p.partsFrom(i + n)
		if m > 0 {
			if p.only != nil {
				p.only = append(p.only, parts...)
			}
			return n + m, nil
		}
	}
	parts, m := p.partsFrom(i)
	if m == 0 {
		return 0, nil
	}
	if n := wordsIn(onlyAfter, textOf(p.tokens[i+m:])); n > 0 {
		p.only = append(p.only, parts...)
		return m + n, nil
	}
	return 0, nil
}

// partsFrom are the parts named from i on, and by how many tokens.
func (p *digestParser) partsFrom(i int) (parts []DigestPart, tokens int) {
	for at := i; at <= len(p.tokens); {
		and := 0
		if len(parts) > 0 {
			and = wordsIn(andThose, textOf(p.tokens[at:]))
		}
		part, n := partIn(textOf(p.tokens[at+and:]))
		if n == 0 {
			return parts, tokens
		}
		parts = append(parts, part)
		at += and + n
		tokens = at - i
	}
	return parts, tokens
}

// partIn is the part with which a text begins, and by how many words.
func partIn(text string) (part DigestPart, most int) {
	for _, named := range partNames {
		if n := wordsIn(named.words, text); n > most {
			part, most = named.part, n
		}
	}
	return part, most
}

// parts are those that the digest is to have, in the order in which it shows them; none means all.
func (p *digestParser) parts() ([]DigestPart, *Refusal) {
	all := []DigestPart{PartNew, PartSettled, PartOpen, PartPoints}
	kept := slices.DeleteFunc(slices.Clone(all), func(part DigestPart) bool {
		return slices.Contains(p.without, part) || p.only != nil && !slices.Contains(p.only, part)
	})
	switch len(kept) {
	case 0:
		return nil, Refusef("A digest without anything in it says nothing. It can have new, settled and open objections, and new points.")
	case len(all):
		return nil, nil
	}
	return kept, nil
}
