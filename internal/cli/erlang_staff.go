package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/erlang"
)

// lineFlags are the demand on one queue and its goal.
type lineFlags struct {
	calls, share, occupancy, wait, abandon float64
	aht, patience, within, asa             time.Duration
	formula, asaFormula                    string
	shrinkage                              float64
	json                                   bool
}

func (l *lineFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Float64Var(&l.calls, "calls", 0, "calls per hour (required)")
	f.DurationVar(&l.aht, "aht", 0, "handle time: talk, hold and wrap, such as 4m30s (required)")
	f.DurationVar(&l.patience, "patience", 0, "mean time until a caller hangs up, such as 3m; none: callers never hang up (Erlang C)")
	f.Float64Var(&l.share, "share", 0.8, "least service level, 0 to 1; 0: none")
	f.DurationVar(&l.within, "within", 20*time.Second, "wait of the service level")
	f.StringVar(&l.formula, "formula", "sl_offered", "service-level formula; see docs/glossary.md")
	f.DurationVar(&l.asa, "max-asa", 0, "greatest average speed of answer; none: no limit")
	f.StringVar(&l.asaFormula, "asa", "asa_answered", "which average: asa_answered, wait_all or wait_virtual")
	f.Float64Var(&l.wait, "max-wait", 0, "greatest share that waits at all, 0 to 1; none: no limit")
	f.Float64Var(&l.abandon, "max-abandon", 0, "greatest share that hangs up, 0 to 1; none: no limit")
	f.Float64Var(&l.occupancy, "max-occupancy", 0, "greatest occupancy, 0 to 1; none: no ceiling")
	f.Float64Var(&l.shrinkage, "shrinkage", 0, "share of paid time off position, 0 to 1")
	f.BoolVar(&l.json, "json", false, "print JSON")
}

// line turns the flags into a queue and a goal. Faults are reported by the flags' names.
func (l lineFlags) line() (erlang.Line, erlang.Goal, error) {
	var errs []error
	def, err := erlang.ParseDefinition(l.formula)
	if err != nil {
		errs = append(errs, fmt.Errorf("--formula: %w", err))
	}
	asa, err := erlang.ParseASADefinition(l.asaFormula)
	if err != nil {
		errs = append(errs, fmt.Errorf("--asa: %w", err))
	}
	if !(l.calls > 0 && l.calls <= 1e12) {
		errs = append(errs, fmt.Errorf("--calls is %v, must be calls per hour, more than 0", l.calls))
	}
	if l.aht <= 0 {
		errs = append(errs, fmt.Errorf("--aht is %v, must be more than 0, such as 4m30s", l.aht))
	}
	for _, f := range []struct {
		name  string
		value time.Duration
	}{{"--patience", l.patience}, {"--within", l.within}, {"--max-asa", l.asa}} {
		if f.value < 0 {
			errs = append(errs, fmt.Errorf("%s is %v, must not be negative", f.name, f.value))
		}
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"--share", l.share}, {"--max-wait", l.wait}, {"--max-abandon", l.abandon}, {"--max-occupancy", l.occupancy}, {"--shrinkage", l.shrinkage}} {
		if !(f.value >= 0 && f.value < 1) {
			errs = append(errs, fmt.Errorf("%s is %v, must be a share of 0 or more and less than 1 (80%% is 0.8)", f.name, f.value))
		}
	}
	if l.abandon > 0 && l.patience == 0 {
		errs = append(errs, errors.New("--max-abandon needs --patience: without it nobody hangs up"))
	}
	goal := erlang.Goal{MinLevel: l.share, MaxASA: l.asa.Seconds(), MaxWait: l.wait, MaxAbandon: l.abandon, MaxOccupancy: l.occupancy}
	if l.share > 0 {
		goal.Level = def
	}
	if l.asa > 0 {
		goal.ASA = asa
	}
	if len(errs) == 0 && goal == (erlang.Goal{}) {
		errs = append(errs, errors.New("no target: give --share, --max-asa, --max-wait, --max-abandon or --max-occupancy"))
	}
	if err := errors.Join(errs...); err != nil {
		return erlang.Line{}, erlang.Goal{}, fmt.Errorf("erlang: %w", err)
	}
	patience := math.Inf(1)
	if l.patience > 0 {
		patience = l.patience.Seconds()
	}
	line := erlang.LineFromCalls(l.calls, l.aht.Seconds(), patience, l.within.Seconds())
	return line, goal, errors.Join(line.Validate(), goal.Validate())
}

