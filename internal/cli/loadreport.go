package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// loadReport is what became of the rows, and what the days of the load look like in the lake
// now; nil where no row has a day.
type loadReport struct {
	ingest.Report
	Review *lake.Review `json:"review,omitempty"`
}

// reviewDays looks over the days on which contacts of the files arrived.
func reviewDays(ctx context.Context, e *env, o ingestOptions, dir string, r ingest.Report) (*lake.Review, error) {
	var first, last time.Time
	step := 15 * time.Minute
	for _, f := range r.Files {
		if f.Intervals != nil { // reports of half hours and hours do not lie within less
			step = time.Hour
		}
		if !f.First.IsZero() && (first.IsZero() || f.First.Before(first)) {
			first = f.First
		}
		if f.Last.After(last) {
			last = f.Last
		}
	}
	if first.IsZero() {
		return nil, nil
	}
	q, calendars, err := seriesQuery(e, seriesOptions{dir: o.lake, zone: o.zone, step: step})
	if err != nil {
		return nil, err
	}
	q.First, q.Last = interval.DateOf(first.In(q.Location)), interval.DateOf(last.In(q.Location))
	lk, err := lake.Open(dir)
	if err != nil {
		return nil, err
	}
	var known []string
	for queue := range calendars {
		if queue != lake.AllQueues {
			known = append(known, queue)
		}
	}
	found, err := lk.Review(ctx, lake.ReviewQuery{TallyQuery: q, Calendars: calendars, Known: known})
	return &found, err
}

// printLoad writes the load report: what became of the rows of each file, then, file by file
// and day by day, all that a person should look at.
func printLoad(w io.Writer, r loadReport) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "file\trows\tstored\tduplicate\tquarantined\tignored\t")
	for _, f := range r.Files {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t\n", filepath.Base(f.Name), f.Rows, f.Stored, f.Duplicate, f.Quarantined, f.Ignored)
	}
	fmt.Fprintf(tw, "all\t%d\t%d\t%d\t%d\t%d\t\n", r.Rows, r.Stored, r.Duplicate, r.Quarantined, r.Ignored)
	if err := tw.Flush(); err != nil {
		return err
	}
	for i := range r.Files {
		printFile(w, &r.Files[i])
	}
	if r.Review != nil {
		if err := printReview(w, r.Review); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "lake fingerprint %s\n", r.Fingerprint)
	return err
}

func printFile(w io.Writer, f *ingest.FileReport) {
	name := filepath.Base(f.Name)
	if f.Known {
		fmt.Fprintf(w, "%s was loaded before and was not read again\n", name)
		return
	}
	fmt.Fprintf(w, "%s: %s, source %s", name, f.Format, f.Source)
	if !f.First.IsZero() {
		fmt.Fprintf(w, ", %s to %s (UTC)", f.First.UTC().Format(time.DateTime), f.Last.UTC().Format(time.DateTime))
	}
	fmt.Fprintln(w)
	if f.From > 0 {
		fmt.Fprintf(w, "  %s has grown: its first %d bytes were loaded as %s, the rest was read\n", name, f.From, f.FromFile)
	}
	for _, n := range []struct {
		n    int64
		text string
	}{
		{f.Legs, "records of parts of contacts, kept"},
		{f.Repeated, "rows that occurred before, word for word"}, {f.Held, "events whose contact began in a file that is not loaded"},
		{f.Revised, "contacts that were there and are told more of now"}, {f.Conflicts, "contacts that contradict what was there"},
		{f.Withdrawn, "visits taken back by later records"},
	} {
		if n.n > 0 {
			fmt.Fprintf(w, "  %d %s\n", n.n, n.text)
		}
	}
	if i := f.Intervals; i != nil {
		fmt.Fprintf(w, "  intervals: %d stored, %d duplicate, %d of them revised, %d in conflict\n", i.Stored, i.Duplicate, i.Revised, i.Conflicts)
	}
	printCounts(w, "ignored", f.IgnoredBy, nil)
	printCounts(w, "quarantined", f.Reasons, nil)
	printCounts(w, "doubtful", f.Flags, f.FirstFlag)
	printCounts(w, "time zone", f.Clocks, nil)
	if len(f.Unread) > 0 {
		fmt.Fprintf(w, "  not read: %s\n", strings.Join(slices.Sorted(maps.Keys(f.Unread)), ", "))
	}
	if len(f.Absent) > 0 {
		fmt.Fprintf(w, "  in no record: %s\n", strings.Join(f.Absent, ", "))
	}
	if f.QuarantineFile != "" {
		fmt.Fprintf(w, "  rejected rows: %s\n", f.QuarantineFile)
	}
}

