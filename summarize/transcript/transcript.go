package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"crux/summarize"
)

// DefaultMaxBytes bounds what is read where Options.MaxBytes says nothing.
const DefaultMaxBytes = 256 << 20

// Options narrow and bound what is read. The zero value is good.
type Options struct {
	// Channel picks the channel of a Slack export, by name or id. Other sources
	// hold one channel; there it is an error to ask for another than theirs.
	Channel string
	// Unattributed reads plain text as messages of nobody, even where speakers
	// could be told, and accepts JSON in which no message has an author.
	Unattributed bool
	// MaxBytes bounds the bytes read, after unpacking; 0 or less is DefaultMaxBytes.
	MaxBytes int64
}

// Result is a transcript with what a reader should know of how it came about.
type Result struct {
	Transcript *summarize.Transcript
	// Format names what the source was taken for, such as "crux JSON".
	Format string
	// Repairs are sentences, each saying what was mended or left out, how often and where first.
	Repairs []string
}

// The formats, as Result.Format names them.
const (
	formatJSON         = "crux JSON"
	formatLines        = "JSON lines"
	formatDiscord      = "DiscordChatExporter JSON"
	formatSlack        = "Slack export"
	formatText         = "plain text"
	formatDiscordPaste = "text pasted from Discord"
	formatSlackPaste   = "text pasted from Slack"
	formatUnattributed = "unattributed text"
)

// Open reads the file, zip or folder at path. Its errors are of type *Error.
func Open(path string, o Options) (*Result, error) {
	result, err := open(path, o)
	return result, asError(err, path)
}

func open(path string, o Options) (*Result, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{File: path, Problem: "there is no such file", Want: "a transcript, or the folder or zip of a Slack export", cause: err}
	}
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(path, o)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if !info.Mode().IsRegular() {
		return Read(file, path, o)
	}
	start := make([]byte, len(zipMark))
	if n, _ := file.ReadAt(start, 0); isZip(start[:n]) {
		return readZip(file, info.Size(), path, o)
	}
	if limit := newBudget(o.MaxBytes); info.Size() > limit.max {
		return nil, limit.exceeded(path)
	}
	return Read(file, path, o)
}

// openFolder reads a Slack export's folder, confined to it whatever links it holds.
func openFolder(path string, o Options) (*Result, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return readSlack(root.FS(), path, o)
}

// Read reads a stream; name stands for it in errors. Its errors are of type *Error.
func Read(r io.Reader, name string, o Options) (*Result, error) {
	result, err := read(r, name, o)
	return result, asError(err, name)
}

func read(r io.Reader, name string, o Options) (*Result, error) {
	source := decoded(newBudget(o.MaxBytes).reader(r, name), sniffed)
	start, err := source.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var d *draft
	switch detect(start) {
	case emptySource:
		return nil, &Error{File: name, Problem: "empty", Want: "a transcript"}
	case binarySource:
		return nil, notText(name)
	case zipSource:
		packed, err := io.ReadAll(source)
		if err != nil {
			return nil, err
		}
		return readZip(bytes.NewReader(packed), int64(len(packed)), name, o)
	case linesSource:
		d, err = readLines(source, name)
	case jsonSource:
		d, err = readJSON(source, name)
	default:
		d, err = readText(source, name, o)
	}
	if err != nil {
		return nil, err
	}
	if err := d.checkChannel(name, o); err != nil {
		return nil, err
	}
	return d.finish(name, o)
}

// checkChannel reports an error where o asks for another channel than the only one there is.
func (d *draft) checkChannel(name string, o Options) error {
	wanted := strings.TrimPrefix(o.Channel, "#")
	channel := strings.TrimPrefix(d.channel, "#")
	if wanted == "" || strings.EqualFold(wanted, channel) {
		return nil
	}
	has := "no channel by name"
	if channel != "" {
		has = "only #" + channel
	}
	return &Error{File: name, Problem: fmt.Sprintf("no channel %q", wanted), Want: "no --channel, for this source holds " + has}
}

// asError makes an *Error of any err, so that callers can rely on the type.
func asError(err error, file string) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{File: file, Problem: err.Error(), cause: err}
}