// definition is the service level to print, also where it is no target.
func (l lineFlags) definition() erlang.Definition {
	d, err := erlang.ParseDefinition(l.formula)
	if err != nil {
		panic("erlang: formula " + l.formula + " was checked") // line did
	}
	return d
}

// A staffing is one number of agents and what it does.
type staffing struct {
	Agents       int     `json:"agents"`
	ServiceLevel float64 `json:"service_level"`
	Abandoned    float64 `json:"abandoned"`
	MeanWait     seconds `json:"mean_wait_s"`    // of all offered
	ASA          seconds `json:"asa_answered_s"` // of the answered
	Occupancy    float64 `json:"occupancy"`
	Misses       string  `json:"misses,omitempty"`
}

// seconds prints an endless wait as null in JSON.
type seconds float64

func (s seconds) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(s), 1) {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%v", float64(s)), nil
}

func (s seconds) String() string {
	if math.IsInf(float64(s), 1) {
		return "endless"
	}
	return fmt.Sprintf("%.1f", float64(s))
}

func newStaffing(n int, line erlang.Line, goal erlang.Goal, d erlang.Definition) (staffing, error) {
	m, err := erlang.EvalA(float64(n), line)
	if err != nil {
		return staffing{}, err
	}
	return staffing{n, m.ServiceLevel(d), m.PAbandon, seconds(m.WaitAll), seconds(m.ASAAnswered), m.Occupancy, missed(goal, m)}, nil
}

// missed names the targets that the measures do not meet.
func missed(g erlang.Goal, m erlang.MeasuresA) string {
	var names []string
	for _, part := range []struct {
		goal  erlang.Goal
		limit erlang.Limit
	}{
		{erlang.Goal{Level: g.Level, MinLevel: g.MinLevel}, erlang.LimitLevel},
		{erlang.Goal{ASA: g.ASA, MaxASA: g.MaxASA}, erlang.LimitASA},
		{erlang.Goal{MaxWait: g.MaxWait}, erlang.LimitWait},
		{erlang.Goal{MaxAbandon: g.MaxAbandon}, erlang.LimitAbandon},
		{erlang.Goal{MaxOccupancy: g.MaxOccupancy}, erlang.LimitOccupancy},
	} {
		if !part.goal.MetA(m) {
			names = append(names, part.limit.String())
		}
	}
	return strings.Join(names, ", ")
}

func around(line erlang.Line, goal erlang.Goal, d erlang.Definition, from, to int) ([]staffing, error) {
	rows := make([]staffing, 0, to-from+1)
	for n := max(0, from); n <= to; n++ {
		s, err := newStaffing(n, line, goal, d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, s)
	}
	return rows, nil
}

// A staffAnswer is what staff prints.
type staffAnswer struct {
	Load       float64    `json:"load_erl"`
	Agents     int        `json:"agents"`
	Continuous float64    `json:"agents_continuous"`
	Binding    string     `json:"binding"`
	Roster     float64    `json:"agents_rostered"`
	Formula    string     `json:"formula"`
	Within     seconds    `json:"within_s"`
	Around     []staffing `json:"around"`
}

func newErlangStaff(e *env) *cobra.Command {
	l := lineFlags{}
	cmd := &cobra.Command{
		Use:   "staff",
		Short: "Agents needed for a load and a target, with what one more or less buys",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			a, err := l.staff()
			if err != nil {
				return err
			}
			return e.output("", func(w io.Writer) error {
				if l.json {
					return writeJSON(w, a)
				}
				return l.print(w, a)
			})
		},
	}
	l.add(cmd)
	return cmd
}

