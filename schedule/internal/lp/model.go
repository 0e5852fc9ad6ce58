// Package lp solves linear programs with bounded variables by the dual simplex
// method, made for many solves that differ only in the bounds: each goes on from the
// basis of the one before.
//
// Products are wrapped in float64() so that no compiler fuses them with a sum: the same
// model gives the same answer on every processor.
package lp

// A Model is the program
//
//	minimise Σ cost·x  with  Σ a·x = rhs for each row,  lower <= x <= upper.
//
// All bounds are finite. Give a row that is an inequality a column of its own for slack.
type Model struct {
	Cost, Lower, Upper []float64
	RHS                []float64
	columns            [][]Entry
	start              []int32 // entries of column j lie at start[j]:start[j+1], once packed
	row                []int32
	value              []float64
}

// An Entry is the coefficient of a column in a row.
type Entry struct {
	Row   int
	Value float64
}

// AddRow appends a row and returns its number.
func (m *Model) AddRow(rhs float64) int {
	m.RHS = append(m.RHS, rhs)
	return len(m.RHS) - 1
}

// AddColumn appends a variable and returns its number. Rows must exist and occur once.
func (m *Model) AddColumn(cost, lower, upper float64, entries ...Entry) int {
	m.Cost, m.Lower, m.Upper = append(m.Cost, cost), append(m.Lower, lower), append(m.Upper, upper)
	m.columns = append(m.columns, entries)
	return len(m.Cost) - 1
}

// Extend appends an entry to column j in a row it does not have yet.
func (m *Model) Extend(j int, e Entry) { m.columns[j] = append(m.columns[j], e) }

// Column calls f for every entry of column j.
func (m *Model) Column(j int, f func(row int, value float64)) {
	for _, e := range m.columns[j] {
		f(e.Row, e.Value)
	}
}

// pack lays the columns side by side.
func (m *Model) pack() {
	m.start, m.row, m.value = append(m.start[:0], 0), m.row[:0], m.value[:0]
	for _, c := range m.columns {
		for _, e := range c {
			m.row, m.value = append(m.row, int32(e.Row)), append(m.value, e.Value)
		}
		m.start = append(m.start, int32(len(m.row)))
	}
}

// Rows returns the number of rows, Columns that of variables.
func (m *Model) Rows() int    { return len(m.RHS) }
func (m *Model) Columns() int { return len(m.Cost) }

// byRow returns the model's entries row by row: starts, columns and values.
func (m *Model) byRow() (start, col []int32, value []float64) {
	start = make([]int32, m.Rows()+1)
	for _, r := range m.row {
		start[r+1]++
	}
	for r := range m.Rows() {
		start[r+1] += start[r]
	}
	col, value = make([]int32, len(m.row)), make([]float64, len(m.row))
	at := append([]int32(nil), start...)
	for j := range m.Columns() {
		for k := m.start[j]; k < m.start[j+1]; k++ {
			r := m.row[k]
			col[at[r]], value[at[r]] = int32(j), m.value[k]
			at[r]++
		}
	}
	return start, col, value
}
