package simulate

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// What cannot be read is an error that names its line.
func TestParseConfigErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown field", "first: 2025-06-01\nlasst: 2025-06-02\n", `c.yaml:2:1: unknown field "lasst"`},
		{"unknown field within", "queues:\n- name: a\n  talk: {mean: 5}\n", `c.yaml:3:10: unknown field "mean"`},
		{"field given twice", "lines: 1\nlines: 2\n", "c.yaml:2:1:"},
		{"bad date", "first: 2025-06-01\nlast: 2025-06-31\n", "c.yaml:2:7: interval: there is no day 2025-06-31"},
		{"bad date within", "causes:\n- id: a\n  date: soon\n", "c.yaml:3:9: interval:"},
		{"bad time of day", "shapes:\n  day:\n  - {at: 25h, weight: 1}\n", "c.yaml:3:10: interval:"},
		{"text for a number", "day_cv: high\n", "c.yaml:1:9:"},
		{"broken", "queues: [", "c.yaml:1:9:"},
		{"empty", "# nothing\n", "c.yaml: "},
		{"two documents", "first: 2025-06-01\n---\nlast: 2025-06-01\n", "more than one"},
		{"mail class named first", "kinds:\n  mailing:\n    shape: {delivery: {first: [0, 1]}}\ncauses: [{id: a, date: x}]\n", "c.yaml:4:24: interval"},
	} {
		_, err := ParseConfig("c.yaml", []byte(tt.text))
		if err == nil || !strings.HasPrefix(err.Error(), "simulate: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
}

// What cannot be meant is an error that names its field, all of them at once.
func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no days", func(c *Config) { c.Last = interval.Date{} }, "first, last: "},
		{"share beyond 1", func(c *Config) { c.Absence = 1.5 }, "absence: 1.5"},
		{"not a number", func(c *Config) { c.DayCV = math.NaN() }, "day_cv: NaN"},
		{"no callers", func(c *Config) { c.Callers.Population = 0 }, "callers.population"},
		{"no queue", func(c *Config) { c.Queues = nil }, "queues: none"},
		{"queue named twice", func(c *Config) { c.Queues[1].Name = "general" }, `queues[1].name: "general" is named twice`},
		{"separator in a name", func(c *Config) { c.Queues[0].Name = "a|b" }, "queues[0].name"},
		{"shape missing", func(c *Config) { c.Queues[0].DayShape = "x" }, `queues[0].day_shape: no shape "x"`},
		{"no weekday", func(c *Config) { c.Queues[0].DayShapes = map[string]string{"monday": "day"} }, `"monday" is no weekday`},
		{"knots fall", func(c *Config) { c.Shapes["day"] = []Knot{{60, 1}, {60, 1}} }, "shapes.day[1].at"},
		{"eleven months", func(c *Config) { c.Queues[0].Year = make([]float64, 11) }, "queues[0].year: 11"},
		{"reasons incomplete", func(c *Config) { c.Queues[0].Reasons = []Share{{"a", 0.5}} }, "queues[0].reasons: shares sum to 0.5"},
		{"too many transfers", func(c *Config) { c.Queues[0].Transfers = []Share{{"a", 0.7}, {"b", 0.7}} }, "queues[0].transfers"},
		{"unknown form", func(c *Config) { c.Queues[0].Talk.Form = "normal" }, "queues[0].talk.form"},
		{"cv of an exponential", func(c *Config) { c.Queues[0].Talk = Dist{Exponential, 5, 1} }, "queues[0].talk.cv"},
		{"unknown kind", func(c *Config) { c.Causes[0].Kind = "leaflet" }, `causes[0].kind: "leaflet"`},
		{"unknown queue", func(c *Config) { c.Causes[0].Queues = map[string]float64{"x": 1} }, `causes[0].queues: no queue "x"`},
		{"unknown class", func(c *Config) { c.Causes[0].Class = "third" }, "causes[0].class"},
		{"unknown reason", func(c *Config) { c.Causes[0].Reason = "x" }, `causes[0].reason: queue "agua" has no reason "x"`},
		{"topic missing", func(c *Config) { c.Causes[3].Reason = "" }, "causes[3].reason"},
		{"waves incomplete", func(c *Config) { c.Causes[0].Waves = []Wave{{0, 0.4}} }, "causes[0].waves"},
		{"unused field", func(c *Config) { c.Causes[1].Class = "first" }, "causes[1].class: means nothing for kind event"},
		{"ends before it begins", func(c *Config) { c.Causes[1].End = interval.MustDate("2025-01-01") }, "causes[1].end"},
		{"outage backwards", func(c *Config) { c.Causes[4].To = 10 }, "causes[4].to"},
		{"cause named twice", func(c *Config) { c.Causes[1].ID = "letter" }, `causes[1].id: "letter"`},
		{"no rate", func(c *Config) { c.Kinds.Event.Rate = 0 }, "causes[1].rate"},
	} {
		cfg := small("2025-06-01", "2025-06-02")
		cfg.Causes = allKinds()
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		tt.change(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	cfg := small("2025-06-01", "2025-06-02")
	cfg.Absence, cfg.Lines = 3, -1
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "absence") || !strings.Contains(err.Error(), "lines") {
		t.Errorf("two faults: %v", err)
	}
}

