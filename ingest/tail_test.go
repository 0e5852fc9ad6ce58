package ingest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Loaded again and again while it grows, a file gives the lake that it gives as a whole, to the
// byte, and each load reads no more than what has come since.
func TestGrownFilesLoadTheirTail(t *testing.T) {
	contacts := lines(fixture(t, "testdata/contacts.csv"))
	for i := range 400 {
		contacts = append(contacts, fmt.Sprintf("g%d,2026-03-%02dT%02d:%02d:07.125-05:00,water,311,555%07d,handled,12,%d.5,60,0,20,agent1,,en,\"a bill, or two\"\n", i, 1+i%28, 8+i%10, i%60, i%40, i%90))
	}
	master := lines(fixture(t, "testdata/asterisk-cdr/Master.csv"))
	for name, tt := range map[string]struct {
		format string
		rows   []string
		header int
	}{
		"queue_log":   {FormatQueueLog, randomLog(150, 4), 0},
		"contacts":    {"ringtide-contacts", contacts, 1},
		"Master.csv":  {"asterisk-cdr", master, 0},
		"queue table": {"queue_log-table", lines(fixture(t, "testdata/queue_log-table/pbxware.csv")), 1},
		"cdr table":   {"asterisk-cdr-table", lines(fixture(t, "testdata/asterisk-cdr-table/cdr.csv")), 1},
	} {
		t.Run(name, func(t *testing.T) {
			opts := logOptions
			opts.Format, opts.MaxShare, opts.Profiles = tt.format, 1, shipped(t)
			whole := newLake(t)
			text := strings.Join(tt.rows, "")
			want := mustLoad(t, whole, opts, input("log", text))
			r := rand.New(rand.NewPCG(1, 2))
			lk := newLake(t)
			at, rows := 0, int64(0)
			for at < len(tt.rows) {
				from := at
				at = min(len(tt.rows), max(at, tt.header)+1+r.IntN(max(2, len(tt.rows)/4)))
				got := mustLoad(t, lk, opts, input(fmt.Sprintf("log.%d", at), strings.Join(tt.rows[:at], ""))).Files[0]
				before := int64(len(strings.Join(tt.rows[:from], "")))
				if got.From != before {
					t.Errorf("rows %d to %d: read from byte %d, not %d", from, at, got.From, before)
				}
				rows += got.Rows
			}
			if rows != want.Rows {
				t.Errorf("%d rows in parts, %d as a whole", rows, want.Rows)
			}
			if lk.Status().Fingerprint != whole.Status().Fingerprint || !reflect.DeepEqual(lk.Files(), whole.Files()) || !reflect.DeepEqual(keptStates(t, lk.Dir()), keptStates(t, whole.Dir())) {
				t.Error("another lake")
			}
		})
	}
}

// keptStates returns what the formats keep, by file.
func keptStates(t *testing.T, dir string) map[string]string {
	t.Helper()
	var man struct {
		States []struct{ Path string }
	}
	if err := json.Unmarshal([]byte(fixture(t, filepath.Join(dir, "manifest.json"))), &man); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range man.States {
		out[s.Path] = fixture(t, filepath.Join(dir, filepath.FromSlash(s.Path)))
	}
	return out
}

const tailHead = "contact_id,arrival,queue,dnis,caller,outcome,ivr_s,wait_s,talk_s,hold_s,wrap_s,agent,transfer_to,language,reason\n"

// Lines and offsets of a tail are those of the file.
func TestTailCountsTheLinesOfTheFile(t *testing.T) {
	dir := t.TempDir()
	opts := logOptions
	opts.MaxShare, opts.Profiles, opts.QuarantineDir = 1, shipped(t), dir
	good := "g%d,2026-03-06T09:00:07-05:00,water,311,,handled,12,1,60,0,20,a,,en,\n"
	head := tailHead + fmt.Sprintf(good, 1) + fmt.Sprintf(good, 2)
	lk := newLake(t)
	path := filepath.Join(dir, "log.csv")
	load := func(text string) FileReport {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return mustLoad(t, lk, opts, Files(os.DirFS(dir), "log.csv")...).Files[0] // files that can seek
	}
	load(head)
	f := load(head + fmt.Sprintf(good, 3) + "bad row\n" + strings.Replace(fmt.Sprintf(good, 4), "handled", "vanished", 1))
	if f.From != int64(len(head)) || f.FromFile != "log.csv" || f.Rows != 3 || f.FirstFlag["unknown_outcome"] != 6 {
		t.Fatalf("%+v", f)
	}
	var r rejected
	if err := json.Unmarshal([]byte(fixture(t, f.QuarantineFile)), &r); err != nil {
		t.Fatal(err)
	}
	if r.Line != 5 || r.Offset != int64(len(head)+len(fmt.Sprintf(good, 3))) {
		t.Errorf("%+v", r)
	}
}

// What is not the same file grown at the end of a line is read whole.
func TestOtherFilesAreReadWhole(t *testing.T) {
	row := "g%d,2026-03-06T09:00:07-05:00,water,311,,handled,12,1,60,0,20,a,,en,\n"
	first := tailHead + fmt.Sprintf(row, 1)
	for name, tt := range map[string]struct{ first, second string }{
		"changed":            {first, strings.Replace(first, "water", "tax", 1) + fmt.Sprintf(row, 2)},
		"cut amid a line":    {first[:len(first)-1], first + fmt.Sprintf(row, 2)},
		"an open quote":      {first + strings.Replace(fmt.Sprintf(row, 2), ",en,\n", ",en,\"a\n", 1), first + strings.Replace(fmt.Sprintf(row, 2), ",en,\n", ",en,\"a\nb\"\n", 1)},
		"compressed":         {zipped(t, first), zipped(t, first) + "\n"},
		"shorter":            {first + fmt.Sprintf(row, 2), first},
		"of another profile": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			opts := Options{Profiles: shipped(t), Format: "ringtide-contacts", MaxShare: 1}
			lk := newLake(t)
			if tt.first == "" {
				tt.first, tt.second = first, first+fmt.Sprintf(row, 2)
				mustLoad(t, lk, opts, input("a", tt.first))
				opts.Key = []byte("0123456789abcdef") // another way to load
			} else {
				mustLoad(t, lk, opts, input("a", tt.first))
			}
			r, err := Load(t.Context(), lk, []Input{input("a", tt.second)}, opts)
			if name != "compressed" && err != nil || len(r.Files) > 0 && r.Files[0].From != 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
