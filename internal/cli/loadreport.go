package cli

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ringtide/ringtide/ingest"
)

// printLoad writes the load report: what became of the rows of each file, and then, file by
// file, all that a person should look at.
func printLoad(w io.Writer, r ingest.Report) error {
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
	for _, n := range []struct {
		n    int64
		text string
	}{
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