func (l lineFlags) staff() (staffAnswer, error) {
	line, goal, err := l.line()
	if err != nil {
		return staffAnswer{}, err
	}
	r, err := erlang.RequiredA(line, goal)
	if err != nil {
		return staffAnswer{}, err
	}
	roster, err := erlang.Gross(r.Continuous, l.shrinkage)
	if err != nil {
		return staffAnswer{}, err
	}
	rows, err := around(line, goal, l.definition(), r.Agents-1, r.Agents+1)
	return staffAnswer{line.Load, r.Agents, r.Continuous, r.Binding.String(), roster, l.formula, seconds(line.Target), rows}, err
}

func (l lineFlags) print(w io.Writer, a staffAnswer) error {
	fmt.Fprintf(w, "%d agents on position (%.3f before rounding up) for %.2f erlangs, decided by %s\n",
		a.Agents, a.Continuous, a.Load, a.Binding)
	if l.shrinkage > 0 {
		fmt.Fprintf(w, "%.2f to roster at %.4g%% shrinkage (from the number before rounding)\n", a.Roster, 100*l.shrinkage)
	}
	fmt.Fprintln(w)
	if err := l.printRows(w, a.Around, a.Agents); err != nil {
		return err
	}
	fmt.Fprintln(w)
	less, is, more := a.Around[0], a.Around[1], a.Around[2]
	fmt.Fprintf(w, "one less: %s; misses %s\n", l.change(is, less), less.Misses)
	fmt.Fprintf(w, "one more: %s\n", l.change(is, more))
	return nil
}

// change says in callers what other agents do, an hour at this rate.
func (l lineFlags) change(from, to staffing) string {
	in := (to.ServiceLevel - from.ServiceLevel) * l.calls
	gone := (to.Abandoned - from.Abandoned) * l.calls
	text := fmt.Sprintf("%+.1f calls an hour in time (%s %+.1f points)", in, l.formula, 100*(to.ServiceLevel-from.ServiceLevel))
	if l.patience > 0 {
		text += fmt.Sprintf(", %+.1f give up", gone)
	}
	if math.IsInf(float64(to.MeanWait), 1) {
		return text + ", waits without end"
	}
	return text + fmt.Sprintf(", mean wait %+.1f s", float64(to.MeanWait-from.MeanWait))
}

// printRows prints a table with an arrow at the requirement.
func (l lineFlags) printRows(w io.Writer, rows []staffing, required int) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "\tagents\t%s in %v\tabandoned\tmean wait s\tanswered after s\toccupancy\t\n", l.formula, l.within)
	for _, s := range rows {
		mark := ""
		if s.Agents == required {
			mark = "->"
		}
		fmt.Fprintf(tw, "%s\t%d\t%.2f%%\t%.2f%%\t%v\t%v\t%.2f%%\t\n", mark, s.Agents,
			100*s.ServiceLevel, 100*s.Abandoned, s.MeanWait, s.ASA, 100*s.Occupancy)
	}
	return tw.Flush()
}

func newErlangTable(e *env) *cobra.Command {
	l := lineFlags{}
	var from, to int
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Service for a range of agents",
		Long: `table prints the service for a range of agents, by default from five below to five above the
requirement. An arrow marks the requirement.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			line, goal, err := l.line()
			if err != nil {
				return err
			}
			r, err := erlang.RequiredA(line, goal)
			if err != nil {
				return err
			}
			if to == 0 && from == 0 {
				from, to = max(0, r.Agents-5), r.Agents+5
			}
			if from < 0 || to < from || to-from > 10000 {
				return fmt.Errorf("erlang: agents from %d to %d; give --from and --to in order, at most 10000 apart", from, to)
			}
			rows, err := around(line, goal, l.definition(), from, to)
			if err != nil {
				return err
			}
			return e.output("", func(w io.Writer) error {
				if l.json {
					return writeJSON(w, rows)
				}
				return l.printRows(w, rows, r.Agents)
			})
		},
	}
	l.add(cmd)
	cmd.Flags().IntVar(&from, "from", 0, "fewest agents")
	cmd.Flags().IntVar(&to, "to", 0, "most agents (default: around the requirement)")
	return cmd
}
