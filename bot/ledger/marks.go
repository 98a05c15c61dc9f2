package ledger

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"sort"

	"crux/summarize"
)

// Marks are checksums of messages: 8 bytes of an id and 8 of a text each, in order. They tell whether a
// message was among them as it reads now. Two messages that share both by chance only have
// one taken for the other.
type Marks []byte

const markSize = 16

// mark is the checksums of one message.
type mark struct{ id, text uint64 }

// MarksOf are those of all messages of a transcript.
func MarksOf(t *summarize.Transcript) Marks {
	marks := make([]mark, len(t.Messages))
	for i := range t.Messages {
		marks[i] = mark{sum(t.Messages[i].ID), sum(t.Messages[i].Text)}
	}
	slices.SortFunc(marks, func(a, b mark) int { return cmp.Compare(a.id, b.id) })
	packed := make(Marks, 0, markSize*len(marks))
	for _, m := range marks {
		packed = m.append(packed)
	}
	return packed
}

func sum(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

func (m mark) append(to []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(to, m.id), m.text)
}

// In reports of messages of t, by id, whether they are among the marks as they read there.
func (m Marks) In(t *summarize.Transcript) func(id string) bool {
	is := make(map[string]bool, len(t.Messages))
	for i := range t.Messages {
		is[t.Messages[i].ID] = m.has(t.Messages[i].ID, t.Messages[i].Text)
	}
	return func(id string) bool { return is[id] }
}

func (m Marks) has(id, text string) bool {
	i, found := m.find(id)
	return found && m.at(i).text == sum(text)
}

// with are the marks with a message that now reads so.
func (m Marks) with(id, text string) Marks {
	i, found := m.find(id)
	if found {
		m = slices.Delete(slices.Clone(m), i*markSize, (i+1)*markSize)
	}
	return slices.Insert(slices.Clone(m), i*markSize, mark{sum(id), sum(text)}.append(nil)...)
}

// without are the marks of other messages.
func (m Marks) without(ids []string) Marks {
	left := slices.Clone(m)
	for _, id := range ids {
		if i, found := left.find(id); found {
			left = slices.Delete(left, i*markSize, (i+1)*markSize)
		}
	}
	return left
}

func (m Marks) len() int { return len(m) / markSize }

func (m Marks) at(i int) mark {
	return mark{binary.BigEndian.Uint64(m[i*markSize:]), binary.BigEndian.Uint64(m[i*markSize+markSize/2:])}
}

// find is where the mark of an id is, or would be.
func (m Marks) find(id string) (i int, found bool) {
	of := sum(id)
	i = sort.Search(m.len(), func(i int) bool { return m.at(i).id >= of })
	return i, i < m.len() && m.at(i).id == of
}
