// Package arrows holds the test that keeps the import arrows of the design: each
// package may import the packages of its row and nothing else of ours, and heavy
// libraries stay in the one package that is meant to know them.
package arrows

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ringtide/ringtide/"

// allowed is the table of docs/architecture.md, section "Packages".
var allowed = map[string][]string{
	"interval":             {},
	"erlang":               {},
	"erlang/sim":           {"erlang"},
	"data":                 {},
	"internal/strict":      {},
	"internal/arrows":      {},
	"simulate":             {"interval", "internal/strict"},
	"lake":                 {"interval"},
	"ingest":               {"lake", "interval", "internal/strict"},
	"forecast":             {"interval"},
	"forecast/uplift":      {"forecast", "interval"},
	"schedule":             {"interval", "schedule/internal/lp"},
	"fee":                  {"interval"},
	"schedule/internal/lp": {},
	"schedule/people":      {"schedule", "schedule/internal/lp", "interval", "internal/strict"},
	"schedule/service":     {"schedule", "erlang", "interval"},
	"impact":               {"interval", "forecast", "forecast/uplift", "erlang", "schedule", "fee"},
	"center":               {"interval", "lake", "forecast", "forecast/uplift", "erlang", "schedule", "fee", "impact", "internal/strict"},
	"report":               {"impact", "interval", "fee", "forecast/uplift", "schedule"},
	"internal/cli": {"interval", "lake", "ingest", "forecast", "forecast/uplift", "erlang", "schedule", "schedule/people", "schedule/service", "fee",
		"impact", "center", "report", "simulate", "data"},
	"cmd/ringtide": {"internal/cli"},
}

// leaves are libraries, by prefix, and the only packages that may import them.
var leaves = map[string][]string{
	"github.com/parquet-go/":              {"lake"},
	"gonum.org/v1/plot":                   {"report"},
	"codeberg.org/go-pdf/":                {"report"},
	"codeberg.org/go-fonts/":              {"report"},
	"github.com/spf13/cobra":              {"internal/cli"},
	"github.com/invopop/":                 {"internal/cli"},
	"github.com/goccy/go-yaml":            {"internal/strict"},
	"github.com/klauspost/compress":       {"ingest", "lake"},
	"github.com/ringtide/ringtide/report": {"internal/cli"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "bench/") {
			continue // checks may import what they check
		}
		seen[name] = true
		may, known := allowed[name]
		if !known {
			t.Errorf("package %s has no row in the table of arrows", name)
		}
		for _, imported := range p.Imports {
			if own, ours := strings.CutPrefix(imported, module); ours && !slices.Contains(may, own) {
				t.Errorf("%s imports %s, which its row does not allow", name, own)
			}
			for prefix, homes := range leaves {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(homes, name) {
					t.Errorf("%s imports %s, which belongs in %v alone", name, imported, homes)
				}
			}
		}
	}
	for name := range allowed {
		if !seen[name] && name != "internal/arrows" {
			t.Errorf("the table of arrows has a row for %s, which does not exist", name)
		}
	}
}

// Whoever wants only the queueing formulas pulls in nothing else.
func TestErlangStandsAlone(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+"erlang").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		if strings.Contains(dep, ".") && dep != module+"erlang" && !strings.HasPrefix(dep, "vendor/") {
			t.Errorf("erlang depends on %s", dep)
		}
	}
}
