package bot

import (
	"slices"

	"crux/summarize"
)

// Sources are the messages that the answer rests on: those that it quotes, and all of
// the debates that it shows, since a question, a label or a gist may be anybody's words.
func (a *Answer) Sources() []Source {
	var all sources
	for _, s := range a.Sections {
		all.add(a.Request.Place.home(), quoted(s.Report)...)
		for _, d := range s.Report.Debates {
			all.add(a.Request.Place.home(), d.Messages...)
		}
	}
	for _, l := range a.Lists {
		for i := range l.Items {
			for _, q := range l.Items[i].quotes() {
				all.add(a.placeOf(q), q.Message)
			}
		}
	}
	return all
}

// placeOf is where a quoted message stands: threads that are channels of their own are known by the link alone.
func (a *Answer) placeOf(q summarize.Quote) Place {
	p, _, ok := ParseLink(q.URL)
	if !ok {
		return a.Request.Place.home()
	}
	p.Server = a.Request.Place.Server
	return p.home()
}

// quotes are all that the item shows.
func (i *Item) quotes() []summarize.Quote {
	all := slices.Concat(i.Quotes, i.Against.Quotes)
	if i.Response != nil {
		all = append(all, i.Response.Quote)
	}
	return all
}

// sources are messages by place, each once.
type sources []Source

func (s *sources) add(p Place, ids ...string) {
	at := slices.IndexFunc(*s, func(source Source) bool { return source.Place == p })
	if at < 0 {
		if len(ids) == 0 {
			return
		}
		at = len(*s)
		*s = append(*s, Source{Place: p})
	}
	in := &(*s)[at]
	seen := make(map[string]bool, len(in.Messages))
	for _, id := range in.Messages {
		seen[id] = true
	}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			in.Messages = append(in.Messages, id)
		}
	}
}

// restsOn reports whether one of these messages of a place is among the sources; without ids, any of the place.
func restsOn(all []Source, p Place, ids []string) bool {
	return slices.ContainsFunc(all, func(s Source) bool {
		return s.Place == p && (len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(s.Messages, id) }))
	})
}
