package cli

import (
	"fmt"
	"io"
	"math"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
	"github.com/ringtide/ringtide/report"
)

// fineDays is the longest forecast drawn by interval; longer ones are drawn by day.
const fineDays = 10

// drawForecast writes the fan chart of a queue after the last days of its history.
func drawForecast(path string, h impact.History, p *forecast.Paths, queue string) error {
	format, err := report.ParsePictureFormat(path)
	if err != nil {
		return err
	}
	days := p.Grid().Days()
	first, last := days[0].Date, days[len(days)-1].Date
	known, err := knownCalls(h, queue)
	if err != nil {
		return err
	}
	fine := len(days) <= fineDays
	back := min(28, len(days))
	from := interval.DateOf(known.Grid().At(known.Len() - 1)).AddDays(1 - back)
	fan := report.Fan{}
	came, open := known.Window(from, last), callHours(known, p, p.QueueIndex(queue))
	addCame(&fan, came, fine, open)
	addForecast(&fan, p, p.QueueIndex(queue), fine, open)
	step := fmt.Sprintf("%.0f minutes", p.Grid().Step().Minutes())
	if !fine {
		step = "day"
	}
	c := report.Chart{
		Title:   fmt.Sprintf("Calls of %s by %s, %s to %s", queueWord(queue), step, first, last),
		Caption: fmt.Sprintf("Read off %d simulated futures; closed times are zero in each. Hours in which nobody ever calls are left out.", p.Len()),
		Plot:    fan,
	}
	return writeFile(path, func(w io.Writer) error { return c.Write(w, format) })
}

func queueWord(queue string) string {
	if queue == lake.AllQueues {
		return "all queues"
	}
	return queue
}

// knownCalls returns the history of a queue, or of all together.
func knownCalls(h impact.History, queue string) (interval.Series, error) {
	var parts []interval.Series
	for _, q := range h.Queues {
		if q.Queue == queue || queue == lake.AllQueues {
			parts = append(parts, q.Queued)
		}
	}
	return interval.Sum(queue, parts...)
}

// callHours is the part of the day, in minutes, in which anybody calls.
func callHours(s interval.Series, p *forecast.Paths, queue int) interval.Span {
	open := interval.Span{Open: 1440}
	meet := func(g interval.Grid, i int, calls float64) {
		if calls > 0 {
			m := g.Minute(i)
			open.Open, open.Close = min(open.Open, m), max(open.Close, m+int(g.Step().Minutes()))
		}
	}
	for i := range s.Len() {
		v, _ := s.At(i)
		meet(s.Grid(), i, v)
	}
	for i, v := range p.Mean(queue) {
		meet(p.Grid(), i, v)
	}
	return open
}

func during(open interval.Span, minute int) bool { return minute >= open.Open && minute < open.Close }

// addCame adds what was counted.
func addCame(fan *report.Fan, s interval.Series, fine bool, open interval.Span) {
	for _, d := range s.Daily() {
		day := report.FanDay{Date: d.Day.Date, First: len(fan.Points), Open: d.Open > 0 || d.Missing > 0}
		if !fine {
			came := math.NaN()
			if d.Open > 0 {
				came = d.Total
			}
			fan.Points = append(fan.Points, report.FanPoint{Came: came})
		} else {
			for i := d.Day.First; i < d.Day.End; i++ {
				if !during(open, s.Grid().Minute(i)) {
					continue
				}
				came := math.NaN()
				if v, state := s.At(i); state == interval.Observed {
					came = v
				}
				fan.Points = append(fan.Points, report.FanPoint{Came: came})
			}
		}
		fan.Days = append(fan.Days, day)
	}
}

// addForecast adds the paths; a time at which no path has a call is closed.
func addForecast(fan *report.Fan, p *forecast.Paths, queue int, fine bool, open interval.Span) {
	probs := []float64{0.05, 0.25, 0.75, 0.95}
	mean, bands := p.Mean(queue), p.Quantile(queue, probs)
	sums := sumRows(p, "", queue, "day")
	for k, d := range p.Grid().Days() {
		r := sums[k]
		fan.Days = append(fan.Days, report.FanDay{Date: d.Date, First: len(fan.Points), Open: r.Mean > 0})
		if !fine {
			fan.Points = append(fan.Points, report.FanPoint{Came: math.NaN(), Forecast: r.Mean > 0, Mean: r.Mean, Q05: r.Q05, Q25: r.Q25, Q75: r.Q75, Q95: r.Q95})
			continue
		}
		for i := d.First; i < d.End; i++ {
			if !during(open, p.Grid().Minute(i)) {
				continue
			}
			b := bands[i]
			fan.Points = append(fan.Points, report.FanPoint{Came: math.NaN(), Forecast: mean[i] > 0, Mean: mean[i], Q05: b[0], Q25: b[1], Q75: b[2], Q95: b[3]})
		}
	}
}
