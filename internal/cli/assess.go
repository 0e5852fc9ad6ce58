package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
	"github.com/ringtide/ringtide/report"
)

type assessOptions struct {
	out       string
	paper     string
	paths     int
	seed      uint64
	deferDays int
	with      []string
	drivers   string
	json      bool
}

func newAssess(e *env) *cobra.Command {
	o := assessOptions{}
	cmd := &cobra.Command{
		Use:   "assess REQUEST.yaml",
		Short: "Assess a request: write assessment.json and report.pdf",
		Long: `assess reads the center's directory and lake, answers what the request will do,
and writes the decision packet: assessment.json and report.pdf. A request that is
not found as given is looked for in the center's requests/. With --with other requests, approved
or pending, are laid on the same futures: what each brings, and the chance with all of them.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runAssess(cmd.Context(), e, o, args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "out", "o", "", "directory of the packet (default: packets/REQUEST-ID in the center)")
	f.StringVar(&o.paper, "paper", "letter", "paper of the report: letter or a4")
	f.IntVar(&o.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the simulated futures")
	f.IntVar(&o.deferDays, "defer-days", 14, "days by which the option to defer moves the start")
	f.StringSliceVar(&o.with, "with", nil, "other requests to look at beside it; all: those of requests/ that are not declined")
	f.BoolVar(&o.json, "json", false, "print the assessment instead of the summary")
	driversFlag(f, e)
	return cmd
}

func runAssess(ctx context.Context, e *env, o assessOptions, request string) error {
	paper, err := report.ParsePaper(o.paper)
	if err != nil {
		return err
	}
	o.drivers = e.drivers
	a, err := assess(ctx, e.center, request, o)
	if err != nil {
		return err
	}
	dir := o.out
	if dir == "" {
		dir = filepath.Join(e.center, "packets", a.Request.ID)
	}
	if err := writePacket(dir, a, paper); err != nil {
		return err
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, a) })
	}
	if err := report.Text(e.out, a); err != nil {
		return err
	}
	e.say("\nPacket: %s", dir)
	return nil
}

// assess walks the road from files to the answer.
func assess(ctx context.Context, dir, request string, o assessOptions) (*impact.Assessment, error) {
	d, err := center.Open(dir)
	if err != nil {
		return nil, err
	}
	r, err := d.Request(request)
	if err != nil {
		return nil, err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return nil, err
	}
	h, err := d.History(ctx, lk)
	if err != nil {
		return nil, err
	}
	if err := addDrivers(&h, o.drivers); err != nil {
		return nil, err
	}
	pending, err := others(d, h, r, o.with)
	if err != nil {
		return nil, err
	}
	return impact.Assess(ctx, h, r, impact.Options{
		Policy: d.Policy, Fees: d.Fees, Paths: o.paths, Seed: o.seed, Version: version(), DeferDays: o.deferDays, Pending: pending,
	})
}

// others reads the requests to look at beside r: those named, or for "all" what a ledger
// of the center holds.
func others(d *center.Dir, h impact.History, r impact.Request, names []string) ([]impact.Request, error) {
	if len(names) == 0 {
		return nil, nil
	}
	if len(names) > 1 || names[0] != "all" {
		return ledgerRequests(d, h, names)
	}
	found, err := ledgerRequests(d, h, nil)
	return slices.DeleteFunc(found, func(x impact.Request) bool { return x.ID == r.ID }), err
}

// writePacket renders everything before it writes anything, so that a packet is
// never half new.
func writePacket(dir string, a *impact.Assessment, paper report.Paper) error {
	var doc, pdf bytes.Buffer
	if err := writeJSON(&doc, a); err != nil {
		return err
	}
	if err := report.PDF(&pdf, a, report.Options{Paper: paper}); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data *bytes.Buffer
	}{{"assessment.json", &doc}, {"report.pdf", &pdf}} {
		if err := writeFile(filepath.Join(dir, f.name), func(w io.Writer) error {
			_, err := f.data.WriteTo(w)
			return err
		}); err != nil {
			return fmt.Errorf("packet: %w", err)
		}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
