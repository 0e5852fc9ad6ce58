package forecast

import "math"

// The ziggurat covers the right half of the normal density with 256 layers of the
// area v; the lowest ends at r and holds the tail too (Marsaglia and Tsang 2000,
// Journal of Statistical Software 5:8, whose r and v these are).
const (
	zigLayers = 256
	zigR      = 3.6541528853610088
	zigV      = 0.00492867323399
)

// A ziggurat holds the right ends of the layers from the lowest up, the first one
// as wide as its area asks for, and the density at them.
type ziggurat struct{ x, f [zigLayers + 1]float64 }

var zig = newZiggurat()

func newZiggurat() *ziggurat {
	z := &ziggurat{}
	f := func(x float64) float64 { return math.Exp(-0.5 * x * x) }
	z.x[0], z.x[1] = zigV/f(zigR), zigR
	for i := 2; i < zigLayers; i++ {
		z.x[i] = math.Sqrt(-2 * math.Log(zigV/z.x[i-1]+f(z.x[i-1])))
	}
	for i, x := range z.x {
		z.f[i] = f(x)
	}
	return z
}

// normal returns a standard normal variate and a uniform one in (0, 1] beside it,
// which the rejections of gamma and poisson need. One random word holds both: 8
// bits choose the layer, 32 the place in it, 24 the uniform.
func (d *draw) normal() (x, u float64) {
	for {
		word := d.count.Uint64()
		i := word & (zigLayers - 1)
		x = float64(int32(word>>32)) * 0x1p-31 * zig.x[i]
		u = float64(word>>8&(1<<24-1)+1) * 0x1p-24
		if math.Abs(x) < zig.x[i+1] {
			return x, u
		}
		if i == 0 {
			return math.Copysign(d.normalTail(), x), u
		}
		if zig.f[i]+d.uniform()*(zig.f[i+1]-zig.f[i]) < math.Exp(-0.5*x*x) {
			return x, u
		}
	}
}

// deviate returns a standard normal variate.
func (d *draw) deviate() float64 {
	x, _ := d.normal()
	return x
}

// normalTail returns a normal variate beyond the lowest layer (Marsaglia 1964,
// Technometrics 6:101).
func (d *draw) normalTail() float64 {
	for {
		x := -math.Log(d.uniform()) / zigR
		if -2*math.Log(d.uniform()) > x*x {
			return zigR + x
		}
	}
}
