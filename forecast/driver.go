package forecast

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/ringtide/ringtide/interval"
)

// A Driver is something known ahead that moves a queue: accounts opened, bookings, bills
// sent. Its past values teach what it does, its future ones, which may be uncertain, move
// the forecast. A past day without a value is taken as usual; every open day forecast must
// have one.
type Driver struct {
	Name string
	Days map[interval.Date]DriverValue
}

// A DriverValue is the value of a driver on a day: a mean with a standard deviation, 0 for a
// value known exactly, or quantiles at 5, 50 and 95 %, between which the normal scores of
// ranks are interpolated and beyond which they go on.
type DriverValue struct {
	Mean, SD float64
	Q        *[3]float64
}

// at returns the value at a normal score.
func (v DriverValue) at(z float64) float64 {
	const z95 = 1.6448536269514722
	switch {
	case v.Q == nil:
		return v.Mean + v.SD*z
	case z < 0:
		return v.Q[1] + (v.Q[1]-v.Q[0])*z/z95
	}
	return v.Q[1] + (v.Q[2]-v.Q[1])*z/z95
}

// Days with a value that it takes to learn what a driver does, and the prior of its effect:
// the log of calls per change of the driver by its usual size.
const (
	driverDays = 28
	driverSD   = 0.5
)

// A driven is a driver of a queue as a term of its day model.
type driven struct {
	Driver
	mean, size float64 // of its past values: what 0 and 1 of the term stand for
	sd         float64 // of its past values
}

func (d driven) scale(v float64) float64 { return (v - d.mean) / d.size }

// newDriven measures a driver over the days of the history; an error says why nothing can
// be learnt from it.
func newDriven(d Driver, first interval.Date, days int) (driven, error) {
	out := driven{Driver: d}
	var past []float64
	for k := range days {
		if v, ok := d.Days[first.AddDays(k)]; ok {
			past = append(past, v.at(0))
		}
	}
	if len(past) < driverDays {
		return out, fmt.Errorf("driver %q has values for %d days of the history; it takes %d to learn what it does", d.Name, len(past), driverDays)
	}
	out.mean = sum(past) / float64(len(past))
	square := 0.0
	for _, v := range past {
		square += sq(v - out.mean)
	}
	sd := math.Sqrt(square / float64(len(past)))
	if sd <= 1e-9*math.Abs(out.mean) || sd == 0 {
		return out, fmt.Errorf("driver %q is %v on every day of the history; nothing can be learnt from it: leave it out", d.Name, past[0])
	}
	out.sd, out.size = sd, max(math.Abs(out.mean), sd)
	return out, nil
}

// setDrivers measures the drivers of a queue.
func (q *queueModel) setDrivers(drivers []Driver) error {
	var errs []error
	for _, d := range drivers {
		if slices.ContainsFunc(q.drivers, func(o driven) bool { return o.Name == d.Name }) || d.Name == "" {
			errs = append(errs, fmt.Errorf("forecast: queue %q: a driver named %q that has no name or is given twice", q.name, d.Name))
			continue
		}
		out, err := newDriven(d, q.frame.days[0].Date, len(q.days))
		if err != nil {
			errs = append(errs, fmt.Errorf("forecast: queue %q: %w", q.name, err))
		}
		q.drivers = append(q.drivers, out)
	}
	return errors.Join(errs...)
}

// driven reports whether a driver is so far from usual on a day that the day must not be
// judged by its neighbours.
func (q *queueModel) driven(day interval.Date) bool {
	for _, d := range q.drivers {
		if v, ok := d.Days[day]; ok && math.Abs(v.at(0)-d.mean) > 2*d.sd {
			return true
		}
	}
	return false
}

// driverTerms are the columns of the drivers, which come after all others.
func (q *queueModel) driverTerms() []term {
	var terms []term
	for k := range q.drivers {
		d := &q.drivers[k]
		terms = append(terms, term{"drivers", 0, driverSD, func(info dayInfo) float64 {
			v, ok := d.Days[info.date]
			if !ok {
				return 0
			}
			return d.scale(v.at(0))
		}})
	}
	return terms
}

