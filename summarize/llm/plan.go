package llm

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"
)

// window is what one prompt shows.
type window struct {
	rows []int // numbers
	// context is the number of the last row that was read before, 0 where none was.
	context int
	tokens  int
	// alone is true where no other window shows part of the same conversations.
	alone bool
}

const (
	// spareTokens are for what stands around the messages of a prompt: the schema in words, the
	// words about what is known.
	spareTokens = 900
	// leastRoom is how many tokens of messages a prompt has room for in any case.
	leastRoom = 400
	// overlap is which part of a window the next one shows again at most.
	overlap = 6
	// told is which part of the room is for what is known from other windows.
	told = 4
	// mostTold bounds it, so that what is read does not cost more the longer people have debated.
	mostTold = 3000
)

// room is how many tokens of messages and what is known go into a prompt with a task.
func (e *Engine) room(task string) int {
	return max(leastRoom, e.o.MostInput-tokensOf(e.prompts.system)-tokensOf(task)-spareTokens)
}

// plan lays rows out in stretches that can be read apart from each other, each in one or
// several windows that are read one after the other. Every row is in one of them. Of the room,
// kept tokens are left free in every window.
func (r *reading) plan(ctx context.Context, rows []int, kept int) ([][]window, error) {
	room := r.room(r.prompts.extract)
	inRow := max(leastRoom, room-r.told(room))
	if room = max(leastRoom, room-kept); kept > 0 {
		inRow = room
	}
	if whole := r.sheet.window(rows); whole.tokens <= room {
		whole.alone = true
		return [][]window{{whole}}, nil
	}
	conversations, err := r.conversations(ctx, rows)
	if err != nil {
		return nil, err
	}
	var plan [][]window
	var together window // of short conversations
	flush := func() {
		if len(together.rows) > 0 {
			slices.Sort(together.rows)
			plan = append(plan, []window{together})
		}
		together = window{alone: true}
	}
	flush()
	for _, conversation := range conversations {
		w := r.sheet.window(conversation)
		if w.tokens > room {
			plan = append(plan, r.sheet.windows(conversation, inRow))
			continue
		}
		if together.tokens+w.tokens > room {
			flush()
		}
		together.rows = append(together.rows, w.rows...)
		together.tokens += w.tokens
	}
	flush()
	return plan, nil
}

// conversations are rows by the conversations that they are of, each in one. Those of which the
// separation says nothing are one more.
func (r *reading) conversations(ctx context.Context, rows []int) ([][]int, error) {
	separated, err := r.o.Conversations(ctx, r.sheet.transcript)
	if err != nil {
		return nil, fmt.Errorf("llm: conversations: %w", err)
	}
	left := make(map[int]bool, len(rows))
	for _, n := range rows {
		left[n] = true
	}
	var all [][]int
	for _, ids := range separated {
		numbers := slices.DeleteFunc(r.sheet.numbersOf(ids), func(n int) bool { return !left[n] })
		for _, n := range numbers {
			delete(left, n)
		}
		if len(numbers) > 0 {
			all = append(all, numbers)
		}
	}
	if rest := slices.DeleteFunc(slices.Clone(rows), func(n int) bool { return !left[n] }); len(rest) > 0 {
		all = append(all, rest)
	}
	return all, nil
}

// told is how many tokens of a room are for what is known from other windows.
func (*Engine) told(room int) int { return min(room/told, mostTold) }

func (s *sheet) window(rows []int) window { return window{rows: rows, tokens: s.tokens(rows)} }

// tokens is about how many tokens the lines of rows have.
func (s *sheet) tokens(rows []int) int {
	sum := 0
	for _, n := range rows {
		sum += s.rows[n-1].tokens
	}
	return sum
}

// windows cuts rows into windows of at most room tokens, each of which shows the end of the one before again.
func (s *sheet) windows(rows []int, room int) []window {
	var all []window
	for first, again := 0, 0; ; {
		end := first
		tokens := 0
		for end < len(rows) && (end <= first+again || tokens+s.rows[rows[end]-1].tokens <= room) {
			tokens += s.rows[rows[end]-1].tokens
			end++
		}
		w := window{rows: rows[first:end], tokens: tokens}
		if again > 0 {
			w.context = rows[first+again-1]
		}
		all = append(all, w)
		if end >= len(rows) {
			return all
		}
		again = s.again(rows[first:end], rows[end], room)
		first = end - again
	}
}

// again is how many of the last rows of a window the next one, which begins with next otherwise, has room to show again.
func (s *sheet) again(rows []int, next, room int) int {
	left := min(room/overlap, room-s.rows[next-1].tokens)
	n := 0
	for n < len(rows)-1 && s.rows[rows[len(rows)-1-n]-1].tokens <= left {
		left -= s.rows[rows[len(rows)-1-n]-1].tokens
		n++
	}
	return n
}

// tokensOf is about how many tokens a text has, rather more than fewer: tokens of letters beyond
// ASCII are short.
func tokensOf(text string) int {
	ascii := 0
	for i := range len(text) {
		if text[i] < utf8.RuneSelf {
			ascii++
		}
	}
	return ascii*2/7 + (len(text)-ascii+1)/2 + perText
}

// perText is for the ends of a text, where tokens are cut short. Lines of JSON have many short ones.
const perText = 6
