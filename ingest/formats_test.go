package ingest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

var update = flag.Bool("update", false, "write the golden files of the fixtures")

// fixtureFormats are the formats whose fixtures are folders with a golden list of contacts.
// Their numbers are in reserved ranges and their people made up; each file also holds rows
// that must be passed over and rows that must be put aside.
var fixtureFormats = []string{
	"3cx", "3cx-call-log", "amazon-connect", "asterisk-cdr-report", "cisco-cucm", "cisco-uccx", "cisco-uccx-unload", "cisco-uccx-report", "five9", "freeswitch-callcenter", "freeswitch-csv", "freeswitch-json",
	"genesys-cloud", "twilio-calls", "twilio-tasks",
}

func fixtureInputs(t testing.TB, format string) []Input {
	t.Helper()
	paths, err := filepath.Glob("testdata/" + format + "/*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixture of %s: %v", format, err)
	}
	var inputs []Input
	for _, p := range paths {
		inputs = append(inputs, input(filepath.Base(p), fixture(t, p)))
	}
	return inputs
}

// Every fixture gives the contacts of its golden file, which were checked by hand against the
// rows, and an account of every row.
func TestFixtures(t *testing.T) {
	for _, format := range fixtureFormats {
		t.Run(format, func(t *testing.T) {
			opts := logOptions
			opts.MaxShare = 1
			lk := newLake(t)
			r := mustLoad(t, lk, opts, fixtureInputs(t, format)...)
			var b strings.Builder
			for _, f := range r.Files {
				fmt.Fprintf(&b, "%s: %d rows, %d used, %d repeated, %d ignored %v, %d quarantined %v\n", f.Name, f.Rows, f.Used, f.Repeated, f.Ignored, f.IgnoredBy, f.Quarantined, f.Reasons)
			}
			for _, c := range stored(t, lk) {
				fmt.Fprintln(&b, summary(&c))
			}
			path := "testdata/golden/" + format + ".txt"
			if *update {
				if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := fixture(t, path); b.String() != want {
				t.Errorf("contacts differ from %s; review the difference, then run with -update\n%s", path, b.String())
			}
		})
	}
}

// Of every fixture each contact is in the account of its queue and day once, and of the center's.
func TestFixturesAddUp(t *testing.T) {
	for _, format := range fixtureFormats {
		t.Run(format, func(t *testing.T) {
			opts := logOptions
			opts.MaxShare = 1
			lk := newLake(t)
			mustLoad(t, lk, opts, fixtureInputs(t, format)...)
			tally, err := lk.Tally(t.Context(), lake.TallyQuery{Step: time.Hour, Location: newYork, ShortAbandon: 30 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]int64{}
			for _, c := range stored(t, lk) {
				if c.Direction != lake.Inbound || c.Outcome == lake.OutcomeGhost {
					continue
				}
				if c.Visit == 1 {
					want[lake.AllQueues]++
				}
				if c.Queue != "" {
					want[c.Queue]++
				}
			}
			for _, queue := range append(tally.Queues(), lake.AllQueues) {
				days, err := tally.Identities(queue) // an account that does not add up is its error
				if err != nil {
					t.Fatal(err)
				}
				var sum lake.Identity
				for _, d := range days {
					sum.Add(d)
				}
				if sum.Offered != want[queue] || sum.Parts() != want[queue] {
					t.Errorf("%s: %d offered in the account, %d in the lake", queue, sum.Offered, want[queue])
				}
			}
		})
	}
}

// summary shows what is known of a visit on one line.
func summary(c *lake.Contact) string {
	s := fmt.Sprintf("%s %d/%d %s %s %s", c.ID, c.Visit, c.Visits, c.Arrival.Time().Format("15:04:05.999"), c.Direction, c.Outcome)
	add := func(name string, value any, known bool) {
		if known {
			s += fmt.Sprintf(" %s=%v", name, value)
		}
	}
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
	add("agent", "yes", c.Agent != lake.Key{})
	add("caller", "yes", c.Caller != lake.Key{})
	add("reason", c.Reason, c.Reason != "")
	add("flags", strings.Join(c.Flags.Names(), ","), c.Flags != 0)
	return s + " " + c.Quality.String()
}

// goesOn are the files in which a row goes on with the call of the row before, or above whose header
// there is a title.
var goesOn = map[string]bool{"v16.csv": true, "elastix.csv": true, "titled.csv": true, "report.csv": true}

// However the rows come, in one file or many, once or again, the lake is the same.
func TestFixturesInAnyOrder(t *testing.T) {
	for _, format := range fixtureFormats {
		t.Run(format, func(t *testing.T) {
			opts := logOptions
			opts.MaxShare = 1
			for _, in := range fixtureInputs(t, format) {
				if goesOn[in.Name] {
					continue
				}
				text := fixture(t, "testdata/"+format+"/"+in.Name)
				rows, header := lines(text), ""
				if strings.HasSuffix(in.Name, ".csv") && format != "3cx" && format != "freeswitch-csv" || in.Name == "cdr.txt" || in.Name == "cmr.txt" {
					header, rows = rows[0], rows[1:]
				}
				opts.Format = format
				checkOrderFree(t, opts, header, rows)
			}
		})
	}
}

// No number and no name of the fixtures is in what a load leaves behind.
func TestNothingPersonalLands(t *testing.T) {
	for _, format := range fixtureFormats {
		dir := t.TempDir()
		lk, err := lake.Create(filepath.Join(dir, "lake"))
		if err != nil {
			t.Fatal(err)
		}
		opts := logOptions
		opts.MaxShare, opts.QuarantineDir = 1, filepath.Join(dir, "quarantine")
		r := mustLoad(t, lk, opts, fixtureInputs(t, format)...)
		said := fmt.Sprintf("%+v", r)
		for _, c := range stored(t, lk) {
			said += fmt.Sprintf("%+v", c)
		}
		paths, err := filepath.Glob(opts.QuarantineDir + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			said += fixture(t, p)
		}
		for _, personal := range []string{"Roe", "Jane", "312555010", "312555011", "312555012", "maria", "omar"} {
			if strings.Contains(strings.ToLower(said), strings.ToLower(personal)) {
				t.Errorf("%s: %q is in what the load left behind", format, personal)
			}
		}
	}
}

// FuzzFormats reads anything as any format: of each the fixtures and what other exports look like are
// seeds.
func FuzzFormats(f *testing.F) {
	for i, format := range formats {
		paths, err := filepath.Glob("testdata/" + format.name + "/*")
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range paths {
			f.Add(uint8(i), fixture(f, p))
		}
		for _, c := range otherExports {
			if c.format == format.name {
				f.Add(uint8(i), c.text)
			}
		}
	}
	lk := newLake(f)
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		opts := logOptions
		opts.Format = formats[int(which)%len(formats)].name
		readOnly(t, lk, opts, text)
	})
}

