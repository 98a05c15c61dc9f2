package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// refusal is how the server refused another request of the same form, nil where it refused none.
// Once it has refused a field, such as a schema, later prompts are sent without it; which come later
// is another matter when they are replayed.
func (r *recording) refusal(asked recordedRequest) (*exchange, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refusals == nil {
		all, err := readRefusals(r.dir)
		if err != nil {
			return nil, err
		}
		r.refusals = all
	}
	return r.refusals[asked.form()], nil
}

// readRefusals are the refusals in a folder, by the form of their request.
func readRefusals(dir string) (map[string]*exchange, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	all := map[string]*exchange{}
	for _, path := range paths {
		if filepath.Base(path) == engineFile {
			continue
		}
		x, err := readExchange(path)
		if err != nil {
			return nil, err
		}
		if x.isRefusal() {
			all[x.Request.form()] = x
		}
	}
	return all, nil
}

// ofPrompt are the fields of which the value is a prompt's own.
var ofPrompt = []string{"messages", "system", "prompt_cache_key", "max_tokens", "max_completion_tokens"}

// form is all of a request but what is its prompt's own.
func (q recordedRequest) form() string {
	var fields map[string]any
	if json.Unmarshal(q.Body, &fields) != nil {
		return string(q.Body) // of no known form
	}
	var out strings.Builder
	fmt.Fprintln(&out, q.Method, q.Path)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		out.WriteString(name)
		if !slices.Contains(ofPrompt, name) {
			fmt.Fprint(&out, fields[name]) // maps are printed in order
		}
		out.WriteByte('\n')
	}
	return out.String()
}
