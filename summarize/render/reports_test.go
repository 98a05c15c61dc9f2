package render

import (
	"time"

	"crux/summarize"
)

// names are the display names that the tests' reports are drawn with.
var names = map[string]string{
	"101": "Nadia", "102": "Tom", "103": "Yusuf", "104": "Pat", "105": "Wen Li",
}

func nameOf(id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return id
}

func options() Options { return Options{Name: nameOf, Source: "alignment.json"} }

func at(hour, minute int) time.Time {
	return time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC)
}

func said(message, text string) summarize.Quote {
	return summarize.Quote{Message: message, Text: text}
}

func linked(message, text string) summarize.Quote {
	return summarize.Quote{Message: message, Text: text, URL: "https://chat.example.org/c/alignment/" + message}
}

func quotes(q ...summarize.Quote) []summarize.Quote { return q }

func responses(kind summarize.ResponseKind, q ...summarize.Quote) []summarize.Response {
	var list []summarize.Response
	for _, quote := range q {
		list = append(list, summarize.Response{Quote: quote, Kind: kind})
	}
	return list
}

// richReport has everything that a report can have.
func richReport() *summarize.Report {
	long := "what you'd need is not one model that looks aligned but a reason why the process that made it could not have made another one, and I mean a reason in the sense of learning theory, with a prior over what SGD finds that somebody has measured, because without it every interpretability result we have is a sample of one from a distribution that we know nothing about"
	return &summarize.Report{
		Schema: summarize.Schema,
		Engine: summarize.EngineInfo{Name: "embedded", Degraded: "The model did not answer in time, so the embedded engine read the debate."},
		Window: summarize.Window{From: at(14, 5), To: at(19, 40), Messages: 41, People: 5},
		Debates: []summarize.Debate{{
			ID:       "d1",
			Question: "Is inner alignment solved by training on human feedback?",
			Messages: []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"},
			Sides: []summarize.Side{
				{ID: "A", Label: "Feedback is enough", Members: []string{"101", "102"}},
				{ID: "B", Label: "Feedback shapes what shows, not what is wanted", Members: []string{"103"}},
			},
			Neutral: []string{"104", "105"},
			Points: []summarize.Point{
				{ID: "p1", Side: "A", By: []string{"101"}, Gist: "SGD finds the simplest policy that fits", Quotes: quotes(
					said("m1", "SGD finds the simplest policy that fits, and wanting what we reward is simpler than pretending to"),
					said("m4", "again: simple wins"))},
				{ID: "p2", Side: "A", By: []string{"101", "102"}, Gist: "Three years of models show no sign of hidden goals.", Quotes: quotes(linked("1199283746", "three years in and not one of them has hidden anything"))},
				{ID: "p3", Side: "B", By: []string{"103"}, Gist: "Behaviour in training cannot tell two goals apart.", Quotes: quotes(said("m2", long))},
				{ID: "p4", Side: "A", By: []string{"102"}, Gist: "", Quotes: quotes(said("m5", "evals would catch it"))},
				{ID: "p5", Side: "A", By: []string{"102"}, Gist: "Red teams look for exactly this.", Quotes: quotes(said("m5", "there are people paid to look for it"))},
				{ID: "p6", Side: "A", By: []string{"101"}, Gist: "Probes already find it.", Quotes: quotes(said("m6", "linear probes find it today"))},
				{ID: "p7", Side: "A", By: []string{"101"}, Gist: "A sixth point.", Quotes: quotes(said("m6", "six"))},
				{ID: "p8", Side: "A", By: []string{"101"}, Gist: "A seventh point.", Quotes: quotes(said("m6", "seven"))},
			},
			Objections: []summarize.Objection{
				{ID: "o1", Side: "A", By: []string{"102"}, Gist: "That proves too much: no experiment could count.", Target: "p3",
					Quotes: quotes(said("m3", "by that standard nothing counts as evidence")), Status: summarize.Answered,
					Responses: responses(summarize.Answer, linked("1199283790", "a gears-level account of the prior would count"), said("m9", "or a bound")),
					Raised:    at(14, 40), Confidence: .9},
				{ID: "o2", Side: "B", By: []string{"103"}, Gist: "Simplicity is measured in weights, not in words.", Target: "p1",
					Quotes: quotes(said("m2", "simple for whom? the prior is over weights, not over English"), linked("1199283800", "nobody has measured that prior")),
					Status: summarize.Unanswered, Raised: at(14, 20), Confidence: .82},
				{ID: "o3", Side: "", By: []string{"104"}, Gist: "What would change your mind?", Target: "A",
					Quotes: quotes(said("m7", "<@101> what would change your mind?\nserious question")), Status: summarize.Unanswered, Uncertain: true, Raised: at(15, 2), Confidence: .55},
				{ID: "o4", Side: "B", By: []string{"103"}, Gist: "Three years is short.", Target: "p2",
					Quotes: quotes(said("m8", "three years is nothing")), Status: summarize.Acknowledged,
					Responses: responses(summarize.Deferral, said("m9", "fair, I'd have to look at the base rates")), Raised: at(16, 0)},
				{ID: "o5", Side: "B", By: []string{"103"}, Gist: "Probes find what they were trained on.", Target: "p6",
					Quotes: quotes(said("m8", "a probe finds what you trained it on")), Status: summarize.Conceded,
					Responses: responses(summarize.Concession, said("m9", "ok, granted")), Raised: at(16, 10)},
				{ID: "o6", Side: "A", By: []string{"101"}, Gist: "You ignore the red teams.", Target: "o2",
					Quotes: quotes(said("m6", "you ignore the red teams")), Status: summarize.Withdrawn, Uncertain: true,
					Responses: responses(summarize.Withdrawal, said("m9", "scratch that, you did mention them"))},
			},
			Agreements: []summarize.Agreement{{Gist: "Interpretability matters either way.", Quotes: quotes(said("m9", "we both want better interp anyway"))}},
			Stats:      summarize.Stats{Messages: 38, People: 5},
		}},
	}
}

