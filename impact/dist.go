package impact

import (
	"math"
	"reflect"
	"strconv"
)

var bandProbs = []float64{0.05, 0.25, 0.50, 0.75, 0.95}

// quantiles returns where the quantiles of d stand, in the order of bandProbs.
func (d *Dist) quantiles() [5]*float64 {
	return [5]*float64{&d.Q05, &d.Q25, &d.Q50, &d.Q75, &d.Q95}
}

// distOf returns the distribution of one value per path, its quantiles by the inverse
// of the empirical distribution, as forecast.Quantiles takes them. It reorders values.
func distOf[T int32 | int64 | float32 | float64](values []T) Dist {
	sum := 0.0
	for _, v := range values {
		sum += float64(v)
	}
	d := Dist{Mean: sum / float64(len(values))}
	lo := 0 // what lies before it is no greater than what comes
	for k, to := range d.quantiles() {
		r := rank(bandProbs[k], len(values))
		*to = float64(nearest(values[lo:], r-lo))
		lo = r
	}
	return d
}

// nearest moves the element that sorting would put at index k there, and returns it;
// none before it is greater, none after it less. Quickselect with the middle as pivot
// (Hoare 1961, Communications of the ACM 4:321). It reorders values.
func nearest[T int32 | int64 | float32 | float64](values []T, k int) T {
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

// settleParts settles what settle leaves out because only some documents have it.
func settleParts(a *Assessment) {
	if a.SecondStage != nil {
		settle(a.SecondStage)
	}
	if a.Uplift.Hours != nil {
		settle(a.Uplift.Hours)
	}
	for _, o := range a.Options {
		if o.Blocked != nil {
			settle(o.Blocked)
		}
	}
}

func round6(x float64) float64 {
	if math.Abs(x) < 1e6 && x == math.Trunc(x) || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil {
		return x
	}
	return y
}
