package slack

import (
	"strings"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// nothingToShow stands in the place of an answer that has nothing in it.
const nothingToShow = "There is nothing to show."

// lines are the lines of what is said, cleaned.
func lines(o render.Options, said string) []string {
	said = strings.TrimSpace(said)
	if said == "" {
		return nil
	}
	var all []string
	for line := range strings.SplitSeq(said, "\n") {
		all = append(all, o.Line(line))
	}
	return all
}

// headline is the first of the lines that says something, "" where none does.
func headline(lines []string) string {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}

// paragraphs are blocks of lines, as many as fit into limit units.
func paragraphs(lines []string, limit int) []api.Block {
	if len(lines) == 0 {
		return nil
	}
	var blocks []api.Block
	var r rich
	used := 0
	for _, line := range lines {
		line = fit(line, paragraphUnits)
		n := units(line) + 1
		if used += n; used > limit {
			r = r.text("\n…")
			break
		}
		if r.units()+n > textLimit {
			blocks, r = append(blocks, r.block()), nil
		}
		if len(r) > 0 {
			line = "\n" + line
		}
		r = r.text(line)
	}
	if len(r) > 0 {
		blocks = append(blocks, r.block())
	}
	return blocks
}

// drawTold tells somebody something in one line or several.
func drawTold(words string) message {
	all := lines(render.Options{}, words)
	if headline(all) == "" {
		all = []string{nothingToShow}
	}
	m := said(fitEscaped(headline(all), noteUnits))
	m.Blocks = paragraphs(all, pageUnits)
	return m
}

// drawWords is an answer that has nothing but words, and what the asker may do next.
func drawWords(a *bot.Answer) message {
	all := lines(options(a), a.Said)
	if headline(all) == "" {
		all = []string{nothingToShow}
	}
	var escaped []string
	length := 0
	for _, line := range all {
		line = fitEscaped(line, paragraphUnits)
		escaped = append(escaped, line)
		length += units(line) + 1
	}
	next := offers(a)
	if len(next) == 0 && length <= textLimit {
		return said(strings.Join(escaped, "\n"))
	}
	m := said(fitEscaped(headline(all), noteUnits))
	m.Blocks = append(paragraphs(all, pageUnits), next...)
	return m
}
