package report

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// onCanvas draws on a blank, uncompressed page and returns the file.
func onCanvas(t *testing.T, do func(c *canvas)) string {
	t.Helper()
	s := newSheet(Letter)
	s.pdf.SetCompression(false)
	s.newPage()
	c := newCanvas(s.pdf, 100, 200, 300, 150)
	do(c)
	c.close()
	var buf bytes.Buffer
	if err := s.pdf.Output(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestCanvasPlacesPoints(t *testing.T) {
	got := onCanvas(t, func(c *canvas) {
		c.SetColor(color.NRGBA{0, 114, 178, 128})
		c.SetLineDash([]vg.Length{4, 2}, 1)
		c.Push()
		c.Translate(vg.Point{X: 10, Y: 20})
		c.Scale(2, 2)
		var p vg.Path
		p.Move(vg.Point{})
		p.Line(vg.Point{X: 50, Y: 0})
		c.Stroke(p)
		c.Pop()
		c.Stroke(p)
	})
	// The canvas begins 100 points from the left and 792-200-150 = 442 from the foot.
	for _, want := range []string{
		"110.00 462.00 m\n210.00 462.00 l", // moved by (10, 20), then 50 units of 2
		"2.00 w", "[8.00 4.00] 2.00 d",     // width and dashes are scaled too
		"100.00 442.00 m\n150.00 442.00 l", "[4.00 2.00] 1.00 d", // Pop brings the old map back
		"0.000 0.447 0.698 RG", "/ca 0.502", // straight colour with its alpha beside it
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if i, j := strings.LastIndex(got, "/GS"), strings.LastIndex(got, "[] 0.00 d"); i < 0 || j < 0 {
		t.Error("close does not reset alpha and dashes")
	}
}

// TestArcsStayOnTheCircle reads the curves back from the page and samples them.
func TestArcsStayOnTheCircle(t *testing.T) {
	for _, sweep := range []float64{0.3, math.Pi / 2, math.Pi, -2 * math.Pi, 2 * math.Pi} {
		got := onCanvas(t, func(c *canvas) {
			var p vg.Path
			p.Arc(vg.Point{X: 150, Y: 75}, 70, 0.7, sweep)
			c.Stroke(p)
		})
		// The canvas begins at (100, 442), so the centre lies at (250, 517) on the page.
		angle, from := 0.7, [2]float64{250 + 70*math.Cos(0.7), 517 + 70*math.Sin(0.7)}
		for _, m := range regexp.MustCompile(`([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) c\n`).FindAllStringSubmatch(got, -1) {
			var v [6]float64
			for i := range v {
				v[i], _ = strconv.ParseFloat(m[i+1], 64)
			}
			for u := 0.0; u <= 1; u += 0.02 {
				b := [4]float64{(1 - u) * (1 - u) * (1 - u), 3 * u * (1 - u) * (1 - u), 3 * u * u * (1 - u), u * u * u}
				x := b[0]*from[0] + b[1]*v[0] + b[2]*v[2] + b[3]*v[4]
				y := b[0]*from[1] + b[1]*v[1] + b[2]*v[3] + b[3]*v[5]
				if e := math.Abs(math.Hypot(x-250, y-517)/70 - 1); e > 4e-4 {
					t.Fatalf("sweep %v: %v of the radius off the circle", sweep, e)
				}
			}
			turn := math.Atan2(v[5]-517, v[4]-250) - math.Atan2(from[1]-517, from[0]-250)
			angle += math.Remainder(turn, 2*math.Pi)
			from = [2]float64{v[4], v[5]}
		}
		if math.Abs(angle-0.7-sweep) > 1e-3 {
			t.Errorf("sweep %v: the curves turn by %v", sweep, angle-0.7)
		}
	}
}

func TestCanvasTurnsText(t *testing.T) {
	got := onCanvas(t, func(c *canvas) {
		sty := letters(faceTick, 0, 0)
		sty.Rotation = math.Pi / 2
		sty.Handler.Draw(c, "up", sty, vg.Point{X: 20, Y: 30})
	})
	if !strings.Contains(got, "0.00000 1.00000 -1.00000 0.00000") {
		t.Error("no quarter turn before the text")
	}
}

func TestCanvasTakesImages(t *testing.T) {
	got := onCanvas(t, func(c *canvas) {
		c.DrawImage(vg.Rectangle{Max: vg.Point{X: 30, Y: 20}}, image.NewGray(image.Rect(0, 0, 3, 2)))
	})
	if !strings.Contains(got, "/Subtype /Image") || !strings.Contains(got, "30.00000 0 0 20.00000 100.00000 442.00000 cm") {
		t.Error("the image is not where it belongs")
	}
}

func TestPopWithoutPushPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	onCanvas(t, func(c *canvas) { c.Pop() })
}

func TestAxisTicksAreRound(t *testing.T) {
	for _, tt := range []struct {
		low, high float64
		labels    string
	}{
		{0, 1234, "0 500 1,000 1,500"}, {0, 47, "0 20 40 60"}, {-241, 0, "−300 −200 −100 0"}, {0, 0, "0 0.5 1"}, {0, 3.3, "0 1 2 3 4"},
	} {
		a := upTo(tt.low, tt.high, 4, count)
		var got []string
		for _, k := range a.ticks {
			got = append(got, k.Label)
		}
		if s := strings.Join(got, " "); s != tt.labels {
			t.Errorf("%v to %v: %s, want %s", tt.low, tt.high, s, tt.labels)
		}
		if a.min > tt.low || a.max < tt.high || a.min > 0 {
			t.Errorf("%v to %v: axis %v to %v", tt.low, tt.high, a.min, a.max)
		}
	}
}

func TestHeatKeepsTheSum(t *testing.T) {
	for name, f := range variants() {
		a := f.build()
		want := 0.0
		for _, c := range a.Profile {
			if c.Open {
				want += c.With
			}
		}
		h := heat(a.Profile, a.Horizon.StepSeconds/60, func(c impact.ProfileCell) float64 { return c.With })
		got := 0.0
		for _, row := range h.Cells {
			for _, c := range row {
				got += c.Value
			}
		}
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: cells sum to %v, the profile to %v", name, got, want)
		}
		if len(h.Minutes) > heatRoom {
			t.Errorf("%s: %d columns", name, len(h.Minutes))
		}
	}
}

func TestGapIsRosteredMinusNeeded(t *testing.T) {
	d := StaffDay{Date: interval.MustDate("2026-06-08"), Minutes: []int{480, 510, 540, 570}, Open: []bool{true, true, true, false},
		Without: []int{4, 5, 5, 9}, With: []int{5, 8, 4, 9}, Rostered: []float64{5, 5, 6, 0}}
	g := gapOf(d, 30)
	if g.people != -3 || g.at != "Mon 8 Jun 08:30" || g.needed != 8 || g.rostered != 5 {
		t.Errorf("worst gap %+v", g)
	}
	if g.short != 1.5 || g.spare != 1 || g.shortBefore != 0 || g.intervals != 1 || g.open != 3 {
		t.Errorf("hours %+v", g)
	}
}

func TestClocksGoBack(t *testing.T) {
	f := sample()
	f.first, f.weeks, f.weekend, f.day, f.step = "2026-10-12", 2, true, [2]int{0, 24 * 60}, 60
	a := f.build()
	if n := len(a.Horizon.Starts); n != 14*24 {
		t.Fatalf("%d intervals", n)
	}
	f.first = "2026-10-26" // ends on Sunday 8 November; the clocks go back on the first
	a = f.build()
	if n := len(a.Horizon.Starts); n != 14*24+1 {
		t.Fatalf("%d intervals", n)
	}
	r := read(a)
	c := staffingChart(r, a.Pools[0], interval.MustDate("2026-10-26"))
	if n := len(c.Days[6].Minutes); n != 25 || c.From != 0 || c.To != 1440 {
		t.Errorf("the long day has %d columns, %d to %d", n, c.From, c.To)
	}
	if err := PDF(new(bytes.Buffer), a, Options{}); err != nil {
		t.Error(err)
	}
}

func TestTableColumnsFillTheWidth(t *testing.T) {
	s := newSheet(Letter)
	for name, f := range variants() {
		for _, sec := range must(BuildPages(f.build())).Sections {
			for _, b := range sec.Blocks {
				tab, ok := b.(Table)
				if !ok {
					continue
				}
				l, _, width := s.lay(tab)
				sum := 0.0
				for j, w := range l.widths {
					sum += w
					if w < 20 {
						t.Errorf("%s, %s: column %q is %.1f points wide", name, sec.Title, tab.Columns[j].Head, w)
					}
				}
				if math.Abs(sum-width) > 0.01 {
					t.Errorf("%s, %s: columns take %.2f of %.2f points", name, sec.Title, sum, width)
				}
			}
		}
	}
}

func TestOneDayHorizon(t *testing.T) {
	a := sample().build()
	a.Days, a.Options = a.Days[7:8], nil
	if err := PDF(new(bytes.Buffer), a, Options{}); err != nil {
		t.Error(err)
	}
}
