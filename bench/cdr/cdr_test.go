// Package cdr loads real exports of phone systems, which are not part of this repository, and
// compares the contacts with golden files that were checked by hand against the notes
// that come with the exports.
package cdr

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/lake"
)

const folder = "../../../shared/cdr-samples"

var update = flag.Bool("update", false, "write the golden files")

// A sample is an export, or the parts of one that belong together.
type sample struct {
	name   string // of the golden file
	files  []string
	format string // that the content must show
	zone   string // stated for the load; empty: none
	rows   int64
}

var samples = []sample{
	{"asterisk-cdr-csv", []string{"asterisk-cdr-csv/Master.csv"}, "asterisk-cdr", "", 84},
	{"asterisk-queue-log", []string{"asterisk-queue-log/queue_log.csv"}, "queue_log-table", "America/New_York", 600},
	{"asterisk-cdr-db", []string{"asterisk-cdr-db/cdr.csv"}, "asterisk-cdr-table", "America/New_York", 400},
	{"asterisk-cel-queue", []string{"asterisk-cel/00_call_to_queue_requested_internal_exten_is_not_the_destination_exten.txt"}, "asterisk-cel", "America/New_York", 32},
	{"asterisk-cel-hung-up", []string{"asterisk-cel/19_early_hung_up_incoming_call.txt"}, "asterisk-cel", "America/New_York", 4},
	{"asterisk-cel-blocked", []string{"asterisk-cel/22_blocked_incoming_call.txt"}, "asterisk-cel", "America/New_York", 5},
	{"asterisk-cel-answered", []string{"asterisk-cel/26_uniqueids_that_do_not_have_the_same_sort_order_chonologically_and_alphabetically.txt"}, "asterisk-cel", "America/New_York", 12},
	{"asterisk-cel-two-agents", []string{"asterisk-cel/32_given_queue_call_then_destination_user_uuid_should_be_answered_callee.txt"}, "asterisk-cel", "America/New_York", 17},
	{"asterisk-cel-missed", []string{"asterisk-cel/37_user_missed_call_fallback_missed.txt"}, "asterisk-cel", "America/New_York", 21},
	{"asterisk-cel-switchboard", []string{"asterisk-cel/39_switchboard_call_answered_then_put_in_shared_queue_then_answered.txt"}, "asterisk-cel", "America/New_York", 28},
	{"asterisk-cel-forwarded", []string{"asterisk-cel/40_noanswer_forward_to_external_unanswered.txt"}, "asterisk-cel", "America/New_York", 18},
	{"interval-acd", []string{"interval-acd/case_data_calls.csv"}, "interval-report", "Europe/Amsterdam", 1155},
	{"nyc-sandy", []string{"municipal-open-data/nyc_sandy_311_calls_by_day.csv"}, "interval-columns", "America/New_York", 1783},
	{"freeswitch-resaved", []string{"freeswitch-cdr-csv/Master_excel_resaved.csv"}, "freeswitch-csv", "Asia/Shanghai", 10},
	{"freeswitch-legs", []string{"freeswitch-cdr-csv/Master_legs_ab.csv"}, "freeswitch-csv", "Asia/Seoul", 4},
	{"cisco-cucm", []string{"cisco-cucm/cdr.txt", "cisco-cucm/cmr.txt"}, "cisco-cucm", "America/New_York", 7},
	{"amazon-connect", []string{"amazon-connect/ctr_duplicates.json"}, "amazon-connect", "America/New_York", 6},
	{"genesys-cloud", []string{"genesys-cloud/conversations_details.json"}, "genesys-cloud", "America/New_York", 13},
	{"twilio-calls", []string{"twilio/calls_list.json"}, "twilio-calls", "America/New_York", 2},
	{"twilio-events", []string{"twilio/taskrouter_events.json"}, "twilio-tasks", "America/New_York", 1},
	{"3cx", []string{"3cx/cdr-240617055949.csv"}, "3cx", "Europe/Stockholm", 1},
}

