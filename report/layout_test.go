package report

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// everywhere runs do for each variant on each paper.
func everywhere(t *testing.T, do func(t *testing.T, r rendered)) {
	for _, r := range allRendered() {
		t.Run(r.name+"/"+string(r.paper), func(t *testing.T) { do(t, r) })
	}
}

// A rendered is one variant on one paper, and what is read back from it.
type rendered struct {
	name  string
	paper Paper
	pdf   []byte
	pages [][]placedText
}

// allRendered renders each variant once for all tests.
var allRendered = sync.OnceValue(func() []rendered {
	var out []rendered
	for _, name := range slices.Sorted(maps.Keys(variants())) {
		a := variants()[name].build()
		for _, p := range []Paper{Letter, A4} {
			var buf bytes.Buffer
			if err := PDF(&buf, a, Options{Paper: p}); err != nil {
				panic(err)
			}
			out = append(out, rendered{name, p, buf.Bytes(), readPages(buf.Bytes())})
		}
	}
	return out
})

func TestTextStaysInsideTheMargins(t *testing.T) {
	everywhere(t, func(t *testing.T, r rendered) {
		w, h := r.paper.size()
		for n, page := range r.pages {
			for _, x := range page {
				if x.turned {
					continue
				}
				if x.x < marginSide-1 || x.x+x.width > w-marginSide+1 || x.y < 25 || x.y > h-30 {
					t.Errorf("page %d: %q at (%.1f, %.1f), %.1f wide, leaves the margins", n+1, x.text, x.x, x.y, x.width)
				}
				if x.size < 5.5 {
					t.Errorf("page %d: %q in %.1f points is too small to read", n+1, x.text, x.size)
				}
			}
		}
	})
}

func TestTextsDoNotOverlap(t *testing.T) {
	everywhere(t, func(t *testing.T, r rendered) {
		for n, page := range r.pages {
			for i, a := range page {
				for _, b := range page[:i] {
					if !a.turned && !b.turned && overlap(a, b) {
						t.Errorf("page %d: %q at (%.1f, %.1f) overlaps %q at (%.1f, %.1f)", n+1, a.text, a.x, a.y, b.text, b.x, b.y)
					}
				}
			}
		}
	})
}

// overlap compares the boxes from baseline to the height of capitals.
func overlap(a, b placedText) bool {
	const slack = 0.4
	return a.x+slack < b.x+b.width && b.x+slack < a.x+a.width &&
		a.y+slack < b.y+0.7*b.size && b.y+slack < a.y+0.7*a.size
}

// TestShortChoicesStayOnPageOne: the table repeats a later one, so it must not
// begin a page of its own where page one is full.
func TestShortChoicesStayOnPageOne(t *testing.T) {
	everywhere(t, func(t *testing.T, r rendered) {
		for n, page := range r.pages {
			for _, x := range page {
				if n > 0 && x.text == "The choices at a glance" {
					t.Errorf("page %d shows the short choices", n+1)
				}
			}
		}
	})
	f := sample()
	text := flat(readPages(render(t, f, Options{}))[:1])
	for _, o := range f.build().Options {
		if !strings.Contains(text, shortTitle(o.Title)+" "+chance(o.Meets)) {
			t.Errorf("page one of the sample lacks the choice %q", o.Title)
		}
	}
}

func TestStructureOfTheFile(t *testing.T) {
	everywhere(t, func(t *testing.T, r rendered) {
		pdf := r.pdf
		m := must(BuildPages(variants()[r.name].build()))
		if !bytes.HasPrefix(pdf, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(pdf), []byte("%%EOF")) {
			t.Error("no PDF frame")
		}
		if n := len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(pdf, -1)); n != len(r.pages) || n < 5 {
			t.Errorf("%d page objects, %d pages with text", n, len(r.pages))
		}
		places := len(m.Sections)
		for _, s := range m.Sections {
			for _, b := range s.Blocks {
				if _, ok := b.(Chart); ok {
					places++
				}
			}
		}
		if n := bytes.Count(pdf, []byte("/Dest [")); n != places {
			t.Errorf("%d bookmarks for %d sections and charts", n, places)
		}
		media := map[Paper]string{Letter: "/MediaBox [0 0 612.00 792.00]", A4: "/MediaBox [0 0 595.28 841.89]"}[r.paper]
		for _, want := range []string{media, "/Lang (en-US)", "/CreationDate (D:20", "/FontFile2", "/ToUnicode"} {
			if !bytes.Contains(pdf, []byte(want)) {
				t.Errorf("no %q in the file", want)
			}
		}
		for i, page := range r.pages {
			if text := flat(r.pages[i : i+1]); !strings.Contains(text, "Page ") || !strings.Contains(text, "Request 2026-0142") {
				t.Errorf("page %d has no running header or footer: %d texts", i+1, len(page))
			}
		}
	})
}

func TestPagesHoldTheNumbers(t *testing.T) {
	f := sample()
	a := f.build()
	text := flat(readPages(render(t, f, Options{})))
	for _, h := range a.Headline {
		if !strings.Contains(text, h.Value) {
			t.Errorf("headline %s: %q is not on the pages", h.ID, h.Value)
		}
	}
	want := []string{"APPROVE WITH CONDITIONS", money(a.Fee.ExpectedCents), money(a.Fee.P90Cents), money(a.Roster.CostCents),
		a.Provenance.LakeFingerprint, "20260522", "ringtide v0.4.0", a.Provenance.Files[2].SHA256, "Ayuda general (español)"}
	for _, o := range a.Options {
		want = append(want, chance(o.Meets), level(o.Service.Mean), wait(o.MeanWait.Mean), count(o.Abandoned.Mean))
	}
	for _, g := range a.Gates {
		want = append(want, gateNumber(g.Number, g.Unit))
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not on the pages", w)
		}
	}
}

func TestSameAssessmentSameBytes(t *testing.T) {
	for _, r := range allRendered() {
		if r.paper == A4 && !bytes.Equal(r.pdf, render(t, variants()[r.name], Options{Paper: A4})) {
			t.Errorf("%s: two renders differ", r.name)
		}
	}
}

func TestReportStaysSmall(t *testing.T) {
	everywhere(t, func(t *testing.T, r rendered) {
		if n := len(r.pdf); n > 300_000 {
			t.Errorf("%d bytes; a report stays below 300,000", n)
		}
	})
}

func BenchmarkPDF(b *testing.B) {
	for _, name := range []string{"sample", "wordy"} {
		b.Run(name, func(b *testing.B) {
			a := variants()[name].build()
			for b.Loop() {
				var buf bytes.Buffer
				if err := PDF(&buf, a, Options{}); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(buf.Len()))
			}
		})
	}
}
