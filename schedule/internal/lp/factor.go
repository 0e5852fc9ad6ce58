package lp

import (
	"math"
	"slices"
)

// A factor is the inverse of a basis as a product: L and U of a sparse triangular
// factorisation whose pivots are chosen by count (Markowitz 1957) among entries of
// fair size, followed by one elementary column for each basis change since (product
// form, Dantzig and Orchard-Hays 1954).
type factor struct {
	m int
	// Elementary columns of L in the order of elimination: pivot row and multipliers.
	lPivot []int32
	lStart []int32
	lRow   []int32
	lValue []float64
	// U by columns of the basis, in the order of elimination.
	pivotRow []int32 // row of step k
	pivotCol []int32 // position in the basis of step k
	pivot    []float64
	uStart   []int32
	uRow     []int32 // positions in the basis
	uValue   []float64
	cStart   []int32 // the same by columns: position, rows of the model
	cRow     []int32
	cValue   []float64
	cAt      []int32
	ePos     []int32 // basis changes: position, pivot, the other entries
	ePivot   []float64
	eStart   []int32
	eRow     []int32
	eValue   []float64
	work     []float64
	rows     [][]int32 // of the remaining matrix while factoring: columns by row
	colRow   [][]int32 // rows by column, and values
	colVal   [][]float64
	rowCount []int32
	doneRow  []bool
	doneCol  []bool
	stackCol []int32
	stackRow []int32
	where    []int32
	builds   int       // how often it was built
	buckets  [][]int32 // columns by count, lazily kept
}

func newFactor(m int) *factor {
	f := &factor{m: m, work: make([]float64, m)}
	f.rows, f.colRow, f.colVal = make([][]int32, m), make([][]int32, m), make([][]float64, m)
	f.rowCount, f.where = make([]int32, m), make([]int32, m)
	f.doneRow, f.doneCol = make([]bool, m), make([]bool, m)
	f.buckets = make([][]int32, m+1)
	for i := range f.where {
		f.where[i] = -1
	}
	return f
}

// fairPivot is the least size of a pivot against the largest entry of its column.
const fairPivot = 0.1

// build factors the basis whose column p has the entries that column(p) gives. It
// returns the positions that found no pivot and the rows left over: none when the
// basis is regular.
func (f *factor) build(column func(p int, add func(row int32, v float64))) (lostCols, lostRows []int32) {
	f.reset()
	f.builds++
	for p := range f.m {
		column(p, func(r int32, v float64) {
			f.colRow[p], f.colVal[p] = append(f.colRow[p], r), append(f.colVal[p], v)
			f.rows[r] = append(f.rows[r], int32(p))
			f.rowCount[r]++
		})
	}
	for p := range f.m {
		f.file(int32(p))
	}
	for r := range f.m {
		if f.rowCount[r] == 1 {
			f.stackRow = append(f.stackRow, int32(r))
		}
	}
	for f.eliminateNext() {
	}
	f.turnU()
	for i := range int32(f.m) {
		if !f.doneCol[i] {
			lostCols = append(lostCols, i)
		}
		if !f.doneRow[i] {
			lostRows = append(lostRows, i)
		}
	}
	return lostCols, lostRows
}

// turnU lists U by columns too, so that solve can pass over those that meet a zero.
func (f *factor) turnU() {
	f.cStart = append(f.cStart[:0], make([]int32, f.m+1)...)
	for _, q := range f.uRow {
		f.cStart[q+1]++
	}
	for q := range f.m {
		f.cStart[q+1] += f.cStart[q]
	}
	f.cRow, f.cValue = slices.Grow(f.cRow[:0], len(f.uRow))[:len(f.uRow)], slices.Grow(f.cValue[:0], len(f.uRow))[:len(f.uRow)]
	at := append(f.cAt[:0], f.cStart...)
	f.cAt = at
	for k, r := range f.pivotRow {
		for i := f.uStart[k]; i < f.uStart[k+1]; i++ {
			q := f.uRow[i]
			f.cRow[at[q]], f.cValue[at[q]] = r, f.uValue[i]
			at[q]++
		}
	}
}

func (f *factor) reset() {
	f.lPivot, f.lStart, f.lRow, f.lValue = f.lPivot[:0], append(f.lStart[:0], 0), f.lRow[:0], f.lValue[:0]
	f.pivotRow, f.pivotCol, f.pivot = f.pivotRow[:0], f.pivotCol[:0], f.pivot[:0]
	f.uStart, f.uRow, f.uValue = append(f.uStart[:0], 0), f.uRow[:0], f.uValue[:0]
	f.ePos, f.ePivot, f.eStart, f.eRow, f.eValue = f.ePos[:0], f.ePivot[:0], append(f.eStart[:0], 0), f.eRow[:0], f.eValue[:0]
	f.stackCol, f.stackRow = f.stackCol[:0], f.stackRow[:0]
	for i := range f.m {
		f.rows[i], f.colRow[i], f.colVal[i] = f.rows[i][:0], f.colRow[i][:0], f.colVal[i][:0]
		f.rowCount[i], f.doneRow[i], f.doneCol[i] = 0, false, false
	}
	for i := range f.buckets {
		f.buckets[i] = f.buckets[i][:0]
	}
}

