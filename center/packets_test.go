package center

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ringtide/ringtide/data"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

var update = flag.Bool("update", false, "write the golden packets anew")

// sampleDir writes the sample center and its requests to a directory and opens it.
func sampleDir(t *testing.T) *Dir {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, data.Sample()); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "requests"), data.Requests()); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pastCauses are what the sample center went through in the half year of sampleHistory.
func pastCauses() []uplift.Cause {
	on := interval.MustDate
	share := func(name string) []uplift.Share { return []uplift.Share{{Queue: name, Share: 1}} }
	return []uplift.Cause{
		{ID: "renewals", Kind: uplift.Mailing, Start: on("2025-12-08"), Size: 30_000, Class: "marketing", Queues: share("animals-en")},
		{ID: "rates", Kind: uplift.Mailing, Start: on("2026-01-20"), Size: 50_000, Class: "first", Queues: share("water-en")},
		{ID: "meters", Kind: uplift.Mailing, Start: on("2026-03-09"), Size: 40_000, Class: "marketing", Queues: share("water-en")},
		{ID: "cleanup", Kind: uplift.Event, Start: on("2026-04-18"), Size: 16_000, Queues: share("general")},
	}
}

// sampleHistory draws half a year of the sample center with what its causes did: a
// weekday level, a day shape, a gamma factor per day, Poisson counts.
func sampleHistory(t *testing.T, d *Dir) impact.History {
	t.Helper()
	c := d.Center
	g, err := interval.DayGrid(interval.MustDate("2025-12-01"), interval.MustDate("2026-05-31"), c.Step, c.Calendar.Location())
	if err != nil {
		t.Fatal(err)
	}
	daily := map[string]float64{"general": 1050, "water-en": 335, "water-es": 178, "animals-en": 192, "animals-es": 84}
	h := impact.History{Center: c, Causes: pastCauses(), Roster: d.Roster, Source: impact.Source{
		Fingerprint: "drawn for the test", Contacts: 270_000, First: g.Stamp(0), Last: g.Stamp(g.Len() - 1),
	}}
	for k, q := range c.Queues {
		rng := rand.New(rand.NewPCG(11, uint64(k)))
		open, values, states := q.Calendar.Open(g), make([]float64, g.Len()), make([]interval.State, g.Len())
		for _, day := range g.Days() {
			factor := distuv.Gamma{Alpha: 500, Beta: 500, Src: rng}.Rand()
			for i := day.First; i < day.End; i++ {
				if states[i] = interval.Closed; open[i] {
					part := (1 + 0.4*math.Sin(math.Pi*float64(g.Minute(i)-420)/720)) / 30
					mean := part * (factor*daily[q.Name] + added(q.Name, day.Date))
					states[i], values[i] = interval.Observed, distuv.Poisson{Lambda: mean, Src: rng}.Rand()
				}
			}
		}
		s, err := interval.NewSeries(q.Name, g, values, states)
		if err != nil {
			t.Fatal(err)
		}
		h.Queues = append(h.Queues, impact.QueueHistory{Queue: q.Name, Queued: s, Recent: impact.Work{
			Handled: 9000, HandleKnown: 9000, HandleSeconds: 2_250_000, Abandoned: 400, WaitSeconds: 130_000,
		}})
	}
	return h
}

// added is what the causes bring to a queue on a day: a hundredth of their size, half of
// what is left every four days, from the second day on.
func added(queue string, day interval.Date) float64 {
	sum := 0.0
	for _, c := range pastCauses() {
		if age := day.Sub(c.Start) - 1; age >= 0 && c.Queues[0].Queue == queue {
			sum += 0.01 * c.Size * (1 - math.Exp2(-0.25)) * math.Exp2(-float64(age)/4)
		}
	}
	return sum
}

// Every type of request has a worked example that ends in a packet. The golden packets
// leave out the long columns, which figures of other tests stand for.
func TestRequestsOfEveryType(t *testing.T) {
	d := sampleDir(t)
	h := sampleHistory(t, d)
	names, err := fs.Glob(data.Requests(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[uplift.Kind]bool{}
	t.Run("requests", func(t *testing.T) {
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r, err := (&Dir{Path: d.Path, Center: d.Center}).Request(name)
				if err != nil {
					t.Fatal(err)
				}
				mu.Lock()
				seen[r.Type] = true
				mu.Unlock()
				a, err := impact.Assess(t.Context(), h, r, impact.Options{Policy: d.Policy, Fees: d.Fees, Paths: 200, Seed: 1, Version: "test"})
				if err != nil {
					t.Fatal(err)
				}
				holdsTogether(t, a)
				explains(t, a)
				splits(t, a)
				compare(t, strings.TrimSuffix(name, ".yaml"), a)
			})
		}
	})
	for _, k := range uplift.Kinds() {
		if !seen[k] {
			t.Errorf("no worked request of type %s", k)
		}
	}
}

func compare(t *testing.T, name string, a *impact.Assessment) {
	t.Helper()
	a.Days, a.Queues, a.Profile, a.Horizon.Starts, a.Horizon.Open = nil, nil, nil, nil, nil
	for k := range a.Pools {
		p := &a.Pools[k]
		p.NetWithout, p.NetWith, p.GrossWithout, p.GrossWith, p.Rostered, p.MeetsWithout, p.MeetsWith = nil, nil, nil, nil, nil, nil, nil
	}
	if a.SecondStage != nil {
		a.SecondStage.Required, a.SecondStage.Days = nil, nil
	}
	for k := range a.Options {
		a.Options[k].Days = nil
	}
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(a); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "packets", name+".json")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs; look at the difference after: go test ./center -run Requests -update", golden)
	}
}
