package ledger

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"sort"

	"crux/summarize"
)

// Marks are of messages by their ids and texts, 8 bytes each, in order: enough to tell whether a
// message was among them as it reads now, and nothing of what it says. Two that share a mark
// by chance only have one of them taken for the other.
type Marks []byte

const markSize = 8

// MarksOf are those of all messages of a transcript.
func MarksOf(t *summarize.Transcript) Marks {
	marks := make([]uint64, len(t.Messages))
	for i := range t.Messages {
		marks[i] = markOf(t.Messages[i].ID, t.Messages[i].Text)
	}
	slices.Sort(marks)
	packed := make(Marks, 0, markSize*len(marks))
	for _, m := range marks {
		packed = binary.BigEndian.AppendUint64(packed, m)
	}
	return packed
}

func markOf(id, text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id + "\x00" + text))
	return h.Sum64()
}

// has reports whether a message is among them.
func (m Marks) has(id, text string) bool {
	mark := markOf(id, text)
	i := m.search(mark)
	return i < m.len() && m.at(i) == mark
}

// with are the marks with one more.
func (m Marks) with(id, text string) Marks {
	mark := markOf(id, text)
	at := m.search(mark) * markSize
	return slices.Insert(slices.Clone(m), at, binary.BigEndian.AppendUint64(nil, mark)...)
}

func (m Marks) len() int        { return len(m) / markSize }
func (m Marks) at(i int) uint64 { return binary.BigEndian.Uint64(m[i*markSize:]) }

func (m Marks) search(mark uint64) int {
	return sort.Search(m.len(), func(i int) bool { return m.at(i) >= mark })
}