// A config written as YAML reads back the same.
func TestConfigRoundTrip(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-02")
	cfg.Causes = allKinds()
	text, err := yaml.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseConfig("c.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	again, err := yaml.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(again) {
		t.Errorf("was\n%s\nis\n%s", text, again)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte("first: 2025-06-01\nlast: 2025-06-02\nqueues: [{name: a, talk: {mean_s: 5}}]\n"))
	f.Add([]byte("shapes: {a: [{at: \"08:00\", weight: 1}]}\ncauses: [{id: a, date: 2025-01-01}]\n"))
	f.Add([]byte("a: &x [*x]\n---\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		cfg, err := ParseConfig("c.yaml", b)
		if err == nil {
			err = cfg.Validate()
		} else if !strings.HasPrefix(err.Error(), "simulate: ") && !strings.HasPrefix(err.Error(), "c.yaml: ") {
			t.Errorf("error %q does not say where it comes from", err)
			return
		}
		if err != nil && cfg.Queues != nil {
			t.Errorf("ParseConfig returned a bad config: %v", err)
		}
	})
}

// The sample center is a plausible one: a month of it answers about as many calls
// as its people should, and nothing in its files is unused.
func TestSample(t *testing.T) {
	text, err := os.ReadFile("../data/sample/simulate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := ParseConfig("c.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("../data/sample/roster.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	template, err := schedule.ReadTemplate(file, "roster.csv")
	if err != nil {
		t.Fatal(err)
	}
	var roster []AgentShift
	for _, r := range template.Rows {
		roster = append(roster, AgentShift(r))
	}
	cfg.First, cfg.Last = interval.MustDate("2024-09-01"), interval.MustDate("2024-09-30")
	var w interval.Week
	for d := 1; d <= 5; d++ {
		w[d] = []interval.Span{{Open: 420, Close: 1140}}
	}
	w[6] = []interval.Span{{Open: 540, Close: 780}}
	truth, _ := run(t, cfg, calendar(t, []interval.Opening{{Week: w}}, nil), roster, 1)
	var sum QueueDay
	spanish := 0
	for _, d := range truth.Days {
		for i, q := range d.Queues {
			sum.Offered += q.Offered
			sum.Within += q.Within
			sum.Abandoned += q.Abandoned
			sum.Handled += q.Handled
			sum.WorkS += q.WorkS
			if cfg.Queues[i].Language == "es" {
				spanish += q.Offered
			}
		}
	}
	for _, tt := range []struct {
		name        string
		got, lo, hi float64
	}{
		{"offered", float64(sum.Offered), 38000, 48000},
		{"service level", float64(sum.Within) / float64(sum.Offered), 0.6, 0.95},
		{"abandoned", float64(sum.Abandoned) / float64(sum.Offered), 0.01, 0.1},
		{"AHT", sum.WorkS / float64(sum.Handled), 240, 290},
		{"Spanish", float64(spanish) / float64(sum.Offered), 0.12, 0.16},
	} {
		if !(tt.got >= tt.lo && tt.got <= tt.hi) {
			t.Errorf("%s is %v, want %v to %v", tt.name, tt.got, tt.lo, tt.hi)
		}
	}
}
