package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/data"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/simulate"
)

// Names of what a simulation leaves behind.
const (
	contactsFile = "contacts.csv"
	queueLogFile = "queue_log"
	truthFile    = "truth.json"
)

func newSimulate(e *env) *cobra.Command {
	var out, config string
	var seed uint64
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Simulate a contact center with known truth and write its exports",
		Long: `simulate plays a contact center call by call and writes what its phone system would
export (contacts.csv and queue_log), what an analyst would know (events.csv) and the
truth behind it (truth.json). Hours, queues and roster come from the center in -C
where it has a simulate.yaml, else from the sample center.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return errors.New("simulate: name the directory to write with --out DIR")
			}
			s, err := readSimulation(e, config)
			if err != nil {
				return err
			}
			t, err := s.run(cmd.Context(), e, out, seed, true)
			if err != nil {
				return err
			}
			e.say("%s: %s, %s, events.csv, %s", out, contactsFile, queueLogFile, truthFile)
			return printTruth(e, t)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "directory to write")
	cmd.Flags().StringVar(&config, "config", "", "simulation (YAML); default: simulate.yaml of the center, else of the sample")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "seed; the same seed gives the same bytes")
	return cmd
}

// simulation is everything that a simulated center is made of.
type simulation struct {
	center impact.Center
	config simulate.Config
	roster []simulate.AgentShift
}

// readSimulation reads the center's files, or those of the sample where the
// directory in -C has none.
func readSimulation(e *env, config string) (simulation, error) {
	files := data.Sample()
	if _, err := os.Stat(filepath.Join(e.center, "simulate.yaml")); err == nil {
		files = os.DirFS(e.center)
	}
	s := simulation{}
	text, err := fs.ReadFile(files, center.CenterFile)
	if err != nil {
		return s, fmt.Errorf("simulate: %w", err)
	}
	if s.center, err = center.ParseCenter(center.CenterFile, text); err != nil {
		return s, err
	}
	name := "simulate.yaml"
	if config == "" {
		text, err = fs.ReadFile(files, name)
	} else {
		name = config
		text, err = os.ReadFile(config)
	}
	if err != nil {
		return s, fmt.Errorf("simulate: %w", err)
	}
	if s.config, err = simulate.ParseConfig(name, text); err != nil {
		return s, err
	}
	text, err = fs.ReadFile(files, center.RosterFile)
	if err != nil {
		return s, fmt.Errorf("simulate: %w", err)
	}
	template, err := center.ParseRoster(center.RosterFile, text, s.center)
	if err != nil {
		return s, err
	}
	for _, r := range template.Rows {
		s.roster = append(s.roster, simulate.AgentShift(r))
	}
	return s, nil
}

// run simulates and writes the exports into dir, each whole or not at all.
func (s simulation) run(ctx context.Context, e *env, dir string, seed uint64, queueLog bool) (simulate.Truth, error) {
	var truth simulate.Truth
	b := e.newBar("simulating")
	defer b.done()
	days := &dayCounter{b: b, total: int64(s.config.Last.Sub(s.config.First) + 1)}
	write := func(w io.Writer, more ...simulate.Sink) (err error) {
		sinks := append([]simulate.Sink{simulate.NewContactCSV(w), days}, more...)
		truth, err = simulate.Run(ctx, s.config, s.center.Calendar, s.roster, seed, simulate.Tee(sinks...))
		return err
	}
	err := writeFile(filepath.Join(dir, contactsFile), func(w io.Writer) error {
		if !queueLog {
			return write(w)
		}
		return writeFile(filepath.Join(dir, queueLogFile), func(q io.Writer) error {
			return write(w, simulate.NewQueueLog(q))
		})
	})
	if err != nil {
		return truth, err
	}
	if err := writeFile(filepath.Join(dir, truthFile), func(w io.Writer) error { return writeJSON(w, truth) }); err != nil {
		return truth, err
	}
	return truth, writeFile(filepath.Join(dir, center.EventsFile), s.events)
}

func (s simulation) events(w io.Writer) error { return simulate.WriteEvents(w, s.config) }

// dayCounter moves the bar on.
type dayCounter struct {
	b           *bar
	done, total int64
}

func (d *dayCounter) Day(*simulate.DayLog) error {
	d.done++
	d.b.at(d.done, d.total, "days")
	return nil
}

func printTruth(e *env, t simulate.Truth) error {
	var fresh, redials, handled, abandoned, within, contained, blocked int
	for _, d := range t.Days {
		for _, q := range d.Queues {
			fresh += q.Fresh
			redials += q.Redials
			handled += q.Handled
			abandoned += q.Abandoned
			within += q.Within
			contained += q.Contained
			blocked += q.Blocked
		}
	}
	var text bytes.Buffer
	w := bufio.NewWriter(&text)
	fmt.Fprintf(w, "%d contacts (%d first calls, %d redials): %d handled, %d abandoned, %d contained, %d blocked\n",
		handled+abandoned+contained+blocked, fresh, redials, handled, abandoned, contained, blocked)
	if handled+abandoned > 0 {
		fmt.Fprintf(w, "%.1f%% of the queued answered within %.0f s, %.1f%% abandoned\n",
			100*float64(within)/float64(handled+abandoned), t.Config.AnswerTargetS, 100*float64(abandoned)/float64(handled+abandoned))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := text.WriteTo(e.out)
	return err
}
