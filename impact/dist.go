package impact

import (
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/ringtide/ringtide/forecast"
)

var bandProbs = []float64{0.05, 0.25, 0.50, 0.75, 0.95}

// distOf returns the distribution of one value per path. It sorts values in place.
func distOf[T int32 | int64 | float32 | float64](values []T) Dist {
	sum := 0.0
	for _, v := range values {
		sum += float64(v)
	}
	slices.Sort(values)
	q := forecast.Quantiles(values, bandProbs)
	return Dist{sum / float64(len(values)), float64(q[0]), float64(q[1]), float64(q[2]), float64(q[3]), float64(q[4])}
}

// nearest moves the element that sorting would put at index k there, and returns it:
// quickselect with the middle as pivot (Hoare 1961, Communications of the ACM 4:321).
// It reorders values.
func nearest(values []float64, k int) float64 {
	lo, hi := 0, len(values)-1
	for lo < hi {
		pivot := values[lo+(hi-lo)/2]
		i, j := lo, hi
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return values[k]
		}
	}
	return values[k]
}

// bandsOf returns a queue's counts per interval, in columns.
func bandsOf(p *forecast.Paths, queue int) Bands {
	b := Bands{Mean: p.Mean(queue)}
	for _, q := range p.Quantile(queue, bandProbs) {
		b.Q05, b.Q25, b.Q50 = append(b.Q05, q[0]), append(b.Q25, q[1]), append(b.Q50, q[2])
		b.Q75, b.Q95 = append(b.Q75, q[3]), append(b.Q95, q[4])
	}
	return b
}

// share returns the part of values that are at least the limit.
func share(values []float64, limit float64) float64 {
	n := 0
	for _, v := range values {
		if v >= limit {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// settle makes v, a pointer to a document, ready to print. It rounds every float64 to
// six significant digits: what lies beyond is noise of the paths, and differs between
// processors that fuse a multiplication and an addition and those that do not. And
// it makes absent lists empty ones, as the schema has them.
func settle(v any) { settleValue(reflect.ValueOf(v).Elem()) }

func settleValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Float64:
		if v.CanSet() {
			v.SetFloat(round6(v.Float()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			settleValue(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			settleValue(v.Index(i))
		}
	case reflect.Pointer:
		// Facts of the request are printed as they were stated.
	}
}

func round6(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil {
		return x
	}
	return y
}