// Every format has a seed, and what looks like it is read as it.
func FuzzDetect(f *testing.F) {
	for _, format := range formats {
		paths, err := filepath.Glob("testdata/" + format.name + "/*")
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range paths {
			f.Add(fixture(f, p))
		}
	}
	profiles := shipped(f)
	lk := newLake(f)
	f.Fuzz(func(t *testing.T, text string) {
		name, err := Detect([]byte(text), profiles)
		if err != nil {
			return
		}
		opts := logOptions
		opts.Format, opts.Profiles = name, profiles
		readOnly(t, lk, opts, text)
	})
}

// readOnly reads a text and stitches what it tells, and leaves the lake as it is: that is ten times
// as fast as a load. Every row is accounted for, and what is stitched can be stored.
func readOnly(t *testing.T, lk *lake.Lake, opts Options, text string) {
	opts.MaxShare = 1
	if err := opts.complete(); err != nil {
		t.Fatal(err)
	}
	w, err := lk.Writer()
	if err != nil {
		t.Fatal(err)
	}
	l := &load{ctx: t.Context(), lk: lk, opts: opts, w: w, hash: newHasher(opts.Key), legs: map[string]*gatherer{}}
	defer func() {
		if err := l.close(); err != nil {
			t.Error(err)
		}
	}()
	f, err := l.read(input("fuzz", text), nil)
	if err != nil {
		return
	}
	checkAccounts(t, Report{Files: []FileReport{f.report}})
	for _, g := range l.legs {
		in, err := g.new.sorted()
		if err != nil {
			t.Fatal(err)
		}
		for in.peek() != nil {
			c := touched{file: f, line: 1}
			if g.take(&c, in) != nil {
				return
			}
			rows, _, err := g.rows(c.id, c.after)
			if err != nil {
				t.Fatal(err)
			}
			for i := range rows {
				if err := w.Add(f.input, 1, &rows[i]); err != nil && !errors.Is(err, lake.ErrContact) {
					t.Fatal(err)
				}
			}
		}
	}
}
