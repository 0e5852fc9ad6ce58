package forecast

import (
	"cmp"
	"slices"
)

// minimise returns the best point that a Nelder-Mead search (1965, Computer
// Journal 7:308) of at most the given number of calls finds from x, with first
// steps of the given size; it stops when the simplex differs by less than 0.02,
// which is nothing on the scale of a log likelihood.
func minimise(f func([]float64) float64, x []float64, size float64, calls int) []float64 {
	type vertex struct {
		x []float64
		y float64
	}
	n := len(x)
	eval := func(x []float64) vertex { calls--; return vertex{x, f(x)} }
	simplex := []vertex{eval(x)}
	for i := range n {
		y := slices.Clone(x)
		y[i] += size
		simplex = append(simplex, eval(y))
	}
	for calls > 0 {
		slices.SortStableFunc(simplex, func(a, b vertex) int { return cmp.Compare(a.y, b.y) })
		worst := simplex[n]
		if worst.y-simplex[0].y < 0.02 {
			break
		}
		along := func(t float64) []float64 { // centroid + t·(centroid - worst)
			y := make([]float64, n)
			for i := range n {
				for _, v := range simplex[:n] {
					y[i] += v.x[i] / float64(n)
				}
				y[i] += t * (y[i] - worst.x[i])
			}
			return y
		}
		r := eval(along(1))
		switch {
		case r.y < simplex[0].y:
			if e := eval(along(2)); e.y < r.y {
				r = e
			}
			simplex[n] = r
		case r.y < simplex[n-1].y:
			simplex[n] = r
		default:
			if c := eval(along(-0.5)); c.y < worst.y {
				simplex[n] = c
				continue
			}
			for i := 1; i <= n; i++ {
				for j := range n {
					simplex[i].x[j] = (simplex[i].x[j] + simplex[0].x[j]) / 2
				}
				simplex[i] = eval(simplex[i].x)
			}
		}
	}
	return slices.MinFunc(simplex, func(a, b vertex) int { return cmp.Compare(a.y, b.y) }).x
}