// printCounts writes a line of counts by name, with the line of the file where each first
// occurs where that is known.
func printCounts(w io.Writer, title string, counts, first map[string]int64) {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		part := fmt.Sprintf("%s %d", name, counts[name])
		if line, ok := first[name]; ok {
			part += fmt.Sprintf(" (first in line %d)", line)
		}
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		fmt.Fprintf(w, "  %s: %s\n", title, strings.Join(parts, ", "))
	}
}

// Of longer lists the text has the end; --json has all.
const (
	mostDays  = 31
	mostLines = 20
)

// printReview writes the offered contacts of the last days, and then the days and queues to look
// at.
func printReview(w io.Writer, r *lake.Review) error {
	byQueue := map[string][]lake.ReviewDay{}
	var queues []string
	for _, d := range r.Days {
		if byQueue[d.Queue] == nil {
			queues = append(queues, d.Queue)
		}
		byQueue[d.Queue] = append(byQueue[d.Queue], d)
	}
	if len(queues) == 0 {
		return nil
	}
	days := len(byQueue[queues[0]])
	from := max(0, days-mostDays)
	fmt.Fprintf(w, "offered by local day (%s); - closed, ? not known, + known in part, ! unusual\n", r.Zone)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "day\t%s\t\n", strings.Join(queues, "\t"))
	for i := from; i < days; i++ {
		fmt.Fprintf(tw, "%s\t", byQueue[queues[0]][i].Day)
		for _, queue := range queues {
			fmt.Fprintf(tw, "%s\t", reviewCell(&byQueue[queue][i]))
		}
		fmt.Fprintln(tw)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if from > 0 {
		fmt.Fprintf(w, "%d days before: --json\n", from)
	}
	var lines []string
	for _, d := range r.Days {
		if d.Outlier {
			lines = append(lines, fmt.Sprintf("unusual: %s on %s %s: %d offered, usually %.0f", d.Queue, d.Day.Weekday(), d.Day, d.Offered, *d.Usual))
		}
	}
	printSome(w, lines)
	lines = nil
	for _, g := range r.Gaps {
		if g.Queue == lake.AllQueues {
			lines = append(lines, fmt.Sprintf("missing: %s to %s, %s", g.From.Format("2006-01-02 15:04"), g.To.Format("2006-01-02 15:04"), strings.TrimSpace(g.Why.String()+" "+g.Note)))
		}
	}
	printSome(w, lines)
	lines = nil
	for _, q := range r.Unmapped {
		lines = append(lines, fmt.Sprintf("queue %s is none of the center's: %d visits", q.Queue, q.Rows))
	}
	printSome(w, lines)
	return nil
}

// reviewCell is the count of a day with the sign of how it is known.
func reviewCell(d *lake.ReviewDay) string {
	switch {
	case d.Closed() && d.Offered == 0:
		return "-"
	case d.Open == 0 && d.Missing > 0:
		return "?"
	case d.Missing > 0:
		return fmt.Sprintf("%d+", d.Offered)
	case d.Outlier:
		return fmt.Sprintf("%d!", d.Offered)
	}
	return fmt.Sprint(d.Offered)
}

func printSome(w io.Writer, lines []string) {
	for i, line := range lines {
		if i == mostLines {
			fmt.Fprintf(w, "  and %d more: --json\n", len(lines)-i)
			return
		}
		fmt.Fprintf(w, "  %s\n", line)
	}
}
