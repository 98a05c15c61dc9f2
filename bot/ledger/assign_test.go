package ledger

import (
	"testing"

	"pgregory.net/rapid"
)

// TestAssignFindsTheMost: as much as trying every way finds.
func TestAssignFindsTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(0, 5).Draw(t, "rows"), rapid.IntRange(0, 5).Draw(t, "columns")
		weights := make([][]int, rows)
		for i := range weights {
			weights[i] = make([]int, columns)
			for j := range weights[i] {
				weights[i][j] = max(0, rapid.IntRange(-10, 10).Draw(t, "weight"))
			}
		}
		got, taken := 0, map[int]bool{}
		for i, j := range assign(weights) {
			if j == none {
				continue
			}
			if taken[j] || weights[i][j] == 0 {
				t.Errorf("row %d has column %d", i, j)
			}
			taken[j] = true
			got += weights[i][j]
		}
		if want := most(weights, 0, map[int]bool{}); got != want {
			t.Errorf("the pairs weigh %d, want %d", got, want)
		}
	})
}

// most is the most that the rows from one on can weigh.
func most(weights [][]int, row int, taken map[int]bool) int {
	if row == len(weights) {
		return 0
	}
	best := most(weights, row+1, taken)
	for j, weight := range weights[row] {
		if !taken[j] {
			taken[j] = true
			best = max(best, weight+most(weights, row+1, taken))
			taken[j] = false
		}
	}
	return best
}
