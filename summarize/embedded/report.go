package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"crux/summarize"
)

// reportDebate writes a debate as the report has it.
func (r *reading) reportDebate(d *debate) summarize.Debate {
	out := summarize.Debate{
		ID:         r.debateID(d),
		Messages:   r.messageIDs(d.messages),
		Sides:      []summarize.Side{},
		Neutral:    []string{},
		Points:     []summarize.Point{},
		Objections: []summarize.Objection{},
		Agreements: []summarize.Agreement{},
		Stats:      summarize.Stats{People: len(d.people)},
	}
	out.Stats.Messages = len(out.Messages)
	objections := r.pickObjections(d)
	taken := map[int]bool{}
	for _, o := range objections {
		for _, u := range o.units {
			taken[u] = true
		}
	}
	points := r.pickPoints(d, taken)
	r.lastTakenBack(d, points, objections)
	for s := range d.sides {
		out.Sides = append(out.Sides, summarize.Side{ID: sideID(s), Label: r.label(s, points, objections), Members: r.members(d, s)})
	}
	if d.sides > 0 {
		out.Neutral = r.members(d, noSide)
	}
	ids := map[int]string{} // of rows, by unit
	for i, p := range points {
		id := fmt.Sprintf("p%d", i+1)
		for _, u := range p.units {
			ids[u] = id
		}
		told := r.telling(p.units)
		out.Points = append(out.Points, summarize.Point{ID: id, Side: summarize.SideID(sideID(p.side)),
			By: r.authors(told), Gist: r.gist(told[0]), Quotes: r.quotes(told)})
	}
	for i, o := range objections {
		for _, u := range o.units {
			ids[u] = fmt.Sprintf("o%d", i+1)
		}
	}
	for i, o := range objections {
		out.Objections = append(out.Objections, r.objection(d, fmt.Sprintf("o%d", i+1), &o, ids))
	}
	out.Question = r.question(d, points, objections)
	return out
}

// objection writes one row.
func (r *reading) objection(d *debate, id string, o *row, ids map[int]string) summarize.Objection {
	told := r.telling(o.units)
	out := summarize.Objection{
		ID: id, Side: summarize.SideID(sideID(o.side)), By: r.authors(told), Gist: r.gist(told[0]),
		Target: r.target(d, o, ids), Quotes: r.quotes(told), Status: o.status,
		Responses: []summarize.Response{}, Confidence: o.confidence(), Uncertain: o.uncertain,
		Raised: r.messages[r.units[o.units[0]].message].time,
	}
	for _, reply := range o.replies {
		for _, q := range r.quote(&r.units[reply.unit]) {
			out.Responses = append(out.Responses, summarize.Response{Quote: q, Kind: kinds[o.status]})
		}
	}
	return out
}

// kinds is what the responses of an objection of each status do.
var kinds = map[summarize.Status]summarize.ResponseKind{
	summarize.Acknowledged: summarize.Deferral,
	summarize.Answered:     summarize.Answer,
	summarize.Conceded:     summarize.Concession,
	summarize.Withdrawn:    summarize.Withdrawal,
}

// target is the id of what an objection challenges: the row that holds the
// challenged unit, or else the side of whoever wrote it.
func (r *reading) target(d *debate, o *row, ids map[int]string) string {
	if o.target < 0 {
		if d.sides == 2 && o.side != noSide {
			return sideID(1 - o.side)
		}
		return ""
	}
	if id, known := ids[o.target]; known {
		return id
	}
	author := r.messages[r.units[o.target].message].author
	if author == nobody {
		return ""
	}
	return sideID(d.side[author])
}

// sideID is "A" for the first side, and "" for none.
func sideID(side int) string {
	if side == noSide {
		return ""
	}
	return string(rune('A' + side))
}

// debateID names a debate by its first message, so that it stays the same when more is said.
func (r *reading) debateID(d *debate) string {
	first := r.transcript.Messages[d.conversation.messages[0]]
	sum := sha256.Sum256([]byte(r.transcript.Platform + "\x00" + r.transcript.Channel + "\x00" + first.ID))
	return "d" + hex.EncodeToString(sum[:6])
}

func (r *reading) messageIDs(messages []int) []string {
	ids := make([]string, 0, len(messages))
	for _, m := range messages {
		for _, p := range r.parts[m] {
			ids = append(ids, r.source.Messages[p.source].ID)
		}
	}
	return ids
}

func (r *reading) members(d *debate, side int) []string {
	members := []string{}
	for _, p := range d.people {
		if d.side[p] == side {
			members = append(members, r.people[p].id)
		}
	}
	return members
}

// authors are those who wrote the units, each once.
func (r *reading) authors(units []int) []string {
	authors := []string{}
	for _, u := range units {
		if p := r.messages[r.units[u].message].author; p != nobody && !slices.Contains(authors, r.people[p].id) {
			authors = append(authors, r.people[p].id)
		}
	}
	return authors
}

// fragmentWords is up to how many words a passage says nothing by itself: "First."
const fragmentWords = 2

// telling are the units without the fragments among them, or all where there is nothing else.
func (r *reading) telling(units []int) []int {
	more := slices.DeleteFunc(slices.Clone(units), func(k int) bool { return r.units[k].words <= fragmentWords })
	if len(more) == 0 {
		return units
	}
	return more
}

func (r *reading) quotes(units []int) []summarize.Quote {
	quotes := []summarize.Quote{}
	for _, u := range units {
		quotes = append(quotes, r.quote(&r.units[u])...)
	}
	return quotes
}

// quote is a unit in the messages of the source that it stands in, most often one.
func (r *reading) quote(u *unit) []summarize.Quote {
	var quotes []summarize.Quote
	for _, p := range r.parts[u.message] {
		m := r.source.Messages[p.source]
		from, to := max(u.start-p.start, 0), min(u.end-p.start, len(m.Text))
		if from >= to {
			continue
		}
		if text := strings.TrimSpace(m.Text[from:to]); text != "" {
			quotes = append(quotes, summarize.Quote{Message: m.ID, Text: text, URL: m.URL})
		}
	}
	return quotes
}
