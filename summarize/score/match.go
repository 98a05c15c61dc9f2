package score

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"crux/summarize"
)

// place is where a quote stands: code points start to end of a message. A start
// of -1 means that the quote does not stand there.
type place struct {
	message    string
	start, end int
}

// row is a point or an objection, of a report or of gold, with its quotes located.
type row struct {
	places []place
	by     []string
	side   summarize.SideID
}

// texts are the texts of a file's messages, by id.
type texts map[string]string

// locate finds the first occurrence of quote in the message that it names.
func (t texts) locate(message, quote string) place {
	text := t[message]
	at := strings.Index(text, quote)
	if quote == "" || at < 0 {
		return place{message, -1, -1 + utf8.RuneCountInString(quote)}
	}
	start := utf8.RuneCountInString(text[:at])
	return place{message, start, start + utf8.RuneCountInString(quote)}
}

func (t texts) point(p summarize.Point) row {
	return row{t.quotes(p.Quotes), p.By, p.Side}
}

func (t texts) objection(o summarize.Objection) row {
	return row{t.quotes(o.Quotes), o.By, o.Side}
}

func (t texts) quotes(quotes []summarize.Quote) []place {
	places := make([]place, len(quotes))
	for i, q := range quotes {
		places[i] = t.locate(q.Message, q.Text)
	}
	return places
}

func (t texts) goldPoint(p GoldPoint) row {
	return row{places: t.spans(p.Spans), side: p.Side}
}

func (t texts) goldObjection(o GoldObjection) row {
	return row{places: t.spans(o.Spans), side: o.Side}
}

func (t texts) spans(spans []Span) []place {
	places := make([]place, len(spans))
	for i, s := range spans {
		places[i] = t.locate(s.Message, s.Quote)
	}
	return places
}

// overlap is what quote and gold share as a part of the longer one, in 0..1, and 0 where the quote doesn't touch gold.
func overlap(quote, gold place) float64 {
	if quote.message != gold.message || quote.start < 0 {
		return 0
	}
	size, goldSize := quote.end-quote.start, gold.end-gold.start
	common := min(quote.end, gold.end) - max(quote.start, gold.start)
	shared := float64(common)
	coversGold := shared >= 0.5*float64(goldSize) && shared >= 0.2*float64(size)
	insideGold := shared >= 0.9*float64(size) && shared >= 0.3*float64(goldSize)
	if coversGold || insideGold {
		return shared / float64(max(size, goldSize))
	}
	return 0
}

// best is the best overlap of a quote with any of a gold row's.
func best(quote place, gold row) float64 {
	most := 0.0
	for _, g := range gold.places {
		most = max(most, overlap(quote, g))
	}
	return most
}

// touches is the best overlap of any two quotes, or 0 where fewer than a third of the row's quotes touch the gold row.
func touches(r, gold row) float64 {
	most, touching := 0.0, 0
	for _, quote := range r.places {
		value := best(quote, gold)
		most = max(most, value)
		if value > 0 {
			touching++
		}
	}
	if 3*touching < len(r.places) {
		return 0
	}
	return most
}

// pair holds the index of a report's row and of the gold row that it matches.
type pair struct{ row, gold int }

// match pairs rows with gold rows one to one, greedily.
func match(rows, golds []row) []pair {
	type candidate struct {
		value float64
		pair
	}
	var candidates []candidate
	for i, r := range rows {
		for j, g := range golds {
			if value := touches(r, g); value > 0 {
				candidates = append(candidates, candidate{value, pair{i, j}})
			}
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(b.row, a.row), cmp.Compare(b.gold, a.gold))
	})

	rowTaken, goldTaken := make([]bool, len(rows)), make([]bool, len(golds))
	var pairs []pair
	for _, c := range candidates {
		if rowTaken[c.row] || goldTaken[c.gold] {
			continue
		}
		rowTaken[c.row], goldTaken[c.gold] = true, true
		pairs = append(pairs, c.pair)
	}
	return pairs
}
