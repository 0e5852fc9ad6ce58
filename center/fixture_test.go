package center

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata"

	"github.com/ringtide/ringtide/impact"
)

// goodCenter is a small center of two pools; its water line keeps its own hours.
const goodCenter = `name: Fixture County 311
zone: America/New_York
interval: 30m
service:
  formula: sl_offered
  share: 0.80
  within: 30s
  max_occupancy: 0.92
confidence: 0.80
seats: 10
short_abandon: 5s
shrinkage:
  - {name: absence, share: 0.055}
hours:
  - mon: 08:00-17:00
    tue: 08:00-12:00 13:00-17:00
    wed: 08:00-17:00
    thu: 08:00-17:00
    fri: 08:00-17:00
holidays:
  - {name: Independence Day, class: federal, month: 7, day: 4, observed: true}
  - {name: Labor Day, class: federal, month: 9, weekday: mon, nth: 1}
  - {name: Christmas Eve, class: half day, month: 12, day: 24, hours: 09:00-13:00}
closures:
  - {name: Move, first: 2026-05-06}
queues:
  - {name: general, pool: english, language: en, department: Executive}
  - name: water
    pool: spanish
    language: es
    department: Water
    hours:
      - wed: 10:00-12:00
patterns:
  - name: part day
    start: 08:00-13:00
    every: 30m
    paid: 4h
    breaks:
      - {length: 15m, after: 1h30m-2h30m, paid: true}
    days: [mon, tue]
    cents_per_hour: 4000
    pools: [english]
`

const goodPolicy = `procedure: Use of the number
days: business
written: {rule: In writing., to: [director]}
notice:
  - {id: partner, rule: A week., from: partner, types: [mailing, route-in], days: 5}
service: {rule: Kept., min_chance: 0.8, max_drop: 0.01}
seats: {rule: Two free., headroom: 2}
content: {rule: Ready., types: [mailing]}
languages: {rule: Both., required: [en, es], types: [mailing]}
fee: {rule: Agreed., above_cents: 25000}
conflict: {rule: Together.}
`

const goodFees = `tariffs:
  - {id: call, name: Calls, basis: per-call, price_cents: 110, from: 2026-01-01, to: 2026-06-30}
  - {id: call, name: Calls, basis: per-call, price_cents: 120, from: 2026-07-01}
  - {id: setup, name: Set-up, basis: set-up, price_cents: 5000, from: 2026-01-01, kinds: [route-in], applies_to: non-partner}
total: {waive_below_cents: 1000}
`

const goodRequest = `id: R-1
type: mailing
title: Notice
department: Water
partner: true
received: 2026-05-20
start: 2026-06-08
written_to: [director]
queues:
  - {queue: general, share: 0.75}
  - {queue: water, share: 0.25}
content_ready: true
languages: [en]
mailing:
  pieces: 3000
  class: first
  waves:
    - {drop: 2026-06-08, pieces: 1000}
    - {drop: 2026-06-15, pieces: 2000}
`

const goodRoster = `agent,pool,weekday,start,end,breaks
E01,english,mon,08:00,16:30,10:00-10:15 12:00-12:30
S01,spanish,tue,08:00,12:00,
`

const eventHeader = "event,kind,start,end,queues,size,class,note\n"

func fixtureCenter(t testing.TB) impact.Center {
	t.Helper()
	c, err := ParseCenter("center.yaml", []byte(goodCenter))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A fault is one edit of a good text and what the error on it must say.
type fault struct {
	name     string
	old, new string // the edit; the old text occurs in the good one
	want     string // part of the error: the place, what is wrong, what to do
}

// checkFaults applies each edit to the good text and holds the error of the reader
// against what it must say, in one line that starts with the package and the file.
func checkFaults(t *testing.T, file, good string, read func(data []byte) error, faults []fault) {
	t.Helper()
	if err := read([]byte(good)); err != nil {
		t.Fatalf("the good text: %v", err)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			if !strings.Contains(good, f.old) {
				t.Fatalf("the good text has no %q", f.old)
			}
			err := read([]byte(strings.Replace(good, f.old, f.new, 1)))
			checkError(t, err, file, f.want)
		})
	}
}

func checkError(t *testing.T, err error, file, want string) {
	t.Helper()
	if err == nil {
		t.Fatal("is accepted")
	}
	if text := err.Error(); !strings.Contains(text, file) || !strings.Contains(text, want) || !oneLineText(text) {
		t.Errorf("error %q\nwants  %q", text, want)
	}
}

func oneLineText(s string) bool { return s != "" && !strings.ContainsAny(s, "\n\r") }

// write makes a directory of the given files and returns its path.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
