package slack

import (
	"fmt"
	"strings"

	"crux/bot"
	"crux/summarize/render"
)

// file is a file to be uploaded.
type file = render.File

// fullReport is the answer as files, an HTML page and a Markdown document for each
// of its sections, of at most limit bytes each, which is fileLimit. note says in
// a sentence which are missing because they were longer, "" where none is.
func fullReport(a *bot.Answer, limit int) (files []file, note string, err error) {
	var reports []render.Titled
	for _, s := range a.Sections {
		reports = append(reports, render.Titled{Title: s.Title, Report: s.Report})
	}
	files, left, err := render.Files(a.Channel.Name, reports, options(a), limit)
	if err != nil {
		return nil, "", fmt.Errorf("slack: full report: %w", err)
	}
	if len(left) > 0 {
		// As code, since Slack takes .md for the end of a host's name.
		note = "Too big, so left out: `" + strings.Join(left, "`, `") + "`. Ask for a shorter window to get all."
	}
	return files, note, nil
}
