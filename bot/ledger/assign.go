package ledger

import "math"

// assign pairs rows with columns, each with one at most, so that the weights of
// the pairs add up to the most. It returns the column of each row, -1 for none. A
// weight of 0 is no pair; none is below. Rows may be more than columns. It is the Hungarian method
// with shortest augmenting paths, in the order of the rows.
func assign(weights [][]int) []int {
	rows := len(weights)
	if rows == 0 {
		return nil
	}
	columns := len(weights[0])
	a := assignment{
		weights: weights, columns: columns + rows, // a column for each row that stays alone
		rowPrice: make([]int, rows), columnPrice: make([]int, columns+rows+1), row: make([]int, columns+rows+1),
	}
	for j := range a.row {
		a.row[j] = none
	}
	for i := range rows {
		a.augment(i)
	}
	pairs := make([]int, rows)
	for i := range pairs {
		pairs[i] = none
	}
	for j := range columns {
		if i := a.row[j]; i != none && weights[i][j] > 0 {
			pairs[i] = j
		}
	}
	return pairs
}

const none = -1

type assignment struct {
	weights               [][]int
	columns               int
	rowPrice, columnPrice []int
	row                   []int // of each column; the last column is where a new row starts from
}

// cost is what pairing a row with a column costs, beyond their prices.
func (a *assignment) cost(i, j int) int {
	weight := 0
	if j < len(a.weights[i]) {
		weight = a.weights[i][j]
	}
	return -weight - a.rowPrice[i] - a.columnPrice[j]
}

// augment gives a new row a column, along the cheapest way of moving others to
// other columns, and sets the prices so that no pair costs less than nothing.
func (a *assignment) augment(row int) {
	start := a.columns
	a.row[start] = row
	least, from, done := make([]int, a.columns), make([]int, a.columns), make([]bool, a.columns+1)
	for j := range least {
		least[j] = math.MaxInt
	}
	at := start
	for a.row[at] != none {
		done[at] = true
		i, step, next := a.row[at], math.MaxInt, none
		for j := range a.columns {
			if done[j] {
				continue
			}
			if c := a.cost(i, j); c < least[j] {
				least[j], from[j] = c, at
			}
			if least[j] < step {
				step, next = least[j], j
			}
		}
		for j := range done {
			if done[j] {
				a.rowPrice[a.row[j]] += step
				a.columnPrice[j] -= step
			} else if j < a.columns {
				least[j] -= step
			}
		}
		at = next
	}
	for at != start {
		a.row[at] = a.row[from[at]]
		at = from[at]
	}
	a.row[start] = none
}