// file notes a column under its present count; old notes are passed over when read.
func (f *factor) file(p int32) {
	n := len(f.colRow[p])
	if n == 1 {
		f.stackCol = append(f.stackCol, p)
	}
	f.buckets[n] = append(f.buckets[n], p)
}

// eliminateNext chooses the next pivot and eliminates it: singletons first.
func (f *factor) eliminateNext() bool {
	for n := len(f.stackCol); n > 0; n = len(f.stackCol) {
		p := f.stackCol[n-1]
		f.stackCol = f.stackCol[:n-1]
		if !f.doneCol[p] && len(f.colRow[p]) == 1 && math.Abs(f.colVal[p][0]) > 1e-9 {
			f.eliminate(p, 0)
			return true
		}
	}
	for n := len(f.stackRow); n > 0; n = len(f.stackRow) {
		r := f.stackRow[n-1]
		f.stackRow = f.stackRow[:n-1]
		if f.doneRow[r] || f.rowCount[r] != 1 {
			continue
		}
		if p, k := f.onlyColumn(r); p >= 0 && f.fair(p, k) {
			f.eliminate(p, k)
			return true
		}
	}
	return f.markowitz()
}

// onlyColumn finds the entry of a row that has one left.
func (f *factor) onlyColumn(r int32) (int32, int) {
	for _, p := range f.rows[r] {
		if f.doneCol[p] {
			continue
		}
		for k, at := range f.colRow[p] {
			if at == r {
				return p, k
			}
		}
	}
	return -1, 0
}

func (f *factor) fair(p int32, k int) bool {
	most := 0.0
	for _, v := range f.colVal[p] {
		most = max(most, math.Abs(v))
	}
	return math.Abs(f.colVal[p][k]) >= fairPivot*most && most > 1e-9
}

// searched is how many columns of low count are looked at for a pivot.
const searched = 4

// markowitz eliminates the fair entry whose row and column have the fewest others.
func (f *factor) markowitz() bool {
	bestP, bestK, best, seen := int32(-1), 0, int64(math.MaxInt64), 0
	for n := 1; n <= f.m && seen < searched; n++ {
		list := f.buckets[n]
		kept := list[:0]
		for i, p := range list {
			if f.doneCol[p] || len(f.colRow[p]) != n || f.where[p] == int32(n) {
				continue
			}
			f.where[p] = int32(n)
			kept = append(kept, p)
			if k, cost := f.cheapest(p); k >= 0 {
				seen++
				if cost < best {
					bestP, bestK, best = p, k, cost
				}
			}
			if seen >= searched {
				kept = append(kept, list[i+1:]...)
				break
			}
		}
		for _, p := range kept {
			f.where[p] = -1
		}
		f.buckets[n] = kept
	}
	if bestP < 0 {
		return false
	}
	f.eliminate(bestP, bestK)
	return true
}

// cheapest returns the fair entry of column p with the least Markowitz count.
func (f *factor) cheapest(p int32) (int, int64) {
	most := 0.0
	for _, v := range f.colVal[p] {
		most = max(most, math.Abs(v))
	}
	if most < 1e-9 {
		return -1, 0
	}
	bestK, best := -1, int64(math.MaxInt64)
	for k, v := range f.colVal[p] {
		if math.Abs(v) < fairPivot*most {
			continue
		}
		cost := int64(f.rowCount[f.colRow[p][k]]-1) * int64(len(f.colRow[p])-1)
		if cost < best {
			bestK, best = k, cost
		}
	}
	return bestK, best
}

// eliminate makes entry k of column p the next pivot.
func (f *factor) eliminate(p int32, k int) {
	r, v := f.colRow[p][k], f.colVal[p][k]
	f.doneRow[r], f.doneCol[p] = true, true
	f.pivotRow, f.pivotCol, f.pivot = append(f.pivotRow, r), append(f.pivotCol, p), append(f.pivot, v)
	from := len(f.lRow)
	for i, row := range f.colRow[p] {
		if i != k {
			f.lRow, f.lValue = append(f.lRow, row), append(f.lValue, f.colVal[p][i]/v)
			f.lowerCount(row)
		}
	}
	if len(f.lRow) > from {
		f.lPivot, f.lStart = append(f.lPivot, r), append(f.lStart, int32(len(f.lRow)))
	}
	// The pivot row leaves its other columns for U, which keeps it by step.
	for _, q := range f.rows[r] {
		if q != p && !f.doneCol[q] {
			f.subtract(q, r, f.lRow[from:], f.lValue[from:])
		}
	}
	f.uStart = append(f.uStart, int32(len(f.uRow)))
}

