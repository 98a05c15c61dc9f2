package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agnivade/levenshtein"

	"crux/bot"
	"crux/config"
	"crux/summarize"
	"crux/summarize/llm"
)

// answersWithin is how long crux doctor waits for a language model, a little less than for all.
const answersWithin = examinedWithin - 10*time.Second

// checkEngine lets the engine read a short debate.
func checkEngine(ctx context.Context, c config.Engine) bot.Check {
	check := bot.Check{What: "engine", Found: c.String() + ", reads a debate of two messages"}
	c.Retries = 0 // what goes wrong once is to be seen
	c.Timeout = min(c.Timeout, config.Duration(answersWithin))
	wire := &wire{next: http.DefaultTransport}
	r, err := newReader(c, clientOver(wire), slog.New(slog.DiscardHandler))
	var report *summarize.Report
	if err == nil {
		report, _, err = r.Summarize(ctx, &summarize.Transcript{Messages: []summarize.Message{
			{ID: "1", Author: "a", Text: "We should ship the queue, because polling loses messages."},
			{ID: "2", Author: "b", Text: "I disagree: nobody drains the queue when the worker dies."},
		}}, summarize.Request{})
	}
	switch {
	case err != nil:
		check.Level, check.Found = bot.Broken, err.Error()
		check.Mend = "Set engine.name to another engine: " + strings.Join(config.EngineNames(), ", ") + "."
	case !c.IsModel():
	case r.trouble(report) != "":
		check.Level = bot.Broken
		check.Found, check.Mend = diagnose(ctx, r, wire, report)
		check.Found = c.String() + ": " + check.Found
	default:
		used, _ := r.model.told()
		check.Found += fmt.Sprintf(", which took %s", countOf(used.Total(), "token"))
		if c.IsPrivate() {
			check.Found += fmt.Sprintf("; prompts may have %d tokens, so it needs room for twice as many", c.MaxInputTokens)
		}
		if len(report.Debates) == 0 {
			check.Level = bot.Poor
			check.Found += ", and finds no debate where there is one"
			check.Mend = moreCapable
		}
	}
	return check
}

const moreCapable = "Set engine.model to a more capable model; the embedded engine may do better than this one."

// diagnose says what is wrong with a model that gave no usable answer, and how to mend it.
func diagnose(ctx context.Context, r *reader, wire *wire, report *summarize.Report) (found, mend string) {
	c := r.config
	_, err := r.model.told()
	fault, ok := errors.AsType[*llm.Fault](err)
	if !ok { // it was the engine that could do nothing with the answers
		return "the model answers, but not usably: " + report.Engine.Degraded, moreCapable
	}
	status, failed := wire.last()
	switch fault.Kind {
	case llm.Denied:
		return fmt.Sprintf("%s does not accept the key (status %d)", c.Host(), status), mendKey(c)
	case llm.Rejected:
		return diagnoseRejected(ctx, c, status)
	case llm.Unreachable:
		if failed != nil {
			return diagnoseNetwork(c, failed)
		}
		if status == http.StatusNotFound {
			return diagnoseRejected(ctx, c, status)
		}
		return fmt.Sprintf("%s gives no answer (status %d)", c.Host(), status), "Look into the log of the server, or at its status page, and try again."
	case llm.TimedOut:
		return "the model gave no answer in " + time.Duration(c.Timeout).String(),
			"Try again: a model that is loaded first answers later. If it is always so slow, set engine.timeout higher or engine.model to a smaller one."
	case llm.Unpaid:
		return fmt.Sprintf("the account at %s has no credit left (status %d)", c.Host(), status), "Pay in there, or set engine.api_key to the key of another account."
	case llm.Overloaded:
		return fmt.Sprintf("%s turns requests away for now (status %d)", c.Host(), status),
			"Try again later; if it stays so, look at the limits and the credit of the account that the key belongs to."
	case llm.Declined, llm.Unreadable, llm.Exhausted:
	}
	return "the model answers, but not usably: " + string(fault.Kind), moreCapable
}

func mendKey(c config.Engine) string {
	if !c.APIKey.IsSet() {
		return "Set engine.api_key or engine.api_key_file: it wants a key."
	}
	return "Set engine.api_key or engine.api_key_file to a key that is valid there and may use " + c.Model + "."
}

