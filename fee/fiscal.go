package fee

import (
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A YearStart is the first day of the fiscal year, as month and day: 07-01. The zero
// value means that bills are not split.
type YearStart struct {
	Month time.Month
	Day   int
}

// MarshalText gives the form of UnmarshalText.
func (y YearStart) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d-%02d", int(y.Month), y.Day), nil
}

// UnmarshalText reads month and day, such as 07-01. There is no 29 February: a fiscal
// year that began on it would have no start in three of four years.
func (y *YearStart) UnmarshalText(text []byte) error {
	d, err := interval.ParseDate("2001-" + string(text))
	if err != nil {
		return fmt.Errorf("fee: first day of the fiscal year %q; write month and day, such as 07-01", text)
	}
	*y = YearStart{d.Month(), d.Day()}
	return nil
}

// next returns the first day of the fiscal year after day d.
func (y YearStart) next(d interval.Date) interval.Date {
	for year := d.Year(); ; year++ {
		if s := interval.MustDate(fmt.Sprintf("%04d-%02d-%02d", year, int(y.Month), y.Day)); s.After(d) {
			return s
		}
	}
}

// Name returns the fiscal year of day d by the calendar year it ends in: FY2027.
func (y YearStart) Name(d interval.Date) string {
	return fmt.Sprintf("FY%d", y.next(d).AddDays(-1).Year())
}

// A piece is the part of a line that falls into one fiscal year.
type piece struct {
	first, last interval.Date
	part        float64 // of the line, by usage or by days as its basis counts
}

// pieces cuts the days of a line at the ends of fiscal years.
func (b *bill) pieces(l Line) []piece {
	whole := piece{l.First, l.Last, 1}
	if b.fiscal == (YearStart{}) || l.Basis == SetUp || l.Last.Before(b.fiscal.next(l.First)) {
		return []piece{whole} // a set-up is charged once, on the first day
	}
	weigh := b.usage.share
	switch l.Basis {
	case PerMonth:
		weigh = months
	case YearShare:
		weigh = years
	}
	all := weigh(l.First, l.Last)
	if all == 0 {
		weigh, all = days, days(l.First, l.Last)
	}
	var out []piece
	for first := l.First; !first.After(l.Last); {
		next := b.fiscal.next(first)
		last := next.AddDays(-1)
		if last.After(l.Last) {
			last = l.Last
		}
		out = append(out, piece{first, last, weigh(first, last) / all})
		first = next
	}
	return out
}

func days(first, last interval.Date) float64 { return float64(last.Sub(first) + 1) }

// addSplit adds a line for every fiscal year. On every path the amounts of the years sum
// to that of the whole: each year has the difference of two rounded sums from the first
// year on.
func (b *bill) addSplit(l Line, amounts []Cents, pieces []piece) {
	upTo, before := 0.0, make([]Cents, len(amounts))
	for k, p := range pieces {
		upTo += p.part
		part := make([]Cents, len(amounts))
		for i, a := range amounts {
			sum := a
			if k < len(pieces)-1 {
				sum = Round(float64(a) * upTo)
			}
			part[i], before[i] = sum-before[i], sum
		}
		x := l
		x.First, x.Last, x.Label = p.first, p.last, l.Label+", "+b.fiscal.Name(p.first)
		x.Quantity = l.Quantity.times(p.part)
		b.append(x, part)
	}
}

func (q Quantity) times(x float64) Quantity {
	return Quantity{q.Mean * x, q.P5 * x, q.P50 * x, q.P90 * x, q.P95 * x}
}
