package forecast

import "math"

// cholesky overwrites the lower triangle of the symmetric positive definite n×n
// matrix a, stored by rows, with L of a = L·L', and returns log det a.
func cholesky(a []float64, n int) float64 {
	logDet := 0.0
	for i := range n {
		ri := a[i*n : i*n+n]
		for j := range i + 1 {
			rj := a[j*n : j*n+n]
			s := ri[j]
			for k := range j {
				s -= ri[k] * rj[k]
			}
			if i == j {
				// Rounding alone brings a pivot here to zero: every prior is proper.
				d := math.Sqrt(max(s, 1e-12))
				ri[i] = d
				logDet += 2 * math.Log(d)
			} else {
				ri[j] = s / rj[j]
			}
		}
	}
	return logDet
}

// forward solves L·y = b in place.
func forward(l []float64, n int, b []float64) {
	for i := range n {
		s := b[i]
		for k := range i {
			s -= l[i*n+k] * b[k]
		}
		b[i] = s / l[i*n+i]
	}
}

// backward solves L'·x = y in place.
func backward(l []float64, n int, b []float64) {
	for i := n - 1; i >= 0; i-- {
		s := b[i]
		for k := i + 1; k < n; k++ {
			s -= l[k*n+i] * b[k]
		}
		b[i] = s / l[i*n+i]
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
