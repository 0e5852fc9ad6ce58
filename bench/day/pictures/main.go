// Command pictures draws the pictures of docs/erlang.md and prints its tables. Run it in the
// directory of the module:
//
//	go run ./bench/day/pictures -out docs/images
package main

import (
	"context"
	"flag"
	"fmt"
	"image/color"
	"log"
	"math"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
)

var (
	blue   = color.RGBA{0x1f, 0x5f, 0xa8, 0xff}
	orange = color.RGBA{0xd9, 0x6a, 0x0b, 0xff}
	green  = color.RGBA{0x2b, 0x84, 0x3c, 0xff}
	grey   = color.RGBA{0x77, 0x77, 0x77, 0xff}
	black  = color.RGBA{0x11, 0x11, 0x11, 0xff}
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "docs/images", "directory of the pictures")
	only := flag.String("only", "", "draw only the picture of this name")
	flag.Parse()
	for _, picture := range []struct {
		name string
		draw func() (*plot.Plot, error)
	}{
		{"models", models}, {"day", day}, {"rules", rules}, {"lognormal", lognormal}, {"patience", patience}, {"uncertain", uncertain},
	} {
		if *only != "" && *only != picture.name {
			continue
		}
		p, err := picture.draw()
		if err != nil {
			log.Fatalf("%s: %v", picture.name, err)
		}
		if err := p.Save(17*vg.Centimeter, 9*vg.Centimeter, filepath.Join(*out, "erlang-"+picture.name+".png")); err != nil {
			log.Fatal(err)
		}
	}
}

func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font.Size, p.Title.Padding = 11, 6
	p.BackgroundColor = color.White
	p.Legend.Top, p.Legend.Left = false, false
	p.X.Tick.Marker, p.Y.Tick.Marker = even{2}, even{0.1}
	p.Legend.Padding, p.Legend.YOffs, p.Legend.XOffs = 2, 6, -8
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{0xe4}, color.Gray{0xe4}
	p.Add(grid)
	return p
}

// even puts a labelled tick at every multiple of its step.
type even struct{ step float64 }

func (e even) Ticks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	for k := math.Ceil(lo / e.step); k*e.step <= hi*(1+1e-12); k++ {
		ticks = append(ticks, plot.Tick{Value: k * e.step, Label: fmt.Sprintf("%.3g", k*e.step)})
	}
	return ticks
}

func line(p *plot.Plot, name string, c color.Color, dashed bool, xy plotter.XYs) {
	l, err := plotter.NewLine(xy)
	if err != nil {
		log.Fatal(err)
	}
	l.Color, l.Width = c, 1.6
	if dashed {
		l.Dashes = []vg.Length{5, 3}
	}
	p.Add(l)
	if name != "" {
		p.Legend.Add(name, l)
	}
}

func dots(p *plot.Plot, name string, c color.Color, xy plotter.XYs) {
	s, err := plotter.NewScatter(xy)
	if err != nil {
		log.Fatal(err)
	}
	s.GlyphStyle = draw.GlyphStyle{Color: c, Radius: 2.6, Shape: draw.CircleGlyph{}}
	p.Add(s)
	p.Legend.Add(name, s)
}

// steady simulates one queue in a steady state.
func steady(load, aht float64, agents int, handle, patience sim.Dist, target float64) (sim.Measures, error) {
	const calls = 6000.0
	r, err := sim.Run(context.Background(), sim.Config{
		Step: calls * aht / load, Intervals: 2, Runs: 100, Seed: 1, ShiftEnd: erlang.Exhaustive,
		Queues: []sim.Queue{{Name: "q", Calls: []float64{calls, calls}, Handle: handle, Patience: patience, Target: target}},
		Groups: []sim.Group{{Name: "g", Agents: []int{agents, agents}, Skills: []sim.Skill{{Queue: "q"}}}},
	})
	if err != nil {
		return sim.Measures{}, err
	}
	return r.Interval(0, 1), nil
}

// 25 erlangs of five minutes, patience three minutes: the queue of most pictures.
var queue = erlang.Line{Load: 25, AHT: 300, Patience: 180, Target: 20}

