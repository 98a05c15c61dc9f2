package fakevendor

import "strings"

// tokens is how many tokens the fake counts for so many bytes.
func tokens(bytes int) int { return (bytes + 3) / 4 }

// count is what an answer costs, by the fake's count. The prompt is remembered.
func (v *Vendor) count(speaks dialect, asked *Request, a Answer) *Usage {
	v.mu.Lock()
	defer v.mu.Unlock()
	read, kept := speaks.cached(asked, v.seen)
	v.seen = append(v.seen, asked.prompt())
	return &Usage{
		Input: tokens(len(asked.prompt()) - read - kept), Kept: tokens(kept), Cached: tokens(read),
		Output: tokens(len(a.Thought) + len(a.Text)),
	}
}

// leastCached and cacheStep are, in tokens, how much OpenAI reads from its cache at the least, and in what steps.
const (
	leastCached = 1024
	cacheStep   = 128
)

func (openAI) cached(asked *Request, seen []string) (read, kept int) {
	most := 0
	for _, earlier := range seen {
		most = max(most, commonPrefix(earlier, asked.prompt()))
	}
	if most/4 < leastCached {
		return 0, 0
	}
	return most / 4 / cacheStep * cacheStep * 4, 0
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Anthropic reads up to the last mark that an earlier prompt had too, and keeps the rest up to the last mark.
func (anthropic) cached(asked *Request, seen []string) (read, kept int) {
	for _, mark := range asked.marks {
		kept = mark
		for _, earlier := range seen {
			if strings.HasPrefix(earlier, asked.prompt()[:mark]) {
				read = mark
			}
		}
	}
	return read, kept - read
}