// Every sample is known by its content and gives the contacts of its golden file: in one
// load, again, and with its files in reverse order.
func TestSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			inputs, opts := s.open(t)
			lk := newLake(t)
			report, err := ingest.Load(t.Context(), lk, inputs, opts)
			if err != nil {
				t.Fatal(err)
			}
			rows := int64(0)
			for _, f := range report.Files {
				rows += f.Rows
				if f.Format != s.format {
					t.Errorf("%s was taken for %s", f.Name, f.Format)
				}
			}
			if rows != s.rows {
				t.Errorf("%d rows, the file has %d", rows, s.rows)
			}
			compare(t, filepath.Join("testdata", s.name+".golden"), contacts(t, lk))

			other := newLake(t)
			slices.Reverse(inputs)
			for _, in := range append(inputs, inputs...) {
				if _, err := ingest.Load(t.Context(), other, []ingest.Input{in}, opts); err != nil {
					t.Fatal(err)
				}
			}
			if got := contacts(t, other); got != contacts(t, lk) {
				t.Errorf("file by file in reverse order, twice:\n%s", got)
			}
		})
	}
}

func (s sample) open(t *testing.T) ([]ingest.Input, ingest.Options) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, s.files[0])); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not in %s; fetch the samples to run this check", s.files[0], folder)
	}
	opts := ingest.Options{Key: []byte("a secret only for this check"), Source: "sample"}
	if s.zone != "" {
		loc, err := time.LoadLocation(s.zone)
		if err != nil {
			t.Fatal(err)
		}
		opts.Zone = loc
	}
	return ingest.Files(os.DirFS(folder), s.files...), opts
}

func newLake(t *testing.T) *lake.Lake {
	t.Helper()
	lk, err := lake.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

// contacts writes a lake as text, a line per visit in the order of arrival. Of agents and
// callers it shows the beginning of their keys.
func contacts(t *testing.T, lk *lake.Lake) string {
	t.Helper()
	var all []lake.Contact
	for c, err := range lk.Contacts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b lake.Contact) int {
		if a.Arrival != b.Arrival {
			return int(a.Arrival - b.Arrival)
		}
		return strings.Compare(fmt.Sprint(a.ID, a.Visit), fmt.Sprint(b.ID, b.Visit))
	})
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintln(&b, line(&c))
	}
	b.WriteString(facts(t, lk))
	return b.String()
}

// facts writes the sums of interval reports by queue and UTC month.
func facts(t *testing.T, lk *lake.Lake) string {
	t.Helper()
	var b strings.Builder
	title, n, offered := "", 0, int64(0)
	flush := func() {
		if n > 0 {
			fmt.Fprintf(&b, "%s: %d intervals, %d offered\n", title, n, offered)
		}
		n, offered = 0, 0
	}
	for f, err := range lk.Facts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if now := f.Queue + " " + f.Start.Time().Format("2006-01"); now != title {
			flush()
			title = now
		}
		n, offered = n+1, offered+f.Offered
	}
	flush()
	return b.String()
}

// line shows what is known of a visit and leaves out what is not.
func line(c *lake.Contact) string {
	s := fmt.Sprintf("%s %d/%d %s %s", c.ID, c.Visit, c.Visits, c.Arrival.Time().Format("2006-01-02T15:04:05.999"), c.Direction)
	add := func(name string, value any, known bool) {
		if known {
			s += fmt.Sprintf(" %s=%v", name, value)
		}
	}
	s += " " + c.Outcome.String()
	add("queue", c.Queue, c.Queue != "")
	add("dnis", c.DNIS, c.DNIS != "")
	for _, at := range []struct {
		name string
		at   lake.Micros
	}{{"queued", c.Queued}, {"answered", c.Answered}, {"ended", c.Ended}} {
		add(at.name, at.at.Time().Format("15:04:05.999"), at.at != 0)
	}
	for _, d := range []struct {
		name string
		d    lake.Millis
	}{{"ivr", c.IVR}, {"wait", c.Wait}, {"ring", c.Ring}, {"talk", c.Talk}, {"hold", c.Hold}, {"wrap", c.Wrap}} {
		add(d.name, float64(d.d)/1000, d.d != lake.NoMillis)
	}
	add("transfer", c.Transfer, c.Transfer != lake.NoTransfer)
	add("to", c.TransferTo, c.TransferTo != "")
	add("agent", fmt.Sprintf("%x", c.Agent[:3]), c.Agent != lake.Key{})
	add("caller", fmt.Sprintf("%x", c.Caller[:3]), c.Caller != lake.Key{})
	add("language", c.Language, c.Language != "")
	add("reason", c.Reason, c.Reason != "")
	add("offset", c.Offset, c.Offset != 0)
	add("fold", c.Fold, c.Fold != 0)
	add("flags", strings.Join(c.Flags.Names(), ","), c.Flags != 0)
	return s + " " + c.Quality.String()
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("contacts differ from %s; run with -update and review the difference\n%s", path, got)
	}
}