func models() (*plot.Plot, error) {
	p := newPlot("Service level of 25 erlangs by model", "agents", "answered within 20 s / offered")
	p.Y.Min, p.Y.Max = 0, 1
	var a, c, played plotter.XYs
	for n := 16; n <= 36; n++ {
		m, err := erlang.EvalA(float64(n), queue)
		if err != nil {
			return nil, err
		}
		k, err := erlang.EvalC(float64(n), queue)
		if err != nil {
			return nil, err
		}
		s, err := steady(queue.Load, queue.AHT, n, sim.Exponential(300), sim.Exponential(180), 20)
		if err != nil {
			return nil, err
		}
		x := float64(n)
		a, c, played = append(a, plotter.XY{X: x, Y: m.SLOffered}), append(c, plotter.XY{X: x, Y: k.SL}), append(played, plotter.XY{X: x, Y: s.SLOffered.Mean})
	}
	line(p, "Erlang A, patience 180 s", blue, false, a)
	line(p, "Erlang C: nobody hangs up", orange, false, c)
	dots(p, "simulated, callers hang up", black, played)
	return p, nil
}

// sampleDay is a day whose load doubles in two hours and falls again.
func sampleDay() erlang.Day {
	d := erlang.Day{Target: 20, ShiftEnd: erlang.Exhaustive}
	for i := range 20 {
		x := math.Sin(math.Pi * (float64(i) + 0.5) / 20)
		load := 5 + 25*x*x + 4*math.Sin(float64(i)*0.9)*x
		d.Intervals = append(d.Intervals, erlang.DayInterval{Seconds: 1800, Calls: math.Round(load * 1800 / 480), AHT: 480, Patience: 180})
	}
	return d
}

// patientDay is the sample day in quarter hours, with a target of two minutes and callers who
// never hang up.
func patientDay() erlang.Day {
	d := sampleDay()
	var cut []erlang.DayInterval
	for _, v := range d.Intervals {
		v.Seconds, v.Calls, v.Patience = v.Seconds/2, v.Calls/2, math.Inf(1)
		cut = append(cut, v, v)
	}
	d.Intervals, d.Target = cut, 120
	return d
}

// printRules prints what each rule makes of a day.
func printRules(d erlang.Day) error {
	fmt.Println("| rule | agent-hours | day | worst interval | intervals below 80% |\n|---|---|---|---|---|")
	for rule := erlang.PerInterval; rule <= erlang.Iterated; rule++ {
		d, m, err := staffed(d, rule)
		if err != nil {
			return err
		}
		hours, worst, below := 0.0, 1.0, 0
		for i, v := range m.Intervals {
			hours += float64(d.Intervals[i].Agents) * d.Intervals[i].Seconds / 3600
			worst = min(worst, v.SLOffered)
			if v.SLOffered < 0.8 {
				below++
			}
		}
		fmt.Printf("| `%v` | %.1f | %.3f | %.3f | %d of %d |\n", rule, hours, m.Day.SLOffered, worst, below, len(m.Intervals))
	}
	return nil
}

func staffed(d erlang.Day, rule erlang.StaffingRule) (erlang.Day, erlang.DayMeasures, error) {
	agents, err := erlang.StaffDay(d, erlang.ServiceLevel(erlang.SLOffered, 0.8), rule)
	if err != nil {
		return d, erlang.DayMeasures{}, err
	}
	d.Intervals = append([]erlang.DayInterval(nil), d.Intervals...)
	for i := range agents {
		d.Intervals[i].Agents = agents[i]
	}
	m, err := erlang.EvalDay(d)
	return d, m, err
}

func stationary(d erlang.Day, loads []float64) (plotter.XYs, error) {
	var xy plotter.XYs
	for i, v := range d.Intervals {
		m, err := erlang.EvalA(float64(v.Agents), erlang.Line{Load: loads[i], AHT: v.AHT, Patience: v.Patience, Target: d.Target})
		if err != nil {
			return nil, err
		}
		xy = append(xy, plotter.XY{X: clock(i), Y: m.SLOffered})
	}
	return xy, nil
}

func clock(i int) float64 { return 8.25 + float64(i)/2 }