func (f *factor) lowerCount(row int32) {
	if f.rowCount[row]--; f.rowCount[row] == 1 {
		f.stackRow = append(f.stackRow, row)
	}
}

// subtract takes the entry of column q in pivot row r into U, and subtracts its
// multiple of the elementary column from q.
func (f *factor) subtract(q, r int32, rows []int32, mult []float64) {
	qr, qv := f.colRow[q], f.colVal[q]
	at := -1
	for i, row := range qr {
		if row == r {
			at = i
			break
		}
	}
	if at < 0 {
		return
	}
	u := qv[at]
	before := len(qr)
	last := len(qr) - 1
	qr[at], qv[at] = qr[last], qv[last]
	qr, qv = qr[:last], qv[:last]
	f.uRow, f.uValue = append(f.uRow, q), append(f.uValue, u)
	if len(rows) > 0 && u != 0 {
		for i, row := range qr {
			f.where[row] = int32(i)
		}
		for i, row := range rows {
			d := float64(mult[i] * u)
			if w := f.where[row]; w >= 0 {
				qv[w] -= d
			} else {
				qr, qv = append(qr, row), append(qv, -d)
				f.rows[row] = append(f.rows[row], q)
				f.rowCount[row]++
			}
		}
		for _, row := range qr {
			f.where[row] = -1
		}
		for _, row := range rows {
			f.where[row] = -1
		}
		for i := 0; i < len(qr); { // cancelled entries only cost time
			if math.Abs(qv[i]) < 1e-13 {
				f.lowerCount(qr[i])
				l := len(qr) - 1
				qr[i], qv[i] = qr[l], qv[l]
				qr, qv = qr[:l], qv[:l]
				continue
			}
			i++
		}
	}
	f.colRow[q], f.colVal[q] = qr, qv
	if len(qr) != before {
		f.file(q)
	}
}

// solve turns x, by rows, into the solution of basis · y = x, by positions.
func (f *factor) solve(x []float64) {
	for k, r := range f.lPivot {
		if v := x[r]; v != 0 {
			for i := f.lStart[k]; i < f.lStart[k+1]; i++ {
				x[f.lRow[i]] -= float64(f.lValue[i] * v)
			}
		}
	}
	y := f.work
	for k := len(f.pivotRow) - 1; k >= 0; k-- {
		v, p := x[f.pivotRow[k]], f.pivotCol[k]
		if v != 0 {
			v /= f.pivot[k]
			for i := f.cStart[p]; i < f.cStart[p+1]; i++ {
				x[f.cRow[i]] -= float64(f.cValue[i] * v)
			}
		}
		y[p] = v
	}
	copy(x, y)
	for k, p := range f.ePos {
		if v := x[p]; v != 0 {
			v /= f.ePivot[k]
			x[p] = v
			for i := f.eStart[k]; i < f.eStart[k+1]; i++ {
				x[f.eRow[i]] -= float64(f.eValue[i] * v)
			}
		}
	}
}

// solveTransposed turns x, by positions, into the solution of y · basis = x, by rows.
func (f *factor) solveTransposed(x []float64) {
	for k := len(f.ePos) - 1; k >= 0; k-- {
		v := x[f.ePos[k]]
		for i := f.eStart[k]; i < f.eStart[k+1]; i++ {
			v -= float64(f.eValue[i] * x[f.eRow[i]])
		}
		x[f.ePos[k]] = v / f.ePivot[k]
	}
	y := f.work
	for k, r := range f.pivotRow {
		v := x[f.pivotCol[k]]
		if v != 0 {
			v /= f.pivot[k]
			for i := f.uStart[k]; i < f.uStart[k+1]; i++ {
				x[f.uRow[i]] -= float64(f.uValue[i] * v)
			}
		}
		y[r] = v
	}
	copy(x, y)
	for k := len(f.lPivot) - 1; k >= 0; k-- {
		v := x[f.lPivot[k]]
		for i := f.lStart[k]; i < f.lStart[k+1]; i++ {
			v -= float64(f.lValue[i] * x[f.lRow[i]])
		}
		x[f.lPivot[k]] = v
	}
}

// update replaces the column at position p by one whose solution is alpha.
func (f *factor) update(p int, alpha []float64) {
	f.ePos, f.ePivot = append(f.ePos, int32(p)), append(f.ePivot, alpha[p])
	for i, v := range alpha {
		if i != p && math.Abs(v) > 1e-14 {
			f.eRow, f.eValue = append(f.eRow, int32(i)), append(f.eValue, v)
		}
	}
	f.eStart = append(f.eStart, int32(len(f.eRow)))
}

// truncate forgets all basis changes but the first n.
func (f *factor) truncate(n int) {
	f.ePos, f.ePivot, f.eStart = f.ePos[:n], f.ePivot[:n], f.eStart[:n+1]
	f.eRow, f.eValue = f.eRow[:f.eStart[n]], f.eValue[:f.eStart[n]]
}
