package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"crux/summarize"
	"crux/summarize/render"
)

// plainWidth is the number of columns to fill where there is no terminal to ask.
const plainWidth = 80

// formats are what --format can name; the first is the default.
func formats() []string {
	return []string{"text", "markdown", "html", "json", "argdown"}
}

// formatOf is the format that a file's name asks for, and the default where it asks for none. It is not known where
// the name asks for something else: a report that is not what its name says is of no use to whoever opens it.
func formatOf(path string) (format string, known bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case "", ".", ".txt", ".text":
		return formats()[0], true
	case ".md", ".markdown":
		return "markdown", true
	case ".html", ".htm":
		return "html", true
	case ".json":
		return "json", true
	case ".argdown", ".ad":
		return "argdown", true
	}
	return "", false
}

// draw returns the report in one of the formats.
func draw(format string, report *summarize.Report, opts render.Options) ([]byte, error) {
	var out bytes.Buffer
	var err error
	switch format {
	case "text":
		err = render.Text(&out, report, opts)
	case "markdown":
		err = render.Markdown(&out, report, opts)
	case "html":
		err = render.HTML(&out, report, opts)
	case "json":
		err = render.JSON(&out, report)
	case "argdown":
		err = render.Argdown(&out, report, opts)
	default:
		err = fmt.Errorf("unknown format %q", format)
	}
	return out.Bytes(), err
}

// colored says whether to write colour to out, given the --color flag. NO_COLOR
// is the convention of https://no-color.org.
func colored(flag string, out io.Writer) bool {
	if flag != "auto" {
		return flag == "always"
	}
	return isTerminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// widthOf is the number of columns of the terminal that out is, or plainWidth.
func widthOf(out io.Writer) int {
	if file, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return plainWidth
}

// writeFile puts data into the file at path, all of it or, on an error, none:
// the file that was there before stays as it was.
func writeFile(path string, data []byte) error {
	mode := os.FileMode(0o666)
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // replace the file, not the link to it
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(path, data, mode) // a device or a pipe is written to, never replaced
		}
		mode = info.Mode().Perm()
	}

	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	err := writeNew(temp, data, mode)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	return nil
}

// cause is what went wrong, without the name of the temporary file, which means nothing to anyone.
func cause(err error) error {
	if inPath, ok := errors.AsType[*fs.PathError](err); ok {
		return inPath.Err
	}
	return err
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, data []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
