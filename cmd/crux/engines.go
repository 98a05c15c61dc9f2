package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sync/semaphore"

	"crux/config"
	"crux/summarize"
	"crux/summarize/embedded"
	"crux/summarize/llm"
	"crux/summarize/llm/anthropic"
	"crux/summarize/llm/openai"
)

// ownEngine is an engine that reads on this machine, and separates conversations for another.
type ownEngine interface {
	summarize.Engine
	Conversations(ctx context.Context, t *summarize.Transcript) ([][]string, error)
}

// newOwnEngine makes the embedded engine.
func newOwnEngine() (ownEngine, error) { return embedded.New() }

// bounds are what a model may cost and how long it may take; zero for none.
type bounds struct {
	meter        llm.Meter
	within, rest time.Duration
}

// newModelEngine makes the engine that has model read, and own where the model does not.
func newModelEngine(c config.Engine, model llm.Model, own ownEngine, b bounds, log *slog.Logger) (*llm.Engine, error) {
	return llm.New(llm.Options{
		Name:          c.Name,
		Model:         model,
		Instead:       own,
		Conversations: own.Conversations,
		MostInput:     c.MaxInputTokens,
		AtOnce:        c.Concurrency,
		Room:          semaphore.NewWeighted(int64(c.Concurrency)),
		Named:         c.Names,
		Within:        b.within,
		Rest:          b.rest,
		Meter:         b.meter,
		Log:           log,
	})
}

// newModel makes the language model of the configuration, nil where the engine asks none.
// client is nil for one of the model's own. It talks to nobody yet.
func newModel(c config.Engine, client *http.Client) llm.Model {
	switch c.Name {
	case config.EngineAnthropic:
		return anthropic.New(anthropic.Options{
			Key: c.APIKey.Reveal(), BaseURL: c.BaseURL, Model: c.Model,
			Timeout: time.Duration(c.Timeout), Retries: c.Retries, Client: client,
		})
	case config.EngineOpenAI:
		return openai.New(openai.Options{
			Key: c.APIKey.Reveal(), BaseURL: c.BaseURL, Model: c.Model,
			Timeout: time.Duration(c.Timeout), Retries: c.Retries, Client: client,
		})
	}
	return nil
}

// clientOver is a client that goes no other way than by transport, and follows nobody
// elsewhere with a key.
func clientOver(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// watched notes what a model uses, and why it last gave no answer.
type watched struct {
	llm.Model

	mu    sync.Mutex
	used  llm.Usage
	fault error
}

// Answer implements llm.Model.
func (w *watched) Answer(ctx context.Context, p llm.Prompt, progress func(bytes int)) (llm.Reply, error) {
	reply, err := w.Model.Answer(ctx, p, progress)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used = w.used.Add(reply.Usage)
	if err != nil && ctx.Err() == nil {
		w.fault = err
	}
	return reply, err
}

// told is what was used, and why the model last gave no answer, nil where it always did.
func (w *watched) told() (used llm.Usage, fault error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.used, w.fault
}

// reader is an engine that a command has read transcripts.
type reader struct {
	summarize.Summarizer
	config config.Engine
	model  *watched // nil where the engine asks none
}

// newReader makes the engine of the configuration. client and log are as for newModel and llm.Options.
func newReader(c config.Engine, client *http.Client, log *slog.Logger) (*reader, error) {
	own, err := newOwnEngine()
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", config.EngineEmbedded, err)
	}
	r := &reader{config: c}
	r.Engine = own
	if asked := newModel(c, client); asked != nil {
		r.model = &watched{Model: asked}
		if r.Engine, err = newModelEngine(c, r.model, own, bounds{}, log); err != nil {
			return nil, fmt.Errorf("engine %s: %w", c.Name, err)
		}
	}
	return r, nil
}

// trouble says why a report is not the model's alone, "" where it is or no model was asked.
func (r *reader) trouble(report *summarize.Report) string {
	if r.model == nil || report.Engine.Degraded == "" && report.Engine.Name == r.config.Name {
		return ""
	}
	why := report.Engine.Degraded
	if why == "" {
		why = fmt.Sprintf("The %s engine read this instead.", report.Engine.Name)
	}
	_, err := r.model.told()
	if fault, ok := errors.AsType[*llm.Fault](err); ok && fault.Err != nil {
		why += fmt.Sprintf(" (%v)", fault.Err)
	}
	return why
}

// engineConfig is the engine that flags, the environment and the configuration's file ask for.
func engineConfig(flags *pflag.FlagSet) (config.Engine, error) {
	if flag := flags.Lookup("engine"); flag.Changed {
		name := flag.Value.String()
		if !slices.Contains(config.EngineNames(), name) {
			return config.Engine{}, usagef("invalid argument %q for \"--engine\" flag: expected one of %s", name, strings.Join(config.EngineNames(), ", "))
		}
		if name == config.EngineEmbedded { // it needs nothing else, so nothing else can be wrong
			return config.Engine{Name: name}, nil
		}
	}
	c, err := config.LoadEngine(config.Options{Env: os.Environ(), Flags: flags})
	if err != nil {
		return config.Engine{}, fmt.Errorf("the engine can't be used:\n%w", err)
	}
	return c, nil
}
