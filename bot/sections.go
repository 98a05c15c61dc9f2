package bot

import (
	"slices"

	"crux/summarize"
)

// sections are the parts of the answer to r that report holds. They may share report's memory.
func sections(r Request, report *summarize.Report) []Section {
	switch r.Command {
	case Mine:
		return mine(r.Asker, report)
	case Answered:
		return answered(r.Message, report)
	case Open, Summary, Watch, Unwatch, Watched, Mistaken, One, Correct, Digests, Privacy, Status:
	}
	return []Section{{Report: report}}
}

// mine is what the asker owes an answer, and what others owe the asker.
func mine(asker string, report *summarize.Report) []Section {
	owed := func(d *summarize.Debate, o *summarize.Objection) bool {
		return o.Status.Open() && !slices.Contains(o.By, asker) && slices.Contains(challenged(d, o), asker)
	}
	raised := func(_ *summarize.Debate, o *summarize.Objection) bool {
		return o.Status.Open() && slices.Contains(o.By, asker)
	}
	return []Section{
		{
			Title:  titleOwes,
			Report: keep(report, owed),
			Empty:  emptyOwes,
		},
		{
			Title:  titleOwed,
			Report: keep(report, raised),
			Empty:  emptyOwed,
		},
	}
}

// challenged are the people whom an objection calls on: whoever said what it
// challenges, or the members of the side that it is against.
func challenged(d *summarize.Debate, o *summarize.Objection) []string {
	for _, p := range d.Points {
		if p.ID == o.Target {
			return p.By
		}
	}
	for _, other := range d.Objections {
		if other.ID == o.Target {
			return other.By
		}
	}
	for _, s := range d.Sides {
		if s.ID == o.Target {
			return s.Members
		}
	}
	return nil
}

// answered is what became of the objections that a message raised, or else of those to what it said.
func answered(id string, report *summarize.Report) []Section {
	quotes := func(all []summarize.Quote) bool {
		return slices.ContainsFunc(all, func(q summarize.Quote) bool { return q.Message == id })
	}
	raised := keep(report, func(_ *summarize.Debate, o *summarize.Objection) bool { return quotes(o.Quotes) })
	if len(raised.Debates) > 0 {
		return []Section{{Title: "Raised in this message", Report: raised}}
	}
	against := keep(report, func(d *summarize.Debate, o *summarize.Objection) bool {
		return slices.ContainsFunc(d.Points, func(p summarize.Point) bool { return p.ID == o.Target && quotes(p.Quotes) })
	})
	return []Section{{
		Title:  "Against this message",
		Report: against,
		Empty:  "I found no objection in this message, and none to it. I may have missed some.",
	}}
}

// keep copies the report with only the objections picked, what they challenge, and the debates that still have one.
func keep(report *summarize.Report, pick func(*summarize.Debate, *summarize.Objection) bool) *summarize.Report {
	kept := *report
	kept.Debates = []summarize.Debate{}
	for i := range report.Debates {
		d := report.Debates[i]
		targets := map[string]bool{}
		d.Objections = []summarize.Objection{}
		for j := range report.Debates[i].Objections {
			if o := report.Debates[i].Objections[j]; pick(&report.Debates[i], &o) {
				d.Objections = append(d.Objections, o)
				targets[o.Target] = true
			}
		}
		if len(d.Objections) == 0 {
			continue
		}
		d.Points = slices.DeleteFunc(slices.Clone(d.Points), func(p summarize.Point) bool { return !targets[p.ID] })
		d.Agreements = []summarize.Agreement{}
		kept.Debates = append(kept.Debates, d)
	}
	return &kept
}
