package bank

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// packet is the part of an assessment that this check reads.
type packet struct {
	Verdict struct{ Decision string }
	Uplift  struct {
		Total struct{ Mean, Q05, Q95 float64 }
		Basis string
	}
	Days []struct {
		Open    bool
		Without struct{ Mean float64 }
	}
	Assumptions []struct{ ID string }
	Warnings    []struct{ Code string }
}

// A mailing is assessed on the bank's raw log by the commands a user types: two
// months, nine months apart, no events, no roster. The packet is whole, says what
// was assumed, and comes out the same twice.
func TestAssessOnTheRawLog(t *testing.T) {
	options(t) // skips where the log is absent
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("center")); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "ringtide")
	command(t, "go", "build", "-o", program, "../../cmd/ringtide")
	command(t, program, "ingest", "-C", dir, "--format", "anonymous-bank-1999",
		filepath.Join(folder, months[0]), filepath.Join(folder, months[1]))
	for _, out := range []string{"one", "two"} {
		text := command(t, program, "assess", "letter.yaml", "-C", dir, "-o", filepath.Join(dir, out))
		if out == "one" {
			t.Log(text)
		}
	}
	for _, name := range []string{"assessment.json", "report.pdf"} {
		if !bytes.Equal(read(t, dir, "one", name), read(t, dir, "two", name)) {
			t.Errorf("%s differs between two runs", name)
		}
	}
	if !bytes.HasPrefix(read(t, dir, "one", "report.pdf"), []byte("%PDF-")) {
		t.Error("the report is no PDF")
	}
	var p packet
	if err := json.Unmarshal(read(t, dir, "one", "assessment.json"), &p); err != nil {
		t.Fatal(err)
	}
	p.check(t)
}

func (p packet) check(t *testing.T) {
	t.Helper()
	if p.Verdict.Decision == "" || p.Uplift.Basis != "prior only" {
		t.Errorf("verdict %q, uplift by %q; nothing was there to learn from", p.Verdict.Decision, p.Uplift.Basis)
	}
	if u := p.Uplift.Total; !(u.Q05 > 0 && u.Q05 < u.Mean && u.Mean < u.Q95) {
		t.Errorf("uplift %+v", u)
	}
	open, sum := 0.0, 0.0
	for _, d := range p.Days {
		if d.Open {
			open++
			sum += d.Without.Mean
		}
	}
	// October brought 1,092 contacts a day to the queues, Fridays and Saturdays included.
	if mean := sum / open; mean < 850 || mean > 1350 {
		t.Errorf("the baseline expects %.0f contacts on an open day", mean)
	}
	if !strings.Contains(p.names(), "roster") || !strings.Contains(p.names(), "hole") {
		t.Errorf("assumed or warned: %s; want the roster and the hole of eight months", p.names())
	}
}

func (p packet) names() string {
	var names []string
	for _, a := range p.Assumptions {
		names = append(names, a.ID)
	}
	for _, w := range p.Warnings {
		names = append(names, w.Code)
	}
	return strings.Join(names, " ")
}

func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
