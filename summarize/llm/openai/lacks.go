package openai

import (
	"net/http"
	"slices"

	"crux/summarize/llm/transport"
)

// lacks is what of the protocol a server does not know. The zero value is a server that knows all.
type lacks struct {
	schemas, temperature, usage bool
	// marks are those of what is to be kept in the cache.
	marks bool
	limit limit
}

// limit is what a server does not know of how to bound an answer.
type limit int

const (
	olderName limit = 1 + iota // max_tokens
	nothing                    // it takes no bound, or none so high: the model has its own then
)

// with is what a server lacks besides, going by an error; found is false where the error is about
// nothing that can be done without.
func (l lacks) with(t *transport.Told) (more lacks, found bool) {
	if !slices.Contains(complaints, t.Status) {
		return l, false
	}
	more = l
	switch {
	case l.limit < nothing && t.Mentions("max_tokens", "max_completion_tokens") && t.Mentions("too large", "too high", "at most", "maximum context"):
		more.limit = nothing
	case l.limit < olderName && t.Mentions("max_completion_tokens"):
		more.limit = olderName
	case !l.marks && t.Mentions("prompt_cache_options", "prompt_cache_breakpoint"):
		more.marks = true
	case !l.temperature && t.Mentions("temperature"):
		more.temperature = true
	case !l.usage && t.Mentions("stream_options"):
		more.usage = true
	case !l.schemas && t.Mentions(aboutSchemas...):
		more.schemas = true
	default:
		return l, false
	}
	return more, true
}

// complaints are the statuses with which servers say that they don't know something. llama.cpp
// calls it an error of its own, OpenRouter says that it has found nobody.
var complaints = []int{
	http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusNotImplemented,
}

// aboutSchemas are the words in which servers say that they take no schema, or not this one.
var aboutSchemas = []string{
	"response_format", "response format", "json_schema", "json schema", "invalid format", "grammar", "structured output", "requested parameters",
}

// and is what either of two lacks.
func (l lacks) and(other lacks) lacks {
	return lacks{
		schemas: l.schemas || other.schemas, temperature: l.temperature || other.temperature, usage: l.usage || other.usage,
		marks: l.marks || other.marks, limit: max(l.limit, other.limit),
	}
}
