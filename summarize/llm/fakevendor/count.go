package fakevendor

import "slices"

// tokens is how many tokens the fake counts for so many bytes.
func tokens(bytes int) int { return (bytes + 3) / 4 }

// count is what an answer costs, by the fake's count. The prompt is remembered.
func (v *Vendor) count(speaks dialect, asked *Request, a Answer) *Usage {
	v.mu.Lock()
	defer v.mu.Unlock()
	read, kept := speaks.cached(asked, v.seen, v.kept)
	v.seen = append(v.seen, asked.prompt())
	for _, mark := range asked.marks {
		v.kept = append(v.kept, asked.prompt()[:mark])
	}
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

// OpenAI finds what prompts begin with by itself, or, where it is asked to, goes by marks alone.
func (openAI) cached(asked *Request, seen, kept []string) (read, put int) {
	if asked.keepsMarked {
		return asked.marked(kept)
	}
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

// Anthropic goes by marks.
func (anthropic) cached(asked *Request, _, kept []string) (read, put int) { return asked.marked(kept) }

// marked: a vendor reads up to the last mark that an earlier prompt had too, and keeps the rest up to the last mark.
func (r *Request) marked(kept []string) (read, put int) {
	for _, mark := range r.marks {
		put = mark
		if slices.Contains(kept, r.prompt()[:mark]) {
			read = mark
		}
	}
	return read, put - read
}
