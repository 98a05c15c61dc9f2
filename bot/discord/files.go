package discord

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/text/unicode/norm"

	"crux/bot"
	"crux/summarize"
	"crux/summarize/render"
)

// formats are those of the full report, the one that people open first.
var formats = [...]struct {
	ending, contentType string
	write               func(io.Writer, *summarize.Report, render.Options) error
}{
	{"html", "text/html; charset=utf-8", render.HTML},
	{"md", "text/markdown; charset=utf-8", render.Markdown},
}

// fullReport is the answer as files, an HTML page and a Markdown document for each
// of its sections, of at most limit bytes each, which is fileLimit. note says in
// a sentence which are missing because they were longer, "" where none is.
func fullReport(a *bot.Answer, limit int) (files []*discordgo.File, note string, err error) {
	var left []string
	for i, s := range a.Sections {
		name := fileName(a, s.Report)
		if len(a.Sections) > 1 {
			name += fmt.Sprintf("-%d", i+1)
		}
		o := options(a)
		if s.Title != "" {
			o.Source = strings.TrimSuffix(o.Source+": "+s.Title, ": ")
		}
		for _, f := range formats {
			var b bytes.Buffer
			if err := f.write(&b, s.Report, o); err != nil {
				return nil, "", fmt.Errorf("discord: full report: %w", err)
			}
			full := name + "." + f.ending
			if b.Len() > limit {
				left = append(left, full)
				continue
			}
			files = append(files, &discordgo.File{Name: full, ContentType: f.contentType, Reader: bytes.NewReader(b.Bytes())})
		}
	}
	if len(left) > 0 {
		note = "Too big for Discord, so left out: " + strings.Join(left, ", ") + ". Ask for a shorter window to get all."
	}
	return files, note, nil
}

// fileName is the name of a report's file without its ending. It holds nothing but
// small letters, digits and hyphens.
func fileName(a *bot.Answer, r *summarize.Report) string {
	name := "crux"
	if channel := slug(a.Channel.Name); channel != "" {
		name += "-" + channel
	}
	if to := r.Window.To; !to.IsZero() {
		name += "-" + to.UTC().Format("2006-01-02")
	}
	return name
}

// slug is a name in at most 60 small letters, digits and hyphens, "" where it has no Latin letters or digits.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		case unicode.Is(unicode.M, r): // an accent, which its letter does without
		default:
			gap = true
		}
		if b.Len() >= 60 {
			break
		}
	}
	return b.String()
}
