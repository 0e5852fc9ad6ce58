package forecast

import (
	"math"
	"slices"
)

// freaks marks days whose value is further than 5 median absolute deviations
// from the median of the 8 surrounding days of the same weekday. skip names days
// that the calendar explains; they are neither judged nor used. z holds
// logarithms (or another scale of even spread) of the days that ok accepts.
//
// The deviation is the larger of that of the 8 days and that of the whole
// history, at least floor: eight days that happen to agree condemn nobody.
func freaks(z []float64, ok, skip []bool, floor float64) []bool {
	mid, spread := make([]float64, len(z)), make([]float64, len(z))
	var all []float64
	for d := range z {
		near := surrounding(z, ok, skip, d)
		if len(near) < 4 {
			mid[d] = math.NaN()
			continue
		}
		mid[d] = median(near)
		for i := range near {
			near[i] = math.Abs(near[i] - mid[d])
		}
		spread[d] = median(near)
		if ok[d] && !skip[d] {
			all = append(all, math.Abs(z[d]-mid[d]))
		}
	}
	out := make([]bool, len(z))
	if len(all) == 0 {
		return out
	}
	floor = max(floor, median(all))
	apart := func(d int) float64 { return z[d] - mid[d] }
	judged := func(d int) bool { return ok[d] && !skip[d] && !math.IsNaN(mid[d]) }
	for d := range z {
		limit := 5 * max(floor, spread[d])
		out[d] = judged(d) && math.Abs(apart(d)) > limit && math.Abs(apart(d)-around(len(z), d, judged, apart)) > limit
	}
	return out
}

// around returns the median distance of the ten judged days before a day and the
// ten after it: where they are as far off as the day itself, the level has moved
// and the day is no freak.
func around(n, day int, judged func(int) bool, apart func(int) float64) float64 {
	var near []float64
	for _, step := range []int{-1, 1} {
		for d, seen := day+step, 0; d >= 0 && d < n && seen < 10; d += step {
			if judged(d) {
				near = append(near, apart(d))
				seen++
			}
		}
	}
	if len(near) == 0 {
		return 0
	}
	return median(near)
}

// surrounding returns the values of the 8 nearest usable days of the same
// weekday as day, itself not among them, at most half a year away.
func surrounding(z []float64, ok, skip []bool, day int) []float64 {
	var near []float64
	for k := 7; k <= 182 && len(near) < 8; k += 7 {
		for _, d := range []int{day - k, day + k} {
			if d >= 0 && d < len(z) && ok[d] && !skip[d] {
				near = append(near, z[d])
			}
		}
	}
	return near
}

// median sorts x.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	h := len(x) / 2
	if len(x)%2 == 1 {
		return x[h]
	}
	return (x[h-1] + x[h]) / 2
}