func day() (*plot.Plot, error) {
	p := newPlot("A day staffed per interval: what the formulas say, and what happens", "hour of the day", "answered within 20 s / offered")
	p.Y.Min, p.Y.Max = 0.6, 1
	d, m, err := staffed(sampleDay(), erlang.PerInterval)
	if err != nil {
		return nil, err
	}
	own := make([]float64, len(d.Intervals))
	for i, v := range d.Intervals {
		own[i] = v.Calls * v.AHT / v.Seconds
	}
	mean, _ := erlang.OfferedLoads(d.Intervals, 0)
	byRate, err := stationary(d, own)
	if err != nil {
		return nil, err
	}
	byLoad, err := stationary(d, mean)
	if err != nil {
		return nil, err
	}
	var exact, played plotter.XYs
	c := sim.Config{Step: 1800, Intervals: len(d.Intervals), Runs: 4000, Seed: 2, ShiftEnd: d.ShiftEnd,
		Queues: []sim.Queue{{Name: "q", Handle: sim.Exponential(480), Patience: sim.Exponential(180), Target: 20}},
		Groups: []sim.Group{{Name: "g", Skills: []sim.Skill{{Queue: "q"}}}}}
	for _, v := range d.Intervals {
		c.Queues[0].Calls = append(c.Queues[0].Calls, v.Calls)
		c.Groups[0].Agents = append(c.Groups[0].Agents, v.Agents)
	}
	r, err := sim.Run(context.Background(), c)
	if err != nil {
		return nil, err
	}
	errRate, errLoad := 0.0, 0.0
	for i, v := range m.Intervals {
		exact = append(exact, plotter.XY{X: clock(i), Y: v.SLOffered})
		played = append(played, plotter.XY{X: clock(i), Y: r.Interval(0, i).SLOffered.Mean})
		errRate += math.Abs(byRate[i].Y - v.SLOffered)
		errLoad += math.Abs(byLoad[i].Y - v.SLOffered)
	}
	n := float64(len(d.Intervals))
	fmt.Printf("sample day: the interval's own rate misses by %.1f points on average, m(t) by %.1f\n", 100*errRate/n, 100*errLoad/n)
	for _, cv := range []float64{0.5, 1.3, 2} {
		c.Queues[0].Handle = sim.Lognormal(480, cv)
		r, err := sim.Run(context.Background(), c)
		if err != nil {
			return nil, err
		}
		sum, worst := 0.0, 0.0
		for i, v := range m.Intervals {
			e := 100 * math.Abs(r.Interval(0, i).SLOffered.Mean-v.SLOffered)
			sum, worst = sum+e, max(worst, e)
		}
		fmt.Printf("lognormal handle times of CV %v: EvalDay misses the half hours by %.1f points on average, %.1f at worst; day %.3f, simulated %.3f\n",
			cv, sum/n, worst, m.Day.SLOffered, r.Day(0).SLOffered.Mean)
	}
	line(p, "Erlang A at the interval's rate", orange, true, byRate)
	line(p, "Erlang A at the offered load m(t)", green, true, byLoad)
	line(p, "EvalDay, exact", blue, false, exact)
	dots(p, "simulated", black, played)
	return p, nil
}

func rules() (*plot.Plot, error) {
	p := newPlot("The same day staffed for 80/20 by four rules, service as it will be", "hour of the day", "answered within 20 s / offered")
	p.Y.Min, p.Y.Max = 0.6, 1
	for _, d := range []erlang.Day{sampleDay(), patientDay()} {
		if err := printRules(d); err != nil {
			return nil, err
		}
	}
	for rule := erlang.PerInterval; rule <= erlang.Iterated; rule++ {
		_, m, err := staffed(sampleDay(), rule)
		if err != nil {
			return nil, err
		}
		var xy plotter.XYs
		for i, v := range m.Intervals {
			xy = append(xy, plotter.XY{X: clock(i), Y: v.SLOffered})
		}
		switch rule { // three of them lie on each other
		case erlang.PerInterval:
			line(p, rule.String(), orange, false, xy)
		case erlang.Lagged:
			line(p, rule.String(), green, false, xy)
		case erlang.OfferedLoad:
			line(p, rule.String(), blue, true, xy)
		default:
			dots(p, rule.String(), black, xy)
		}
	}
	line(p, "", grey, true, plotter.XYs{{X: clock(0), Y: 0.8}, {X: clock(19), Y: 0.8}})
	return p, nil
}

