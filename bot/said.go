package bot

import (
	"slices"

	"crux/summarize"
)

// said are the points and objections that a report takes a person to have made, with keys by
// which they are found again in the same messages.
func said(report *summarize.Report, read *summarize.Transcript, person string) []List {
	lists := emptySaid()
	messages := byMessage(read)
	for i := range report.Debates {
		d := &report.Debates[i]
		for j := range d.Points {
			p := &d.Points[j]
			if !slices.Contains(p.By, person) {
				continue
			}
			item := pointItem(d, p)
			item.Key, item.Gist = ownKey(p.Quotes, messages, person), gistBeside(p.Gist, p.Quotes)
			lists[0].Items = append(lists[0].Items, item)
		}
		for j := range d.Objections {
			o := &d.Objections[j]
			if !slices.Contains(o.By, person) {
				continue
			}
			item := objectionItem(d, o, messages)
			item.Key = ownKey(o.Quotes, messages, person)
			lists[1].Items = append(lists[1].Items, item)
		}
	}
	return lists
}

func emptySaid() []List {
	return []List{
		{Title: "Points", Empty: "I take you to have made no point here."},
		{Title: "Objections", Empty: "I take you to have raised no objection here."},
	}
}

func byMessage(read *summarize.Transcript) map[string]*summarize.Message {
	messages := make(map[string]*summarize.Message, len(read.Messages))
	for i := range read.Messages {
		messages[read.Messages[i].ID] = &read.Messages[i]
	}
	return messages
}

// ownKey names a row by the first of its quotes that is the person's own.
func ownKey(quotes []summarize.Quote, messages map[string]*summarize.Message, person string) string {
	for _, q := range quotes {
		if m := messages[q.Message]; m != nil && m.Author == person {
			return quoteKey(q, messages)
		}
	}
	return ""
}

// objectionItem is an objection of a report.
func objectionItem(d *summarize.Debate, o *summarize.Objection, messages map[string]*summarize.Message) Item {
	item := Item{
		By: slices.Clone(o.By), Gist: gistBeside(o.Gist, o.Quotes), Quotes: slices.Clone(o.Quotes), Against: targetOf(d, o.Target),
		Status: o.Status, Uncertain: o.Uncertain, Raised: o.Raised,
	}
	if len(o.Responses) > 0 {
		item.Response = &o.Responses[0]
		if m := messages[item.Response.Message]; m != nil {
			item.ResponseBy = m.Author
		}
	}
	return item
}

// targetOf is what an objection challenges, by its id.
func targetOf(d *summarize.Debate, id string) Target {
	for _, p := range d.Points {
		if p.ID == id {
			return Target{By: p.By, Gist: gistBeside(p.Gist, p.Quotes), Quotes: p.Quotes}
		}
	}
	for _, o := range d.Objections {
		if o.ID == id {
			return Target{By: o.By, Gist: gistBeside(o.Gist, o.Quotes), Quotes: o.Quotes}
		}
	}
	for _, s := range d.Sides {
		if s.ID == id {
			return Target{By: s.Members}
		}
	}
	return Target{}
}
