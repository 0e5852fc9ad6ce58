package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

// errNoCBC says that the peer is not on this machine.
var errNoCBC = errors.New("cbc is not installed: apt-get install coinor-cbc")

// runCBC solves the instance by coinor-cbc in one thread within the
// processor time of the limit, and returns cost and bound in cents; the cost is infinite when it found no roster.
func runCBC(ctx context.Context, in instance, limit time.Duration) (cost, bound float64, err error) {
	path, err := exec.LookPath("cbc")
	if err != nil {
		return 0, 0, errNoCBC
	}
	dir, err := os.MkdirTemp("", "schedule")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "model.lp")
	f, err := os.Create(name)
	if err != nil {
		return 0, 0, err
	}
	if err := errors.Join(writeLP(f, in), f.Close()); err != nil {
		return 0, 0, err
	}
	out, err := exec.CommandContext(ctx, path, name, "timeMode", "cpu", "ratio", "0.0001", "sec", fmt.Sprint(cores*limit.Seconds()), "solve").Output()
	if err != nil {
		return 0, 0, fmt.Errorf("cbc: %w", err)
	}
	number := func(label string, missing float64) float64 {
		m := regexp.MustCompile(label + `:?\s+([-0-9.e+]+)`).FindSubmatch(out)
		if m == nil {
			return missing
		}
		v, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return missing
		}
		return v
	}
	cost = number("Objective value", math.Inf(1))
	return cost, number("Lower bound", cost), nil
}

// writeLP writes the implicit form in the LP format: agents by start, breaks by start
// and position, tours by start and first working day.
func writeLP(out io.Writer, in instance) error {
	w := bufio.NewWriter(out)
	p, need := in.patterns[0], in.need.Whole()
	n := len(need)
	days, starts := n/96, p.Starts()
	rows := make([]string, n)
	fmt.Fprintln(w, "Minimize\n obj:")
	for d := range days {
		for s, start := range starts {
			fmt.Fprintf(w, " + %g X%d_%d\n", shiftCents(start), s, d)
			at := d*96 + start/quarter
			for q := range p.Length() / quarter {
				rows[(at+q)%n] += fmt.Sprintf(" + X%d_%d", s, d)
			}
			for b, br := range p.Breaks {
				for j, pos := range br.Starts() {
					for q := range br.Minutes / quarter {
						rows[(at+pos/quarter+q)%n] += fmt.Sprintf(" - B%d_%d_%d_%d", s, d, b, j)
					}
				}
			}
		}
	}
	for t := range need {
		fmt.Fprintf(w, " + %d U%d\n", underCents*quarter/60, t)
	}
	fmt.Fprintln(w, "Subject To")
	for t, r := range need {
		fmt.Fprintf(w, " c%d: %s + U%d >= %d\n", t, rows[t], t, r)
	}
	writeLinks(w, p, days, len(starts), len(in.tours) > 0)
	fmt.Fprintln(w, "End")
	return w.Flush()
}

func writeLinks(w io.Writer, p schedule.Pattern, days, starts int, tours bool) {
	integers := ""
	for d := range days {
		for s := range starts {
			integers += fmt.Sprintf(" X%d_%d\n", s, d)
			for b, br := range p.Breaks {
				fmt.Fprintf(w, " b%d_%d_%d: X%d_%d", s, d, b, s, d)
				for j := range br.Starts() {
					fmt.Fprintf(w, " - B%d_%d_%d_%d", s, d, b, j)
					integers += fmt.Sprintf(" B%d_%d_%d_%d\n", s, d, b, j)
				}
				fmt.Fprintln(w, " = 0")
			}
			if !tours {
				continue
			}
			integers += fmt.Sprintf(" T%d_%d\n", s, d)
			fmt.Fprintf(w, " t%d_%d: X%d_%d", s, d, s, d)
			for k := range 5 {
				fmt.Fprintf(w, " - T%d_%d", s, (d-k+7)%7)
			}
			fmt.Fprintln(w, " = 0")
		}
	}
	fmt.Fprint(w, "Generals\n", integers)
}

// shiftCents prices a shift that starts at a minute of the day, premium and all, by the
// minute.
func shiftCents(start int) float64 {
	night := 0
	for m := start; m < start+510; m++ {
		if of := m % 1440; of >= firstNight || of < endOfNight {
			night++
		}
	}
	return 8*wageCents + float64(min(night, 480)*wageCents*nightPrice)/60/100
}
