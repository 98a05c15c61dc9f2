package summarize

import "testing"

func TestWhatIsNewComesLast(t *testing.T) {
	of := &Transcript{Channel: "agora", Messages: []Message{{ID: "1"}, {ID: "2"}, {ID: "3"}, {ID: "4"}}}
	ordered, first := of.newLast(func(id string) bool { return id == "1" || id == "3" })
	var ids string
	for _, m := range ordered.Messages {
		ids += m.ID
	}
	if ids != "2413" || first != 2 || ordered.Channel != "agora" || of.Messages[0].ID != "1" {
		t.Errorf("got %s from %d", ids, first)
	}
}
