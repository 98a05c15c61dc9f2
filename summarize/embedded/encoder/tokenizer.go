package encoder

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	reservedPieces = 6       // the first pieces stand for nothing that is written
	unknown        = 0       // the id of what no piece covers
	separator      = "▁"     // begins a word, in the vocabulary
	longText       = 8 << 10 // bytes; of longer texts the beginning is tried alone first
)

// tokenizer splits text into the pieces of the vocabulary: the split whose
// pieces' scores have the largest sum. It does what the tokenizer of the
// original does, so that the encoder sees what the model was made for, and
// therefore also what is odd in it: a sum of 0 counts as none at all, and runs
// of unknown characters become one piece.
//
// The pieces lie in a double-array trie over bytes, in which " " stands for the
// separator: the child of state s by byte c is t = base[s]+c if check[t] is s.
type tokenizer struct {
	base, check []int32
	piece       []int32   // by state: the id of the piece that ends there, or unknown
	scores      []float64 // by id
	lengths     []int32   // by id, in bytes
}

// tokenScratch is what a tokenizer works with; it can be used again and again.
type tokenScratch struct {
	text []byte    // the normalized text
	best []float64 // by position in text: the best sum of a split that ends there, 0 for none
	last []int32   // by position: the last piece of that split
	path []int32   // the best split of the text, backwards
}

// newTokenizer reads a vocabulary: a line a piece, with its score behind a tab.
func newTokenizer(vocabulary string) (*tokenizer, error) {
	t := &tokenizer{}
	lines := strings.Count(vocabulary, "\n")
	pieces := make([]string, 0, lines)
	t.scores, t.lengths = make([]float64, 0, lines), make([]int32, 0, lines)
	for line := range strings.Lines(strings.ReplaceAll(vocabulary, separator, " ")) {
		piece, number, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		score, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, fmt.Errorf("encoder: vocabulary, line %d: %w", len(pieces)+1, err)
		}
		pieces, t.scores, t.lengths = append(pieces, piece), append(t.scores, score), append(t.lengths, int32(len(piece)))
	}
	// The states are made in the order of the pieces. Where a piece stands twice, the later id counts.
	order := make([]int32, 0, lines)
	for id := reservedPieces; id < len(pieces); id++ {
		order = append(order, int32(id))
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := strings.Compare(pieces[a], pieces[b]); c != 0 {
			return c
		}
		return int(a - b)
	})
	t.grow(1)
	t.check[0] = 0
	t.build(pieces, order, 0, 0, new(int32))
	return t, nil
}

// build gives a state its children: order are the pieces that begin with the
// depth bytes which lead to it. Before free, hardly a state is unused.
func (t *tokenizer) build(pieces []string, order []int32, depth int, state int32, free *int32) {
	for len(order) > 0 && len(pieces[order[0]]) == depth {
		t.piece[state] = order[0]
		order = order[1:]
	}
	if len(order) == 0 {
		return
	}
	var starts []int // where in order another byte begins
	for i, id := range order {
		if i == 0 || pieces[id][depth] != pieces[order[i-1]][depth] {
			starts = append(starts, i)
		}
	}
	for int(*free) < len(t.check) && t.check[*free] >= 0 {
		*free++
	}
	base := max(0, *free-int32(pieces[order[0]][depth]))
	for tries := 0; !t.fits(base, pieces, order, starts, depth); tries++ {
		base++
		if tries == 64 { // what is left there is too scattered to be worth the search
			*free = base
		}
	}
	t.grow(int(base) + 256)
	t.base[state] = base
	for _, i := range starts {
		t.check[base+int32(pieces[order[i]][depth])] = state
	}
	for n, i := range starts {
		end := len(order)
		if n+1 < len(starts) {
			end = starts[n+1]
		}
		t.build(pieces, order[i:end], depth+1, base+int32(pieces[order[i]][depth]), free)
	}
}

// fits reports whether the children's states are all unused.
func (t *tokenizer) fits(base int32, pieces []string, order []int32, starts []int, depth int) bool {
	for _, i := range starts {
		child := int(base) + int(pieces[order[i]][depth])
		if child < len(t.check) && t.check[child] >= 0 {
			return false
		}
	}
	return true
}

