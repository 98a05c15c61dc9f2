package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"crux/config"
)

// newLogger returns the logger that the configuration asks for. Should one of its
// secrets get into a message or an attribute, the log holds a word in its place.
func newLogger(c *config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Log.Level, ReplaceAttr: redact(c.Secrets())}
	if c.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// redact takes secrets out of whatever is logged.
func redact(secrets []config.Secret) func([]string, slog.Attr) slog.Attr {
	if len(secrets) == 0 {
		return nil
	}
	var hide []string
	for _, s := range secrets {
		hide = append(hide, s.Reveal(), "(secret)")
	}
	hidden := strings.NewReplacer(hide...)
	return func(_ []string, a slog.Attr) slog.Attr {
		for _, shown := range written(a.Value) {
			if clean := hidden.Replace(shown); clean != shown {
				return slog.String(a.Key, clean)
			}
		}
		return a
	}
}

// written is how a value may come to stand in a log: some values look different as text and as JSON.
func written(v slog.Value) []string {
	if v.Kind() != slog.KindAny {
		return []string{v.String()}
	}
	switch value := v.Any().(type) {
	case error:
		return []string{value.Error()}
	case []byte:
		return []string{string(value)}
	case *slog.Source:
		return nil
	default:
		asJSON, _ := json.Marshal(value) // what can't be encoded isn't logged as JSON either
		return []string{fmt.Sprintf("%+v", value), string(asJSON)}
	}
}
