package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/report"
	"github.com/ringtide/ringtide/schedule"
)

type chartOptions struct {
	requirement, zone, by, out, title, first string
	days                                     int
	vacant                                   bool
}

func newChart(e *env) *cobra.Command {
	o := chartOptions{}
	cmd := &cobra.Command{
		Use:   "chart ROSTER.csv",
		Short: "Draw a roster: shifts with breaks, and coverage against a requirement",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return runChart(e, o, args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "out", "o", "", "picture to write, .png, .svg or .pdf (required)")
	f.StringVar(&o.requirement, "requirement", "", "CSV to compare with: timestamp,agents, or paths with timestamp,path,agents")
	f.StringVar(&o.by, "by", string(report.ByPerson), "rows: person or shift")
	f.StringVar(&o.zone, "zone", "", "IANA zone of the roster (default: the center's)")
	f.StringVar(&o.first, "first", "", "first day shown (default: of the first shift)")
	f.IntVar(&o.days, "days", 0, "days shown (default: to the last shift, a week at most)")
	f.StringVar(&o.title, "title", "", "title of the chart")
	f.BoolVar(&o.vacant, "vacant", false, "shifts without an agent have nobody, as in the roster of ringtide assign")
	return cmd
}

func runChart(e *env, o chartOptions, name string) error {
	if o.out == "" {
		return errors.New("chart: name the picture with --out FILE.png, .svg or .pdf")
	}
	if o.days < 0 {
		return fmt.Errorf("chart: --days %d; give 1 or more", o.days)
	}
	zone, err := chartZone(e, o.zone)
	if err != nil {
		return err
	}
	c := report.RosterChart{By: report.Grouping(o.by), Zone: zone, Title: o.title, Vacant: o.vacant, Days: o.days}
	if c.Roster, err = readCSV(name, func(r io.Reader) (schedule.Roster, error) { return schedule.ReadRosterCSV(r, name, zone) }); err != nil {
		return err
	}
	if len(c.Roster) == 0 {
		return fmt.Errorf("chart: %s: the roster has no shifts", name)
	}
	if o.requirement != "" {
		if c.Need, err = readCSV(o.requirement, func(r io.Reader) (schedule.Requirement, error) {
			return schedule.ReadRequirementCSV(r, o.requirement, zone)
		}); err != nil {
			return err
		}
	}
	if err := chartDays(&c, o.first); err != nil {
		return err
	}
	return writeChart(o.out, c)
}

// chartZone is the zone named, or the center's.
func chartZone(e *env, name string) (*time.Location, error) {
	if name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			return nil, fmt.Errorf("chart: --zone %q is not an IANA zone such as America/New_York", name)
		}
		return zone, nil
	}
	path := filepath.Join(e.center, center.CenterFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("chart: the roster's zone is not known; give --zone, or -C with a center: %w", err)
	}
	c, err := center.ParseCenter(path, text)
	if err != nil {
		return nil, err
	}
	return c.Calendar.Location(), nil
}

// chartDays sets the days shown.
func chartDays(c *report.RosterChart, first string) error {
	byDate := func(a, b schedule.Shift) int { return a.Date.Compare(b.Date) }
	c.First = slices.MinFunc(c.Roster, byDate).Date
	if first != "" {
		d, err := interval.ParseDate(first)
		if err != nil {
			return fmt.Errorf("chart: --first %q is no date; write 2026-03-02", first)
		}
		c.First = d
	}
	if c.Days == 0 {
		c.Days = min(max(slices.MaxFunc(c.Roster, byDate).Date.Sub(c.First)+1, 1), 7)
	}
	return nil
}

// writeChart writes the chart in the form that the name of its file asks for.
func writeChart(path string, c report.RosterChart) error {
	kind, err := report.ParsePicture(path)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error { return c.Write(w, kind) })
}
