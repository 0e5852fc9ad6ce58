package impact

import (
	"math"
	"testing"
)

// What was found on some paths holds on others, to what so many paths can tell; and they
// are others.
func TestFitsHoldOnFreshPaths(t *testing.T) {
	t.Parallel()
	h, r, o := fixtureHistory(t), fixtureRequest(), fixtureOptions()
	o.Paths = 1000
	pieces := 400_000.0
	r.Mailing.Pieces = &pieces
	mail := assessed(t, h, r, o)
	seats := assessed(t, h, seatLoss(5), o)
	checked, same := 0, 0
	for _, f := range append(mail.Fits, seats.Fits...) {
		if f.Fresh == nil {
			continue
		}
		checked++
		p := (f.Meets + *f.Fresh) / 2
		if d := math.Abs(f.Meets - *f.Fresh); d > 5*math.Sqrt(2*p*(1-p)/1000)+0.002 {
			t.Errorf("%s: %v, on fresh paths %v", f.Question, f.Meets, *f.Fresh)
		}
		if f.Meets == *f.Fresh && f.Meets < 1 {
			same++
		}
	}
	if checked < 3 || same == checked {
		t.Errorf("%d answers checked, %d of them with the very same chance", checked, same)
	}
}
