package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ringtide/ringtide/impact"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	keep   = flag.String("keep", "", "directory to leave the rendered PDF files in, to look at")
)

func render(t testing.TB, f fixture, opt Options) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := PDF(&buf, f.build(), opt); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *keep != "" {
		for _, r := range allRendered() {
			if err := os.WriteFile(filepath.Join(*keep, r.name+"-"+string(r.paper)+".pdf"), r.pdf, 0o644); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

// golden compares got with testdata/name, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test with -update", err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\n got %q\nwant %q", file, i+1, at(g, i), at(w, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}

func TestPageModelGolden(t *testing.T) {
	for _, name := range []string{"sample", "deflection", "bare"} {
		golden(t, name+".golden", must(BuildPages(variants()[name].build())).String())
	}
}

func TestTextGolden(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, sample().build()); err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.txt", b.String())
}

func TestTextFitsAScreen(t *testing.T) {
	for name, f := range variants() {
		a := f.build()
		var b strings.Builder
		if err := Text(&b, a); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		if len(lines) > 70 || name == "sample" && len(lines) > 36 {
			t.Errorf("%s: %d lines", name, len(lines))
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > screenWidth {
				t.Errorf("%s: %q is wider than %d", name, l, screenWidth)
			}
		}
		for _, h := range a.Headline {
			if !strings.Contains(b.String(), h.Value) {
				t.Errorf("%s: headline value %q is missing", name, h.Value)
			}
		}
	}
}

func TestModelSurvivesJSON(t *testing.T) {
	a := sample().build()
	blob, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var b impact.Assessment
	if err := json.Unmarshal(blob, &b); err != nil {
		t.Fatal(err)
	}
	if x, y := must(BuildPages(a)).String(), must(BuildPages(&b)).String(); x != y {
		t.Error("the model of an assessment read from its JSON differs")
	}
}

func TestBuildPagesLeavesTheAssessmentAlone(t *testing.T) {
	a := sample().build()
	before := must(json.Marshal(a))
	must(BuildPages(a))
	if !bytes.Equal(before, must(json.Marshal(a))) {
		t.Error("BuildPages changed its argument")
	}
}

func TestBadAssessments(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(*impact.Assessment)
		want   []string
	}{
		{"other schema", func(a *impact.Assessment) { a.Schema = "ringtide/assessment/0" }, []string{"ringtide/assessment/0", "assess the request again"}},
		{"short column", func(a *impact.Assessment) { a.Queues[1].With.Q95 = a.Queues[1].With.Q95[:7] }, []string{"queues[1] (Permits) with has 7 values"}},
		{"two faults at once", func(a *impact.Assessment) { a.Pools[0].Rostered, a.Horizon.Starts[3] = nil, "noon" },
			[]string{"pools[0] (General) rostered has 0 values", `horizon.starts[3]: "noon"`}},
		{"no step", func(a *impact.Assessment) { a.Horizon.StepSeconds = 0 }, []string{"step_seconds is 0"}},
		{"weekday", func(a *impact.Assessment) { a.Profile[0].Weekday = 7 }, []string{"profile[0]: weekday 7"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := sample().build()
			tt.damage(a)
			for what, err := range map[string]error{"PDF": PDF(io.Discard, a, Options{}), "Text": Text(io.Discard, a), "CSV": CSV(io.Discard, a)} {
				for _, w := range append(tt.want, "report: ") {
					if err == nil || !strings.Contains(err.Error(), w) {
						t.Errorf("%s: error %v does not say %q", what, err, w)
					}
				}
			}
		})
	}
}

func TestBadOptions(t *testing.T) {
	err := PDF(io.Discard, sample().build(), Options{Paper: "legal"})
	if err == nil || !strings.Contains(err.Error(), `paper "legal" is not known; use letter or a4`) {
		t.Error(err)
	}
	if p, err := ParsePaper("a4"); p != A4 || err != nil {
		t.Error(p, err)
	}
}

// A brokenWriter fails at once.
type brokenWriter struct{}