// settledReport holds two debates in which nothing is open, over two days, in the second not even an objection.
func settledReport() *summarize.Report {
	r := richReport()
	r.Engine.Degraded = ""
	r.Window.To = at(19, 40).AddDate(0, 0, 2)
	first := &r.Debates[0]
	first.Points = first.Points[:3]
	first.Objections = first.Objections[:1]
	r.Debates = append(r.Debates, summarize.Debate{
		ID: "d2", Question: "Cron or a queue?", Stats: summarize.Stats{Messages: 1, People: 1},
		Sides:  []summarize.Side{{ID: "A", Label: "Cron", Members: []string{"105"}}},
		Points: []summarize.Point{{ID: "p1", Side: "A", By: []string{"105"}, Gist: "Cron is enough", Quotes: quotes(said("n1", "Cron is enough."))}},
	})
	return r
}

// emptyReport is of a window without a debate.
func emptyReport() *summarize.Report {
	return &summarize.Report{
		Schema: summarize.Schema, Engine: summarize.EngineInfo{Name: "embedded"},
		Window: summarize.Window{From: at(9, 0), To: at(9, 0), Messages: 12, People: 3},
	}
}

// fewReport is of a window of few messages without a debate.
func fewReport() *summarize.Report {
	r := emptyReport()
	r.Window.Messages = 5
	return r
}

// unattributedReport is of a text in which nobody is named.
func unattributedReport() *summarize.Report {
	return &summarize.Report{
		Schema: summarize.Schema, Engine: summarize.EngineInfo{Name: "embedded"},
		Window: summarize.Window{Messages: 9},
		Debates: []summarize.Debate{{
			Question: "Does a pause help?",
			Points:   []summarize.Point{{ID: "p1", Gist: "A pause buys time.", Quotes: quotes(said("3", "at least it would buy time"))}},
			Objections: []summarize.Objection{
				{ID: "o1", Gist: "Time for whom?", Target: "p1", Quotes: quotes(said("4", "it buys time for whoever does not pause")), Status: summarize.Unanswered},
			},
			Stats: summarize.Stats{Messages: 9},
		}},
	}
}

// everywhere is a report with s in every place that a message, a name or an engine's words can reach.
func everywhere(s string) (*summarize.Report, Options) {
	quote := summarize.Quote{Message: s, Text: s, URL: s}
	link := summarize.Quote{Message: s, Text: s, URL: "https://chat.example.org/?" + s}
	r := &summarize.Report{
		Engine: summarize.EngineInfo{Name: "e" + s, Model: s, Degraded: "Note " + s},
		Window: summarize.Window{Messages: 3, People: 2},
		Debates: []summarize.Debate{{
			ID: s, Question: "Question " + s,
			Sides:   []summarize.Side{{ID: "A" + s, Label: s, Members: []string{s}}, {ID: "B" + s, Label: "Label " + s, Members: []string{s, "b"}}},
			Neutral: []string{s},
			Points: []summarize.Point{
				{ID: "p" + s, Side: summarize.SideID("A" + s), By: []string{s}, Gist: "Gist of " + s, Quotes: quotes(quote)},
				{ID: "q" + s, By: []string{s}, Gist: "Gist of " + s + " again", Quotes: quotes(quote, link)},
			},
			Objections: []summarize.Objection{
				{ID: "o" + s, Side: summarize.SideID("B" + s), By: []string{s}, Gist: "Gist of " + s, Target: "p" + s, Quotes: quotes(quote, quote), Status: summarize.Acknowledged,
					Responses: responses(summarize.Deferral, quote, link)},
				{ID: "r" + s, By: []string{s}, Gist: "Gist of " + s, Target: "o" + s, Quotes: quotes(link), Status: summarize.Answered,
					Responses: responses(summarize.Answer, quote)},
				{ID: "t" + s, By: []string{s}, Gist: "Gist of " + s, Target: "A" + s, Quotes: quotes(quote), Status: "sta" + summarize.Status(s),
					Responses: responses("kind"+summarize.ResponseKind(s), quote)},
			},
			Agreements: []summarize.Agreement{{Gist: "Gist of " + s, Quotes: quotes(quote)}},
			Stats:      summarize.Stats{Messages: 3, People: 2},
		}},
	}
	return r, Options{Source: "Source " + s, Name: func(id string) string { return id }}
}

// hostile tries to break out of every format at once.
const hostile = "<script>alert(1)</script> [pay](https://evil.example/x) ![i](http://evil.example/p.png) `code` **bold** \x1b[31mred\x1b[0m @everyone <!channel> <@9> " +
	"\u202Eesrever\u202C https://evil.example www.evil.example me@evil.example &lt; {data: 1} <Objection o1> [Point p1]: # #tag === /* // :smile: <!-- x -->\n# heading\n\n- item\n> quote\n```\nfence\n```\n| a | b |\n|---|---|\n\\"

func hostileReport() (*summarize.Report, Options) { return everywhere(hostile) }
