package schedule

import "math"

// direction sets d to how fast each basic variable falls as c rises.
func (r *relaxation) direction(c column, d []float64) {
	rows, sign := r.rows[:0], 1.0
	switch c.what {
	case isStint:
		r.d.each(c.stint, func(t int) { rows = append(rows, t-r.lo) })
		rows = append(rows, r.n+r.d.cands[c.stint.cand].kind)
	case isExtra:
		rows, sign = append(rows, c.row), -1
	default:
		rows = append(rows, c.row)
	}
	r.rows = rows
	for i, inv := range r.inverse {
		sum := 0.0
		for _, j := range rows {
			sum += inv[j]
		}
		d[i] = float64(sign * sum)
	}
}

// step moves the entering variable until a basic one, or it itself, meets a bound.
func (r *relaxation) step(enter column, rate float64, d []float64) {
	most, out, upper := math.Inf(1), -1, false
	if enter.what == isExtra {
		most = r.room[enter.row]
	}
	for i, di := range d {
		var room float64
		switch {
		case di > 1e-9:
			room = max(0, r.level[i]) / di
		case di < -1e-9 && r.basis[i].what == isExtra:
			room = max(0, r.room[r.basis[i].row]-r.level[i]) / -di
		default:
			continue
		}
		// Among equals the largest pivot is the safest.
		if room < most-1e-12 || out >= 0 && room <= most+1e-12 && math.Abs(di) > math.Abs(d[out]) {
			most, out, upper = min(most, room), i, di < 0
		}
	}
	if math.IsInf(most, 1) { // cannot be: every cost is bounded below by zero
		return
	}
	for i, di := range d {
		r.level[i] -= float64(most * di)
	}
	if out < 0 { // from one bound to the other
		r.full[enter.row] = !r.full[enter.row]
		return
	}
	start := 0.0
	if rate > 0 {
		start, most = r.room[enter.row], -most
		for i := range d { // back to the direction of the column itself
			d[i] = -d[i]
		}
	}
	r.swap(out, upper, enter, start+most, rate, d)
}

// swap puts the entering variable, now at level, in the place of the leaving one.
func (r *relaxation) swap(out int, upper bool, enter column, level, rate float64, d []float64) {
	switch old := r.basis[out]; old.what {
	case isShort:
		r.shortIn[old.row] = false
	case isExtra:
		r.extraIn[old.row], r.full[old.row] = false, upper
	}
	switch enter.what {
	case isShort:
		r.shortIn[enter.row] = true
	case isExtra:
		r.extraIn[enter.row], r.full[enter.row] = true, false
	}
	r.basis[out], r.level[out] = enter, level
	r.pivot(out, rate, d)
}

// pivot brings the inverse and the prices to the new basis. Most rows of the inverse
// are mostly zero while few stints are in: only the others are touched.
func (r *relaxation) pivot(out int, rate float64, d []float64) {
	row := r.inverse[out]
	at := r.rows[:0]
	for j, v := range row {
		if v != 0 {
			row[j] = v / d[out]
			r.price[j] += float64(rate * row[j])
			at = append(at, j)
		}
	}
	r.rows = at
	for i, di := range d {
		if i == out || math.Abs(di) < 1e-12 {
			continue
		}
		other := r.inverse[i]
		for _, j := range at {
			other[j] -= float64(di * row[j])
		}
	}
}