// known reports the first open day of the future that a driver has no value for.
func (fu *future) known() error {
	first := fu.q.frame.days[0].Date
	for _, d := range fu.q.drivers {
		for k := range fu.days {
			date := first.AddDays(fu.days[k].index)
			if _, ok := d.Days[date]; fu.days[k].open && !ok {
				return fmt.Errorf("forecast: queue %q: driver %q has no value for %s; every open day of the forecast needs one", fu.q.name, d.Name, date)
			}
		}
	}
	return nil
}

// drive draws the scores of the drivers of a path: one for all its days, as forecasts of a
// driver are too high or too low for weeks, and the same for all queues.
func (w *walk) drive(path uint64) {
	w.scored = w.scored[:0]
	for _, d := range w.q.drivers {
		w.draw.at(w.seed, keyDriver, nameKey(d.Name), path)
		w.scored = append(w.scored, w.draw.deviate())
	}
}

// driven returns what the doubt about drivers adds to the log level of a day.
func (w *walk) driven(day *futureDay) float64 {
	log, main := 0.0, w.q.day.main
	for k, d := range w.q.drivers {
		j := len(main.terms) - len(w.q.drivers) + k
		v := d.Days[w.q.frame.days[0].Date.AddDays(day.index)]
		log += (main.mean[j] + w.b[j]) * (d.scale(v.at(w.scored[k])) - day.x[j])
	}
	return log
}

// ReadDrivers reads drivers by queue from CSV with the columns driver, queue, date and
// mean, and either sd or q05, q50 and q95, or neither. An empty queue stands for every
// queue, under "". The file's name stands in errors, with the line.
func ReadDrivers(r io.Reader, file string) (map[string][]Driver, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("forecast: %s: no header line driver,queue,date,mean: %w", file, err)
	}
	if err := driverColumns(header); err != nil {
		return nil, fmt.Errorf("forecast: %s, line 1: %w", file, err)
	}
	out := map[string][]Driver{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("forecast: %s: %w", file, err)
		}
		v := map[string]string{}
		for k, name := range header {
			v[name] = row[k]
		}
		if err := addDriver(out, v); err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("forecast: %s, line %d: %w", file, line, err)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("forecast: %s has no row", file)
	}
	return out, nil
}

func driverColumns(header []string) error {
	sets := [][]string{{"driver", "queue", "date", "mean"}, {"driver", "queue", "date", "mean", "sd"}, {"driver", "queue", "date", "q05", "q50", "q95"}}
	for _, set := range sets {
		if slices.Equal(slices.Sorted(slices.Values(header)), slices.Sorted(slices.Values(set))) {
			return nil
		}
	}
	return fmt.Errorf("columns %q; write driver,queue,date,mean or these with sd, or driver,queue,date,q05,q50,q95", header)
}

func addDriver(out map[string][]Driver, row map[string]string) error {
	date, err := interval.ParseDate(row["date"])
	if err != nil {
		return err
	}
	number := func(column string) (v float64) {
		text, has := row[column]
		if !has || err != nil {
			return 0
		}
		if v, err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(v) || math.Abs(v) > 1e12 {
			err = fmt.Errorf("%s %q is no number up to 1e12", column, text)
		}
		return v
	}
	value := DriverValue{Mean: number("mean"), SD: number("sd")}
	if _, has := row["q50"]; has {
		value.Q = &[3]float64{number("q05"), number("q50"), number("q95")}
		value.Mean = value.Q[1]
		if err == nil && !slices.IsSorted(value.Q[:]) {
			err = fmt.Errorf("quantiles %v do not rise", *value.Q)
		}
	}
	switch {
	case err != nil:
		return err
	case value.SD < 0:
		return fmt.Errorf("negative sd %v", value.SD)
	case row["driver"] == "":
		return errors.New("no driver name")
	}
	queue := row["queue"]
	k := slices.IndexFunc(out[queue], func(d Driver) bool { return d.Name == row["driver"] })
	if k < 0 {
		k = len(out[queue])
		out[queue] = append(out[queue], Driver{row["driver"], map[interval.Date]DriverValue{}})
	}
	if _, twice := out[queue][k].Days[date]; twice {
		return fmt.Errorf("driver %q has %s twice", row["driver"], date)
	}
	out[queue][k].Days[date] = value
	return nil
}
