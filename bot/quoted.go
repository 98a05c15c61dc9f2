package bot

import "crux/summarize"

// quoted are the ids of the messages that a report quotes, in order and each as often as it is quoted.
func quoted(r *summarize.Report) []string {
	var ids []string
	add := func(quotes []summarize.Quote) {
		for _, q := range quotes {
			ids = append(ids, q.Message)
		}
	}
	for _, d := range r.Debates {
		for _, p := range d.Points {
			add(p.Quotes)
		}
		for _, o := range d.Objections {
			add(o.Quotes)
			for _, response := range o.Responses {
				ids = append(ids, response.Message)
			}
		}
		for _, a := range d.Agreements {
			add(a.Quotes)
		}
	}
	return ids
}