var errBroken = errors.New("disk full")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrorsAreReported(t *testing.T) {
	a := sample().build()
	for what, err := range map[string]error{"PDF": PDF(brokenWriter{}, a, Options{}), "Text": Text(brokenWriter{}, a), "CSV": CSV(brokenWriter{}, a)} {
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEmptyAssessment(t *testing.T) {
	a := &impact.Assessment{Schema: impact.Schema}
	if err := PDF(io.Discard, a, Options{}); err != nil {
		t.Error(err)
	}
	if err := Text(io.Discard, a); err != nil {
		t.Error(err)
	}
	if err := CSV(io.Discard, a); err != nil {
		t.Error(err)
	}
}

func TestCSVHoldsTheColumns(t *testing.T) {
	a := sample().build()
	a.Queues[0].Queue = `=HYPERLINK("x")`
	var b strings.Builder
	if err := CSV(&b, a); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := 1 + (len(a.Queues)+len(a.Pools))*len(a.Horizon.Starts) + len(a.Days)
	for _, o := range a.Options {
		want += len(o.Days)
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	sum, days, calls := 0.0, 0.0, 0.0
	for _, r := range rows[1:] {
		if strings.HasPrefix(r[1], "=") {
			t.Fatalf("%q would be run as a formula", r[1])
		}
		if r[0] == "queue" || r[0] == "day" {
			x, err := strconv.ParseFloat(r[11], 64)
			if err != nil {
				t.Fatal(err)
			}
			if r[0] == "day" {
				days += x
				continue
			}
			sum += x
		}
	}
	for _, q := range a.Queues {
		for _, x := range q.With.Mean {
			calls += x
		}
	}
	if math.Abs(sum-calls) > 1e-4*calls {
		t.Errorf("calls with the request sum to %v, want %v", sum, calls)
	}
	perDay := 0.0
	for _, d := range a.Days {
		perDay += d.With.Mean
	}
	if math.Abs(days-perDay) > 1e-4*perDay {
		t.Errorf("the days sum to %v, want %v", days, perDay)
	}
	last := rows[len(rows)-1]
	if o := a.Options[len(a.Options)-1]; last[0] != "option" || last[1] != o.ID || last[3] != o.Days[len(o.Days)-1].Date.String() || len(last) != len(csvHead) {
		t.Errorf("last row %q", last)
	}
}

// prose is what a director reads from top to bottom.
func prose(m Model) string {
	var out []string
	for _, s := range m.Sections {
		out = append(out, s.Lead)
		for _, b := range s.Blocks {
			switch b := b.(type) {
			case Para:
				out = append(out, b.Text)
			case Chart:
				out = append(out, b.Caption)
			case Banner:
				out = append(out, b.Sentence)
			}
		}
	}
	return strings.Join(out, " ")
}

// TestReadingGrade holds the prose to grade 9 of Flesch and Kincaid (1975):
// 0.39 words per sentence + 11.8 syllables per word - 15.59. Numbers count as words
// of one syllable, and a syllable is a run of vowels, a silent e at the end left out.
func TestReadingGrade(t *testing.T) {
	for name, f := range variants() {
		text := prose(must(BuildPages(f.build())))
		sentences := len(regexp.MustCompile(`[.!?](\s|$)`).FindAllString(text, -1))
		words := regexp.MustCompile(`[\pL\d][\pL\d’,.%$]*`).FindAllString(text, -1)
		syllables := 0
		for _, w := range words {
			w = strings.ToLower(strings.Trim(w, ".,"))
			n := len(regexp.MustCompile(`[aeiouy]+`).FindAllString(w, -1))
			if strings.HasSuffix(w, "e") && n > 1 && !strings.HasSuffix(w, "le") {
				n--
			}
			syllables += max(n, 1)
		}
		grade := 0.39*float64(len(words))/float64(sentences) + 11.8*float64(syllables)/float64(len(words)) - 15.59
		t.Logf("%s: grade %.1f, %d words", name, grade, len(words))
		if grade > 9 {
			t.Errorf("%s: reading grade %.1f", name, grade)
		}
	}
}
