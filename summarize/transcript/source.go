package transcript

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"sort"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sniffed is how much of a source detection may look at.
const sniffed = 1 << 20

// budget bounds how many bytes are read, over one stream or all files of an export.
type budget struct {
	max, left int64
}

func newBudget(max int64) *budget {
	if max <= 0 {
		max = DefaultMaxBytes
	}
	return &budget{max: max, left: max}
}

func (b *budget) exceeded(file string) *Error {
	return &Error{File: file, Problem: "larger than " + size(b.max), Want: "a smaller file, or a part of this one"}
}

// reader returns r, which fails with an Error as soon as the budget is spent.
func (b *budget) reader(r io.Reader, file string) io.Reader {
	return &boundedReader{r: r, budget: b, file: file}
}

type boundedReader struct {
	r      io.Reader
	budget *budget
	file   string
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.budget.left < 0 {
		return 0, b.budget.exceeded(b.file)
	}
	// One byte beyond the budget is asked for, to tell a source that ends there from one that goes on.
	if int64(len(p)) > b.budget.left+1 {
		p = p[:b.budget.left+1]
	}
	n, err := b.r.Read(p)
	b.budget.left -= int64(n)
	if b.budget.left < 0 {
		return 0, b.budget.exceeded(b.file)
	}
	return n, err
}

func size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// decoded returns r as UTF-8 without a byte order mark, with a buffer of so many bytes.
// Without a mark the bytes are as they were.
func decoded(r io.Reader, buffer int) *bufio.Reader {
	buffered := bufio.NewReaderSize(r, buffer)
	start, _ := buffered.Peek(3) // a shorter source has no mark
	marked := bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) ||
		bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff"))
	if !marked {
		return buffered
	}
	return bufio.NewReaderSize(transform.NewReader(buffered, unicode.BOMOverride(transform.Nop)), buffer)
}

// lineReader passes bytes on and knows which line an offset is on. It remembers
// the line ends after the last forgotten offset alone, so that it stays small.
type lineReader struct {
	r      io.Reader
	read   int64
	breaks []int64 // offsets of line ends not yet forgotten
	passed int     // how many were forgotten
}

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i := 0; i < n; i++ {
		next := bytes.IndexByte(p[i:n], '\n')
		if next < 0 {
			break
		}
		i += next
		l.breaks = append(l.breaks, l.read+int64(i))
	}
	l.read += int64(n)
	return n, err
}

// line is the number, from 1, of the line that holds offset, which must not be forgotten.
func (l *lineReader) line(offset int64) int {
	return l.passed + l.before(offset) + 1
}

func (l *lineReader) forget(offset int64) {
	n := l.before(offset)
	l.breaks, l.passed = l.breaks[n:], l.passed+n
}

func (l *lineReader) before(offset int64) int {
	return sort.Search(len(l.breaks), func(i int) bool { return l.breaks[i] >= offset })
}