func lognormal() (*plot.Plot, error) {
	p := newPlot("Erlang A when handle times are not exponential", "agents for 25 erlangs", "simulated - formula, points")
	fmt.Println("| handle time | agents | SL formula | SL simulated | abandoned formula | simulated |\n|---|---|---|---|---|---|")
	for _, law := range []struct {
		name string
		dist sim.Dist
		c    color.Color
	}{
		{"constant", sim.Constant(300), grey},
		{"gamma, CV 0.5", sim.Gamma(300, 0.5), green},
		{"exponential, CV 1", sim.Exponential(300), black},
		{"lognormal, CV 1.3", sim.Lognormal(300, 1.3), blue},
		{"lognormal, CV 2", sim.Lognormal(300, 2), orange},
	} {
		var xy plotter.XYs
		for n := 20; n <= 32; n += 2 {
			want, err := erlang.EvalA(float64(n), queue)
			if err != nil {
				return nil, err
			}
			got, err := steady(25, 300, n, law.dist, sim.Exponential(180), 20)
			if err != nil {
				return nil, err
			}
			xy = append(xy, plotter.XY{X: float64(n), Y: 100 * (got.SLOffered.Mean - want.SLOffered)})
			if n == 22 || n == 26 || n == 30 {
				fmt.Printf("| %s | %d | %.3f | %.3f ± %.3f | %.4f | %.4f ± %.4f |\n", law.name, n, want.SLOffered, got.SLOffered.Mean,
					got.SLOffered.HalfWidth, want.PAbandon, got.PAbandon.Mean, got.PAbandon.HalfWidth)
			}
		}
		line(p, law.name, law.c, false, xy)
	}
	p.Legend.Top = true
	p.Y.Min, p.Y.Max = -4, 4
	p.Y.Tick.Marker = even{1}
	return p, nil
}

func patience() (*plot.Plot, error) {
	p := newPlot("Patience of mean 180 s, of three laws (dashed: Erlang A at the patience fitted to the waits)", "agents for 25 erlangs", "abandoned / offered")
	var a plotter.XYs
	p.Y.Min, p.Y.Tick.Marker = 0, even{0.05}
	for n := 18; n <= 30; n++ {
		m, err := erlang.EvalA(float64(n), queue)
		if err != nil {
			return nil, err
		}
		a = append(a, plotter.XY{X: float64(n), Y: m.PAbandon})
	}
	line(p, "Erlang A, patience 180 s", blue, false, a)
	fmt.Println("| patience, mean 180 s | agents | abandoned | Erlang A at 180 s | at the fitted patience |\n|---|---|---|---|---|")
	for _, law := range []struct {
		name string
		dist sim.Dist
		c    color.Color
	}{{"exponential", sim.Exponential(180), black}, {"gamma, CV 0.5: few leave early", sim.Gamma(180, 0.5), green}, {"lognormal, CV 2: many leave early", sim.Lognormal(180, 2), orange}} {
		var xy, fitted plotter.XYs
		for n := 18; n <= 30; n += 2 {
			got, err := steady(25, 300, n, sim.Exponential(300), law.dist, 20)
			if err != nil {
				return nil, err
			}
			l := queue
			l.Patience = got.WaitAll.Mean / got.PAbandon.Mean // what FitPatience finds
			m, err := erlang.EvalA(float64(n), l)
			if err != nil {
				return nil, err
			}
			xy, fitted = append(xy, plotter.XY{X: float64(n), Y: got.PAbandon.Mean}), append(fitted, plotter.XY{X: float64(n), Y: m.PAbandon})
			if n == 22 || n == 26 {
				plain, err := erlang.EvalA(float64(n), queue)
				if err != nil {
					return nil, err
				}
				fmt.Printf("| %s | %d | %.4f | %.4f | %.4f (%.0f s) |\n", law.name, n, got.PAbandon.Mean, plain.PAbandon, m.PAbandon, l.Patience)
			}
		}
		dots(p, law.name, law.c, xy)
		line(p, "", law.c, true, fitted)
	}
	p.Legend.Top = true
	return p, nil
}

func uncertain() (*plot.Plot, error) {
	p := newPlot("20 erlangs forecast, 80/20: what a forecast error does", "agents", "share")
	p.Y.Min, p.Y.Max = 0, 1
	l, goal := erlang.Line{Load: 20, AHT: 300, Patience: 180, Target: 20}, erlang.ServiceLevel(erlang.SLOffered, 0.8)
	law, err := erlang.NewGammaLoad(20, 0.1)
	if err != nil {
		return nil, err
	}
	var point, expected, chance plotter.XYs
	for n := 18.0; n <= 30; n++ {
		m, err := erlang.EvalA(n, l)
		if err != nil {
			return nil, err
		}
		e, err := erlang.ExpectedLevelA(n, l, erlang.SLOffered, law)
		if err != nil {
			return nil, err
		}
		c, err := erlang.ChanceA(n, l, goal, law)
		if err != nil {
			return nil, err
		}
		point, expected, chance = append(point, plotter.XY{X: n, Y: m.SLOffered}), append(expected, plotter.XY{X: n, Y: e}), append(chance, plotter.XY{X: n, Y: c})
	}
	line(p, "service level at the forecast", blue, false, point)
	line(p, "of all calls, load 10% off (one sd)", green, true, expected)
	line(p, "chance that an interval meets 80/20", orange, false, chance)
	return p, nil
}
