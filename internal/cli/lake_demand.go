package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

type demandOptions struct {
	seriesOptions
	window     time.Duration
	lines      int
	days, json bool
}

// demandReport is lake demand as JSON.
type demandReport struct {
	Zone    string           `json:"zone"`
	WindowS int64            `json:"window_s"`
	Lines   int              `json:"lines,omitempty"`
	Days    []lake.DemandDay `json:"days"`
}

func newLakeDemand(e *env) *cobra.Command {
	o := demandOptions{}
	cmd := &cobra.Command{
		Use:   "demand",
		Short: "How many wanted something, however often they had to call",
		Long: `demand collapses the tries of a caller into one demand. A contact that is abandoned,
blocked or overflowed is a try that failed; another contact of the same caller within
the window after its end is a further try, and an answer ends the chain. The demand
counts in the interval of its first try; tries are all contacts of the demands that began
there. unserved are demands that nobody answered; unknown are contacts without a
caller key, each a demand of its own: load with --key-file to have keys. lost tells
why calls of the day are in no record: outage, missing, blocked (1% or more of those
who called in open time), capacity (all of --lines in use for a minute).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, d, calendars, err := findDemand(cmd.Context(), e, o)
			if err != nil {
				return err
			}
			return e.output(o.out, func(w io.Writer) error {
				switch {
				case o.json:
					return writeJSON(w, r)
				case o.days:
					return printDemandDays(w, r.Days)
				}
				return printDemand(w, d, r.Days, calendars, o.open)
			})
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.DurationVar(&o.window, "window", lake.DefaultRedialWindow, "how long after a failed try another is of the same demand; a minute to 168h")
	f.IntVar(&o.lines, "lines", 0, "trunks; marks days on which all were in use (0: not known)")
	f.BoolVar(&o.days, "days", false, "a row per local day, not per interval")
	f.BoolVar(&o.open, "open", false, "leave closed intervals out")
	f.BoolVar(&o.json, "json", false, "print JSON, by local day")
	return cmd
}

func findDemand(ctx context.Context, e *env, o demandOptions) (demandReport, *lake.Demand, map[string]*interval.Calendar, error) {
	r := demandReport{Lines: o.lines, Days: []lake.DemandDay{}}
	if o.window <= 0 {
		return r, nil, nil, fmt.Errorf("lake: --window: %v; a window is a minute to %v", o.window, lake.MaxRedialWindow)
	}
	q, calendars, err := seriesQuery(e, o.seriesOptions)
	if err != nil {
		return r, nil, nil, err
	}
	for _, queue := range o.queues {
		if queue != lake.AllQueues {
			q.Queues = append(q.Queues, queue)
		}
	}
	lk, err := openLake(e, o.dir)
	if err != nil {
		return r, nil, nil, err
	}
	d, err := lk.Demand(ctx, lake.DemandQuery{TallyQuery: q, Window: o.window, Lines: o.lines})
	if err != nil {
		return r, nil, nil, err
	}
	r.Zone, r.WindowS = q.Location.String(), int64(d.Window.Seconds())
	queues := o.queues
	if len(queues) == 0 {
		queues = append([]string{lake.AllQueues}, d.Queues()...)
	}
	for _, queue := range queues {
		days, err := d.Days(queue, calendars[queue])
		if err != nil {
			return r, nil, nil, err
		}
		r.Days = append(r.Days, days...)
	}
	return r, d, calendars, nil
}

// printDemandDays writes a row per queue and day. A day of which nothing is known has no
// counts.
func printDemandDays(w io.Writer, days []lake.DemandDay) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "series,day,offered,demand,tries,unserved,unknown,lost")
	for _, d := range days {
		text := noCounts
		if !d.Missing {
			text = demandCounts(d.DemandCount)
		}
		fmt.Fprintf(out, "%s,%s,%s,%s\n", d.Queue, d.Day, text, lostText(d.Lost))
	}
	return out.Flush()
}

// printDemand writes a row per queue and interval; the mark is that of the day.
func printDemand(w io.Writer, d *lake.Demand, days []lake.DemandDay, calendars map[string]*interval.Calendar, open bool) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "series,timestamp,offered,demand,tries,unserved,unknown,lost")
	grid := d.Grid()
	for ; len(days) > 0; days = days[len(grid.Days()):] {
		queue := days[0].Queue
		counts, err := d.Counts(queue)
		if err != nil {
			return err
		}
		s, err := d.Series(queue, calendars[queue])
		if err != nil {
			return err
		}
		for n, day := range grid.Days() {
			for i := day.First; i < day.End; i++ {
				_, state := s.At(i)
				if state == interval.Closed && open {
					continue
				}
				text := noCounts
				if state != interval.Missing || counts[i] != (lake.DemandCount{}) {
					text = demandCounts(counts[i])
				}
				fmt.Fprintf(out, "%s,%s,%s,%s\n", queue, grid.Label(i), text, lostText(days[n].Lost))
			}
		}
	}
	return out.Flush()
}

// noCounts stands where nothing is known.
const noCounts = ",,,,"

func demandCounts(c lake.DemandCount) string {
	var text []string
	for _, n := range [...]int64{c.Offered, c.Demand, c.Tries, c.Unserved, c.Unknown} {
		text = append(text, strconv.FormatInt(n, 10))
	}
	return strings.Join(text, ",")
}

func lostText(marks []lake.Lost) string {
	var text []string
	for _, m := range marks {
		text = append(text, m.String())
	}
	return strings.Join(text, " ")
}
