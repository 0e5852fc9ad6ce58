package uplift

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// The fit multiplies and factors matrices of a few dozen to a few hundred rows many
// thousand times. They are stored by rows here and worked on with gonum's vector
// kernels: its matrix products would spread each over goroutines of their own,
// beside those of the fit, know nothing of blocks, and estimate condition numbers
// that nobody reads.

// A matrix is dense; row i begins at i·stride.
type matrix struct {
	rows, cols, stride int
	v                  []float64
}

func newMatrix(rows, cols int) matrix { return matrix{rows, cols, cols, make([]float64, rows*cols)} }

func (a matrix) row(i int) []float64 { return a.v[i*a.stride : i*a.stride+a.cols] }

// block returns rows and columns [from, from+n) as a view.
func (a matrix) block(from, n int) matrix {
	if n == 0 {
		return matrix{}
	}
	return matrix{n, n, a.stride, a.v[from*a.stride+from:]}
}

// times returns a·x.
func (a matrix) times(x []float64) []float64 {
	out := make([]float64, a.rows)
	for i := range out {
		out[i] = floats.Dot(a.row(i), x)
	}
	return out
}

// addOuter adds scale·xx' to a square matrix.
func (a matrix) addOuter(scale float64, x []float64) {
	for i, v := range x {
		if v != 0 {
			floats.AddScaled(a.row(i), scale*v, x)
		}
	}
}

// mirror copies the upper triangle into the lower.
func (a matrix) mirror() {
	for i := range a.rows {
		row := a.row(i)
		for j := i + 1; j < a.cols; j++ {
			a.v[j*a.stride+i] = row[j]
		}
	}
}

// An upper is the factor U of a positive definite matrix S = U'U. Row i is zero
// before column i and from column end[i] on: S has blocks.
type upper struct {
	matrix
	end []int
}

// A notPositive is a matrix without a factor: row is the first that has none.
type notPositive struct{ row int }

func (e notPositive) Error() string {
	return fmt.Sprintf("row %d of a covariance leaves no variance", e.row)
}

// oneBlock is the end of rows of a matrix without blocks.
func oneBlock(n int) []int {
	end := make([]int, n)
	for i := range end {
		end[i] = n
	}
	return end
}

// ridges are what a diagonal is raised by, relative to itself, in turn: rounding
// can leave a matrix that has a factor in theory short of one.
var ridges = [...]float64{0, 1e-10, 1e-8, 1e-6, 1e-4}

// factorOf returns the factor of s, of which only the upper triangle is read. The
// error is a notPositive or that of the context.
func factorOf(ctx context.Context, s matrix, end []int) (upper, error) {
	u := upper{newMatrix(s.rows, s.rows), end}
	var err error
	for _, ridge := range ridges {
		for i := range s.rows {
			copy(u.row(i)[i:end[i]], s.row(i)[i:end[i]])
			u.row(i)[i] *= 1 + ridge
		}
		if err = u.factorize(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	return u, err
}

// factorize turns the upper triangle of S into U, in place (Cholesky, row by row).
func (u upper) factorize(ctx context.Context) error {
	first := 0 // row of the block
	for i := range u.rows {
		if i%32 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if i > 0 && u.end[i-1] == i {
			first = i
		}
		row := u.row(i)[i:u.end[i]]
		for k := first; k < i; k++ {
			above := u.row(k)[i:u.end[i]]
			floats.AddScaled(row, -above[0], above)
		}
		if !(row[0] > 0) || math.IsInf(row[0], 0) {
			return notPositive{i}
		}
		floats.Scale(1/math.Sqrt(row[0]), row)
	}
	return nil
}

// times returns U·x.
func (u upper) times(x []float64) []float64 {
	out := make([]float64, u.rows)
	for i := range out {
		out[i] = floats.Dot(u.row(i)[i:u.end[i]], x[i:u.end[i]])
	}
	return out
}

// timesT returns U'·x.
func (u upper) timesT(x []float64) []float64 {
	out := make([]float64, u.rows)
	for i, v := range x {
		floats.AddScaled(out[i:u.end[i]], v, u.row(i)[i:u.end[i]])
	}
	return out
}

// solveT turns x into U'^-1·x.
func (u upper) solveT(x []float64) {
	for i := range x {
		x[i] /= u.row(i)[i]
		floats.AddScaled(x[i+1:u.end[i]], -x[i], u.row(i)[i+1:u.end[i]])
	}
}

// solve turns x into U^-1·x.
func (u upper) solve(x []float64) {
	for i := len(x) - 1; i >= 0; i-- {
		x[i] = (x[i] - floats.Dot(u.row(i)[i+1:u.end[i]], x[i+1:u.end[i]])) / u.row(i)[i]
	}
}

// solveRows turns the matrix x into U'^-1·x.
func (u upper) solveRows(x matrix) {
	for i := range x.rows {
		for k := range i {
			if c := u.row(k)[i]; c != 0 {
				floats.AddScaled(x.row(i), -c, x.row(k))
			}
		}
		floats.Scale(1/u.row(i)[i], x.row(i))
	}
}

// halfLogDet returns half the log determinant of S.
func (u upper) halfLogDet() float64 {
	sum := 0.0
	for i := range u.rows {
		sum += math.Log(u.row(i)[i])
	}
	return sum
}

// on returns U·a for a square matrix a.
func (u upper) on(ctx context.Context, a matrix) (matrix, error) {
	out := newMatrix(u.rows, a.cols)
	for i := range u.rows {
		if i%32 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		row := out.row(i)
		for k := i; k < u.end[i]; k++ {
			floats.AddScaled(row, u.row(i)[k], a.row(k))
		}
	}
	return out, nil
}

// inner returns the upper triangle of I + ua·U', where ua is U·a, a symmetric.
func (u upper) inner(ctx context.Context, ua matrix) (matrix, error) {
	out := newMatrix(u.rows, u.rows)
	for i := range u.rows {
		if i%32 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		row, left := out.row(i), ua.row(i)
		for j := i; j < u.rows; j++ {
			row[j] = floats.Dot(left[j:u.end[j]], u.row(j)[j:u.end[j]])
		}
		row[i]++
	}
	return out, nil
}
