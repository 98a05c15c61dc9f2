package discord

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/summarize/render"
)

// fullReport is the answer as files, an HTML page and a Markdown document for each
// of its sections, of at most limit bytes each, which is fileLimit. note says in
// a sentence which are missing because they were longer, "" where none is.
func fullReport(a *bot.Answer, limit int) (files []*discordgo.File, note string, err error) {
	var reports []render.Titled
	for _, s := range a.Sections {
		reports = append(reports, render.Titled{Title: s.Title, Report: s.Report})
	}
	rendered, left, err := render.Files(a.Channel.Name, reports, options(a), limit)
	if err != nil {
		return nil, "", fmt.Errorf("discord: full report: %w", err)
	}
	for _, f := range rendered {
		files = append(files, &discordgo.File{Name: f.Name, ContentType: f.ContentType, Reader: bytes.NewReader(f.Content)})
	}
	if len(left) > 0 {
		note = "Too big for Discord, so left out: " + strings.Join(left, ", ") + ". Ask for a shorter window to get all."
	}
	return files, note, nil
}