// grow makes room for n states.
func (t *tokenizer) grow(n int) {
	from := len(t.check)
	if n <= from {
		return
	}
	extend := func(s []int32) []int32 { return slices.Grow(s, n-from)[:n] }
	t.base, t.check, t.piece = extend(t.base), extend(t.check), extend(t.piece)
	for i := from; i < n; i++ {
		t.base[i], t.check[i], t.piece[i] = 0, -1, unknown
	}
}

// appendTokens appends the ids of the first maxTokens pieces of text to dst.
func (t *tokenizer) appendTokens(dst []int32, text string, s *tokenScratch) []int32 {
	if len(text) > longText {
		// A word that begins splits off what is before it, so the beginning of a text is split as it is in the whole.
		if end := strings.LastIndexByte(text[:longText], ' '); end > 0 {
			if t.split(text[:end], s); len(s.path) >= maxTokens {
				return appendReversed(dst, s.path)
			}
		}
	}
	t.split(text, s)
	return appendReversed(dst, s.path)
}

// appendReversed appends the first maxTokens of a path, which goes backwards.
func appendReversed(dst, path []int32) []int32 {
	for i := len(path) - 1; i >= max(0, len(path)-maxTokens); i-- {
		dst = append(dst, path[i])
	}
	return dst
}

// split leaves the best split of text in s.path, backwards.
func (t *tokenizer) split(text string, s *tokenScratch) {
	s.path = s.path[:0]
	s.normalize(text)
	n := len(s.text)
	if n == 0 {
		return
	}
	s.best, s.last = slices.Grow(s.best[:0], n+1)[:n+1], slices.Grow(s.last[:0], n+1)[:n+1]
	clear(s.best)
	clear(s.last)
	for start := 0; start < n; {
		size := 1
		if s.text[start] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(s.text[start:])
		}
		if !t.extend(s, start) && (s.best[start+size] == 0 || s.best[start] >= s.best[start+size]) {
			s.best[start+size], s.last[start+size] = s.best[start], unknown
		}
		start += size
	}
	for end := n; end > 0; {
		id := s.last[end]
		if id == unknown {
			if len(s.path) == 0 || s.path[len(s.path)-1] != unknown {
				s.path = append(s.path, unknown)
			}
			_, size := utf8.DecodeLastRune(s.text[:end])
			end -= size
			continue
		}
		s.path = append(s.path, id)
		end -= int(t.lengths[id])
	}
}

// extend tries every piece that the text has at start behind the best split of
// what is before it, and reports whether there was one.
func (t *tokenizer) extend(s *tokenScratch, start int) bool {
	before, state, found := s.best[start], int32(0), false
	for i := start; i < len(s.text); i++ {
		child := t.base[state] + int32(s.text[i])
		if int(child) >= len(t.check) || t.check[child] != state || child == 0 {
			break
		}
		state = child
		id := t.piece[state]
		if id == unknown {
			continue
		}
		found = true
		if sum := t.scores[id] + before; s.best[i+1] == 0 || sum >= s.best[i+1] {
			s.best[i+1], s.last[i+1] = sum, id
		}
	}
	return found
}

// normalize leaves text in s.text: in NFKC, with a separator before it, and each separator as a space.
func (s *tokenScratch) normalize(text string) {
	s.text = append(s.text[:0], ' ')
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if isASCII(text) {
		s.text = append(s.text, text...)
	} else {
		if norm.NFKC.QuickSpanString(text) == len(text) {
			s.text = append(s.text, text...)
		} else {
			s.text = norm.NFKC.AppendString(s.text, text)
		}
		s.text = foldSeparators(s.text)
	}
	if len(s.text) == 1 {
		s.text = s.text[:0]
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldSeparators replaces each separator with a space, in place.
func foldSeparators(text []byte) []byte {
	n := 0
	for i := 0; i < len(text); n++ {
		if text[i] == separator[0] && i+2 < len(text) && text[i+1] == separator[1] && text[i+2] == separator[2] {
			text[n] = ' '
			i += len(separator)
			continue
		}
		text[n] = text[i]
		i++
	}
	return text[:n]
}
