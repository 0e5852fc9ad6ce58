package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

var newYork = func() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return loc
}()

func input(name, text string) Input {
	return Input{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

func fixture(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func profile(t testing.TB, path string) *Profile {
	t.Helper()
	p, err := ParseProfile(path, []byte(fixture(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shipped returns the profiles that come with the project.
func shipped(t testing.TB) []*Profile {
	return []*Profile{profile(t, "../data/profiles/ringtide-contacts.yaml"), profile(t, "../data/profiles/anonymous-bank-1999.yaml")}
}

func newLake(t testing.TB) *lake.Lake {
	t.Helper()
	lk, err := lake.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

func mustLoad(t testing.TB, lk *lake.Lake, opts Options, inputs ...Input) Report {
	t.Helper()
	r, err := Load(context.Background(), lk, inputs, opts)
	if err != nil {
		t.Fatal(err)
	}
	checkAccounts(t, r)
	return r
}

// checkAccounts asserts the sums that every report must keep.
func checkAccounts(t testing.TB, r Report) {
	t.Helper()
	for _, f := range r.Files {
		if f.Rows != f.Used+f.Repeated+f.Ignored+f.Quarantined {
			t.Errorf("%s: %d rows are not %d used + %d repeated + %d ignored + %d quarantined", f.Name, f.Rows, f.Used, f.Repeated, f.Ignored, f.Quarantined)
		}
		if f.Contacts != f.Stored+f.Duplicate {
			t.Errorf("%s: %d contacts are not %d stored + %d duplicate", f.Name, f.Contacts, f.Stored, f.Duplicate)
		}
		if lookup(f.Format, nil) == nil && f.Intervals == nil && f.Source != asteriskCEL.source && f.Used != f.Contacts { // a profile's row is a contact
			t.Errorf("%s: %d rows used for %d contacts", f.Name, f.Used, f.Contacts)
		}
	}
}

// stored returns the contacts of a lake by ID and visit, without provenance.
func stored(t testing.TB, lk *lake.Lake) []lake.Contact {
	t.Helper()
	var out []lake.Contact
	for c, err := range lk.Contacts(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b lake.Contact) int {
		if d := strings.Compare(a.ID, b.ID); d != 0 {
			return d
		}
		return int(a.Visit - b.Visit)
	})
	return out
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
