package fee

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Cents is an amount of money in hundredths of a dollar.
type Cents int64

// maxCents bounds every amount that this package computes: ten trillion dollars, far
// below where a float64 loses a cent.
const maxCents = 1e15

// String returns the amount as $1,234.56, or -$1,234.56 below zero.
func (c Cents) String() string {
	sign, u := "", uint64(c)
	if c < 0 {
		sign, u = "-", -u // two's complement: right for the least int64 too
	}
	whole := strconv.FormatUint(u/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s$%s.%02d", sign, whole, u%100)
}

// ParseCents reads a dollar amount: 1.96, $1.96, $1,234.56 or -$5. It takes no
// fraction of a cent, and commas only where String puts them.
func ParseCents(s string) (Cents, error) {
	bad := fmt.Errorf("fee: %q is no amount of money; write it as $1,234.56", s)
	digits, negative := strings.CutPrefix(s, "-")
	digits, _ = strings.CutPrefix(digits, "$")
	whole, part, point := strings.Cut(digits, ".")
	if point && len(part) != 2 || !plainOrGrouped(whole) {
		return 0, bad
	}
	if !point {
		part = "00"
	}
	n, err := strconv.ParseUint(strings.ReplaceAll(whole, ",", "")+part, 10, 64)
	if err != nil || n > maxCents {
		return 0, bad
	}
	if negative {
		return -Cents(n), nil
	}
	return Cents(n), nil
}

// plainOrGrouped reports whether s is digits alone or digits in groups of three.
func plainOrGrouped(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" || g == "" || i > 0 && len(g) != 3 || len(groups) > 1 && len(g) > 3 {
			return false
		}
	}
	return true
}

// Round returns x cents rounded half away from zero. It panics when x is not a number
// or beyond 1e15 cents; callers check what comes from outside.
func Round(x float64) Cents {
	if !(math.Abs(x) <= maxCents) {
		panic(fmt.Sprintf("fee: %v cents", x))
	}
	return Cents(math.Round(x))
}

// Split divides total in proportion to the weights, exactly: the parts sum to total and
// each is its share rounded down or up. The cents left after rounding down go to the
// largest remainders, the first of equals. Weights that are all 0 divide evenly.
//
// It panics when a weight is negative or not finite, when total is beyond 1e15 cents,
// and when there is no weight for a total other than 0.
func Split(total Cents, weights []float64) []Cents {
	largest := 0.0
	for _, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			panic(fmt.Sprintf("fee: split by weight %v", w))
		}
		largest = max(largest, w)
	}
	if len(weights) == 0 {
		if total != 0 {
			panic(fmt.Sprintf("fee: split %v among nobody", total))
		}
		return nil
	}
	sum := 0.0
	shares := make([]float64, len(weights))
	for i, w := range weights {
		shares[i] = 1
		if largest > 0 {
			shares[i] = w / largest // so that no sum overflows
		}
		sum += shares[i]
	}
	for i := range shares {
		shares[i] *= float64(total) / sum
	}
	return apportion(total, shares)
}

// apportion rounds shares, which may be negative and sum to about total, to whole
// cents that sum to total: all down first, then one cent up in the order of their
// remainders, the first of equals first.
func apportion(total Cents, shares []float64) []Cents {
	parts := make([]Cents, len(shares))
	order := make([]int, len(shares))
	left := total
	for i, s := range shares {
		if math.Abs(s) > maxCents {
			panic(fmt.Sprintf("fee: %v cents", s))
		}
		parts[i], order[i] = Cents(math.Floor(s)), i
		left -= parts[i]
	}
	remainder := func(i int) float64 { return shares[i] - math.Floor(shares[i]) }
	slices.SortStableFunc(order, func(i, j int) int {
		switch a, b := remainder(i), remainder(j); {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	// Left is 0 to len-1 but for floating-point dust, which the cycle also settles.
	for n := 0; left > 0; n++ {
		parts[order[n%len(order)]]++
		left--
	}
	for n := len(order) - 1; left < 0; n-- {
		parts[order[(n%len(order)+len(order))%len(order)]]--
		left++
	}
	return parts
}
