package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readAll returns the records of text, or nil when a line was given up.
func readAll(t *testing.T, text string, r io.Reader, quotes bool) (records [][]string, faulty bool) {
	t.Helper()
	s := newSplitter(r, ',', quotes)
	line := int64(0)
	for {
		err := s.read()
		if errors.Is(err, io.EOF) {
			return records, faulty
		}
		if s.line <= line || s.offset < 0 || s.offset > int64(len(text)) {
			t.Fatalf("line %d at %d after line %d", s.line, s.offset, line)
		}
		line = s.line
		if err != nil {
			faulty = true
			continue
		}
		if !bytes.HasPrefix([]byte(text)[s.offset:], s.raw[:min(len(s.raw), 1)]) {
			t.Fatalf("line %d is not at byte %d", s.line, s.offset)
		}
		var record []string
		for _, f := range s.fields {
			record = append(record, string(f))
		}
		records = append(records, record)
	}
}

// The splitter never fails where encoding/csv succeeds, and gives the same fields; how the
// bytes arrive makes no difference.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a,b\nc,d\n", "\"a,1\",\"b\"\"c\"\r\n", "\"two\nlines\",x\n\n\ny,z", "\"\"NAME\" <1>\",2\n", "\"\"\"\"\"\n1,2\n", "\xff\xfe,\xa5\n", "\r\r\n,\n", "\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, faulty := readAll(t, text, strings.NewReader(text), true)
		slow, slowFaulty := readAll(t, text, iotest.OneByteReader(strings.NewReader(text)), true)
		if faulty != slowFaulty || !slices.EqualFunc(got, slow, slices.Equal) {
			t.Fatalf("%q: %q in one piece, %q byte by byte", text, got, slow)
		}
		if strings.Contains(text, "\r") { // encoding/csv keeps or drops these by rules of its own
			return
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil {
			return
		}
		for _, record := range want {
			for i := range record {
				record[i] = strings.ToValidUTF8(record[i], "\uFFFD")
			}
		}
		if faulty || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}

// Whatever the file, a load ends, accounts for every row, and a second load of it adds nothing.
// A run makes a lake on the disk. Run it with -fuzzminimizetime 1x and with TMPDIR in memory: the
// lake's goroutines make coverage vary, and the minutes that go into minimising inputs for that
// leave one run in a second.
func fuzzLoad(f *testing.F, opts Options, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	opts.MaxShare = 1
	f.Fuzz(func(t *testing.T, data []byte) {
		lk := newLake(t)
		in := input("file", string(data))
		r, err := Load(t.Context(), lk, []Input{in}, opts)
		if err != nil {
			if lk.Status().Rows != 0 {
				t.Fatal("a failed load stored contacts")
			}
			return
		}
		checkAccounts(t, r)
		if lk.Status().Rows != r.Stored {
			t.Errorf("%d contacts in the lake, %d stored", lk.Status().Rows, r.Stored)
		}
		// The same rows under another hash.
		longer := input("again", string(data)+"\n\n")
		again, err := Load(t.Context(), lk, []Input{longer}, opts)
		if err == nil && (again.Stored != 0 || again.Fingerprint != r.Fingerprint) {
			t.Errorf("%q: loaded again: %+v", data, again)
		}
		if err := lk.Verify(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func FuzzQueueLog(f *testing.F) {
	opts := logOptions
	opts.Format = FormatQueueLog
	fuzzLoad(f, opts, fixture(f, "testdata/queue_log.txt"), strings.Join(randomLog(5, 2), ""),
		"1772799500|1772799480.99|water|NONE|ENTERQUEUE||5|1\n1772799500|1772799480.99|water|NONE|EXITEMPTY|1|1|0\n1772799500|1772799480.99|water|NONE|ENTERQUEUE||5|1\n")
}

func FuzzJSONProfile(f *testing.F) {
	fuzzLoad(f, Options{Profiles: []*Profile{parsed(f, jsonProfile)}, Format: "cloud"}, jsonRows, `{"items":[{"call":{"id":"x","times":{"start":"2026-03-06T09:30:00Z"}},"legs":[{"n":1}]},`)
}

func FuzzIntervalProfile(f *testing.F) {
	fuzzLoad(f, Options{Profiles: []*Profile{parsed(f, intervalProfile)}, Format: "acd-report"}, intervalRows, strings.ReplaceAll(intervalRows, "2026", "2038"))
}

func FuzzContacts(f *testing.F) {
	text := fixture(f, "testdata/contacts.csv")
	fuzzLoad(f, Options{Profiles: shipped(f), Format: "ringtide-contacts"}, text, zipped(f, text), "\ufeff"+strings.ReplaceAll(text, "\n", "\r\n"), "\xff\xfec\x00o\x00")
}