// diagnoseRejected looks, where a request was not accepted, whether it is for the model's name or the address.
func diagnoseRejected(ctx context.Context, c config.Engine, status int) (found, mend string) {
	if status >= 300 && status < 400 {
		return fmt.Sprintf("%s sends elsewhere (status %d), which is not followed", c.Host(), status), "Set engine.base_url to where it sends to, if you trust that."
	}
	there, err := listModels(ctx, c)
	switch {
	case err == nil && len(there) > 0 && !slices.Contains(there, c.Model):
		return fmt.Sprintf("%s has no model %s (status %d)", c.Host(), c.Model, status),
			"Set engine.model to one that it has: " + strings.Join(nearestOf(there, c.Model), ", ") + "."
	case err == nil:
		return fmt.Sprintf("%s does not accept the request (status %d), though it has the model %s", c.Host(), status, c.Model),
			"Look into the log of the server; the model's room may be too small for a prompt and its answer, or it can't write text. Else set engine.model to another."
	case c.Name == config.EngineOpenAI && c.BaseURL != "" && !strings.HasSuffix(c.BaseURL, "/v1"):
		return fmt.Sprintf("nothing at %s speaks OpenAI's protocol (status %d)", c.BaseURL, status),
			"Set engine.base_url to the address up to and with /v1, such as " + c.BaseURL + "/v1."
	case status == http.StatusOK || status == http.StatusNotFound && c.BaseURL != "":
		return fmt.Sprintf("nothing at %s speaks the protocol of %s (status %d)", c.BaseURL, c.Name, status), "Look at engine.base_url."
	}
	return fmt.Sprintf("%s does not accept the request (status %d)", c.Host(), status), "Look at engine.model and engine.base_url."
}

func diagnoseNetwork(c config.Engine, err error) (found, mend string) {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "there is no host " + c.Host(), "Look at engine.base_url, and whether this machine reaches the network."
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return c.Host() + " shows a certificate that this machine does not trust", "Have the machine trust it (SSL_CERT_FILE), or mend the certificate."
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return "nothing listens at " + c.Host(), "Start the server that engine.base_url names, or set that to where it listens."
	}
	return c.Host() + " can't be reached, or breaks off", "Look at engine.base_url: whether it is http:// or https://, and whether this machine reaches it."
}

const (
	mostListed   = 8 << 20 // bytes of a list of models
	anthropicAPI = "2023-06-01"
)

// listModels asks which models there are, which costs nothing. Both protocols answer alike.
func listModels(ctx context.Context, c config.Engine) ([]string, error) {
	url := c.BaseURL + "/models"
	header := http.Header{}
	switch {
	case c.Name == config.EngineAnthropic && c.BaseURL == "":
		url = "https://api.anthropic.com/v1/models?limit=1000"
	case c.Name == config.EngineAnthropic:
		url = c.BaseURL + "/v1/models?limit=1000"
	case c.BaseURL == "":
		url = "https://api.openai.com/v1/models"
	}
	if c.Name == config.EngineAnthropic {
		header.Set("X-Api-Key", c.APIKey.Reveal())
		header.Set("Anthropic-Version", anthropicAPI)
	} else if c.APIKey.IsSet() {
		header.Set("Authorization", "Bearer "+c.APIKey.Reveal())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header = header
	resp, err := clientOver(http.DefaultTransport).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, mostListed)).Decode(&list); err != nil {
		return nil, err
	}
	var names []string
	for _, m := range list.Data {
		names = append(names, m.ID)
	}
	return names, nil
}

// nearestOf are the few of names that are most like one.
func nearestOf(names []string, name string) []string {
	const few, long = 5, 100 // runes; no model's name is longer
	near := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return len(n) > long })
	slices.SortStableFunc(near, func(a, b string) int {
		return levenshtein.ComputeDistance(a, name) - levenshtein.ComputeDistance(b, name)
	})
	return near[:min(few, len(near))]
}

// wire notes how the last request went.
type wire struct {
	next http.RoundTripper

	mu     sync.Mutex
	status int
	err    error
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.err = 0, err
	if err == nil {
		w.status = resp.StatusCode
	}
	return resp, err
}

// last is the status of the last answer, or why there was none.
func (w *wire) last() (status int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status, w.err
}
