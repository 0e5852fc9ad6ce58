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
	each := silentEach * floor
	silent(out, floor, judged, func(d int) float64 {
		off := apart(d)
		if off < -each { // a level that has sunk makes no day low
			off = min(off-min(around(len(z), d, judged, apart), 0), 0)
		}
		return off
	})
	return out
}

const (
	silentRun  = 5   // days of the longest run that is judged together
	silentEach = 2.5 // deviations that each day of it must lie low
	silentFar  = 6   // deviations that their mean must: two years have a thousand runs
)

// silent marks days that are too few calls only together: a run of two to five that lies
// lower, in the mean, than 6 times what such runs differ by elsewhere, every day of it low;
// freaks that lie low count as part of a run. An outage loses a part of the calls of some
// days, and of a queue of few calls no day of it stands out alone. Runs of many calls are
// left to single days: a campaign is real.
func silent(out []bool, floor float64, judged func(int) bool, apart func(int) float64) {
	var days []int
	var off []float64
	for d := range out {
		if judged(d) {
			days, off = append(days, d), append(off, apart(d))
		}
	}
	for n := 2; n <= silentRun && n <= len(days); n++ {
		means := make([]float64, len(days)-n+1)
		for k := range means {
			means[k] = sum(off[k:k+n]) / float64(n)
		}
		var all []float64
		for _, m := range means {
			all = append(all, math.Abs(m))
		}
		limit := -silentFar * max(floor/math.Sqrt(float64(n)), median(all))
		for k, m := range means {
			if m < limit && slices.Max(off[k:k+n]) < -silentEach*floor && days[k+n-1]-days[k] < 2*n+2 {
				for _, d := range days[k : k+n] {
					out[d] = true
				}
			}
		}
	}
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
