package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"crux/summarize"
)

// File is a report as a file.
type File struct {
	// Name is made of small letters, digits and hyphens, and an ending.
	Name        string
	ContentType string
	Content     []byte
}

// Titled is a report under a title, which may be "".
type Titled struct {
	Title  string
	Report *summarize.Report
}

// fileFormats are those of the files, the one that people open first.
var fileFormats = [...]struct {
	ending, contentType string
	write               func(io.Writer, *summarize.Report, Options) error
}{
	{"html", "text/html; charset=utf-8", HTML},
	{"md", "text/markdown; charset=utf-8", Markdown},
}

// Files are the reports as an HTML page and a Markdown document each, named after
// the channel and the day of the last message, and numbered where there are several. left names those
// that were longer than limit bytes and are not among them. An error is a fault of the renderer's.
func Files(channel string, reports []Titled, o Options, limit int) (files []File, left []string, err error) {
	source := o.Source
	for i, r := range reports {
		name := fileName(channel, r.Report)
		if len(reports) > 1 {
			name += fmt.Sprintf("-%d", i+1)
		}
		o.Source = source
		if r.Title != "" {
			o.Source = strings.TrimPrefix(source+": "+r.Title, ": ")
		}
		for _, f := range fileFormats {
			var b bytes.Buffer
			if err := f.write(&b, r.Report, o); err != nil {
				return nil, nil, fmt.Errorf("render: %s: %w", f.ending, err)
			}
			full := name + "." + f.ending
			if b.Len() > limit {
				left = append(left, full)
				continue
			}
			files = append(files, File{Name: full, ContentType: f.contentType, Content: b.Bytes()})
		}
	}
	return files, left, nil
}

// fileName is the name of a report's file without its ending.
func fileName(channel string, r *summarize.Report) string {
	name := "crux"
	if channel := slug(channel); channel != "" {
		name += "-" + channel
	}
	if to := r.Window.To; !to.IsZero() {
		name += "-" + to.UTC().Format("2006-01-02")
	}
	return name
}

// slugLimit keeps file names within what every file system takes.
const slugLimit = 60

// slug is a name in at most slugLimit small letters, digits and hyphens, "" where it has no Latin letters or digits.
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
		if b.Len() >= slugLimit {
			break
		}
	}
	return strings.TrimSuffix(b.String()[:min(b.Len(), slugLimit)], "-")
}
