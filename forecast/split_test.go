package forecast

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/interval"
)

// In every path and interval, what hangs under a node sums to it.
func TestTreeAddsUp(t *testing.T) {
	g, err := interval.DayGrid(interval.MustDate("2026-03-07"), interval.MustDate("2026-03-08"), time.Hour, office(1, 1).calendar(t).Location())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "queues")
		var queues []string
		departments, splits := map[string]string{}, []*Split(nil)
		for k := range n {
			q := string(rune('a' + k))
			queues = append(queues, q)
			departments[q] = rapid.SampledFrom([]string{"", "Water", "Parks"}).Draw(rt, "department")
			m := rapid.IntRange(0, 4).Draw(rt, "parts")
			s := &Split{Queue: q, Concentration: rapid.Float64Range(leastAlike, 500).Draw(rt, "concentration")}
			for j := range m {
				s.Parts = append(s.Parts, SplitPart{string(rune('x' + j%2)), string(rune('e' + j/2)), 1 / float64(m)})
			}
			if m > 0 {
				splits = append(splits, s)
			}
		}
		p, err := NewPaths(g, queues, 3)
		if err != nil {
			rt.Fatal(err)
		}
		for path := range 3 {
			for q := range n {
				for i := range p.Counts(path, q) {
					p.Counts(path, q)[i] = int32(rapid.IntRange(0, 30).Draw(rt, "calls"))
				}
			}
		}
		tree, err := NewTree(p, departments, splits, 1)
		if err != nil {
			rt.Fatal(err)
		}
		checkTree(rt, tree, p)
	})
}

func checkTree(rt *rapid.T, tree *Tree, p *Paths) {
	nodes := tree.Nodes()
	for path := range p.Len() {
		sums, children := make([][]int64, len(nodes)), make([]int, len(nodes))
		for k, node := range nodes {
			c := tree.Counts(k, path)
			if node.Level == "queue" && !slices.EqualFunc(c, p.Counts(path, p.QueueIndex(node.Name[1])), func(a int64, b int32) bool { return a == int64(b) }) {
				rt.Fatalf("queue %v is not that of the paths", node.Name)
			}
			if node.Parent >= 0 {
				if sums[node.Parent] == nil {
					sums[node.Parent] = make([]int64, len(c))
				}
				for i, v := range c {
					sums[node.Parent][i] += v
				}
				children[node.Parent]++
			}
		}
		for k, node := range nodes {
			if children[k] > 0 && !slices.Equal(sums[k], tree.Counts(k, path)) {
				rt.Fatalf("%s %v is not the sum of its children", node.Level, node.Name)
			}
		}
	}
}

// Shares and how unlike days are come back from days drawn with them, and the calls of a
// part spread as they do.
func TestFitSplitLearns(t *testing.T) {
	d := newDraw()
	d.at(7)
	truth, c := []float64{0.6, 0.3, 0.1}, 60.0
	parts := []SplitPart{{Reason: "bill", Language: "en"}, {Reason: "bill", Language: "es"}, {Reason: "leak", Language: "en"}}
	var days []SplitDay
	for k := range 160 {
		g, total := make([]float64, 3), 0.0
		for j, p := range truth {
			g[j] = c * p * d.gamma(c*p)
			total += g[j]
		}
		day := SplitDay{interval.MustDate("2025-09-01").AddDays(k), make([]float64, 3)}
		for range 300 {
			u, j := d.uniform()*total, 0
			for j < 2 && u > g[j] {
				u -= g[j]
				j++
			}
			day.Calls[j]++
		}
		days = append(days, day)
	}
	s, err := FitSplit("q", parts, days)
	if err != nil {
		t.Fatal(err)
	}
	for j, p := range truth {
		if math.Abs(s.Parts[j].Share-p) > 0.02 {
			t.Errorf("share %d is %.3f, want %.2f", j, s.Parts[j].Share, p)
		}
	}
	if s.Concentration < 42 || s.Concentration > 85 {
		t.Errorf("concentration %.0f, want about %.0f", s.Concentration, c)
	}
}

func TestSplitFaults(t *testing.T) {
	day := SplitDay{interval.MustDate("2026-01-05"), []float64{1}}
	if _, err := FitSplit("q", nil, []SplitDay{day}); err == nil || !strings.Contains(err.Error(), "0 parts") {
		t.Error(err)
	}
	if _, err := FitSplit("q", make([]SplitPart, 2), []SplitDay{day}); err == nil || !strings.Contains(err.Error(), "1 counts on 2026-01-05 for 2 parts") {
		t.Error(err)
	}
	in := office(50, 1).history(t, "q", "2026-01-05", "2026-02-27")
	p := mustSimulate(t, mustFit(t, in), "2026-03-02", "2026-03-02", 5, 1)
	if _, err := NewTree(p, map[string]string{"water": "Water"}, nil, 1); err == nil || !strings.Contains(err.Error(), `"water"`) {
		t.Error(err)
	}
	if _, err := NewTree(p, nil, []*Split{{Queue: "q"}, {Queue: "q"}}, 1); err == nil || !strings.Contains(err.Error(), "split twice") {
		t.Error(err)
	}
}
