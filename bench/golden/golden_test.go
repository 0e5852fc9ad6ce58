// Package golden checks package erlang against the reference tables of the shared
// workspace. The tables are not part of the project; without them the tests are skipped.
package golden

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

const tables = "../../../shared/golden"

// A row is one line of a table by column name.
type row struct {
	line  int
	cells map[string]string
}

func read(t *testing.T, name string) []row {
	t.Helper()
	f, err := os.Open(filepath.Join(tables, name))
	if os.IsNotExist(err) {
		t.Skipf("the reference tables are not on this machine: put them at %s to run this check", tables)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for i, record := range records[1:] {
		cells := map[string]string{}
		for c, name := range records[0] {
			cells[name] = record[c]
		}
		rows = append(rows, row{i + 2, cells})
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no rows", name)
	}
	return rows
}

func (r row) number(t *testing.T, column string) float64 {
	t.Helper()
	s, ok := r.cells[column]
	if !ok {
		t.Fatalf("no column %s", column)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !(s != "" && v == 0) { // an underflow to 0 is what the rule allows
		t.Fatalf("line %d, column %s: %v", r.line, column, err)
	}
	return v
}

// near is the acceptance rule of the tables: relative error within 1e-12 plus eight
// roundings times the condition number.
func near(got, want, cond float64) bool {
	if got == want { // also both infinite
		return true
	}
	return math.Abs(got-want) <= math.Abs(want)*(1e-12+8*0x1p-53*cond)+1e-300
}

// level is the rule for service levels.
func level(got, want float64) bool { return math.Abs(got-want) <= 1e-13 }

// A tally counts misses by column and remembers the worst.
type tally struct {
	t     *testing.T
	worst map[string]float64
	miss  map[string]int
}

func newTally(t *testing.T) *tally {
	return &tally{t, map[string]float64{}, map[string]int{}}
}

func (c *tally) check(ok bool, r row, column string, got, want float64) {
	c.t.Helper()
	if e := math.Abs(got-want) / math.Abs(want); want != 0 && e > c.worst[column] && math.Abs(want) > 1e-290 {
		c.worst[column] = e
	}
	if ok {
		return
	}
	if c.miss[column]++; c.miss[column] <= 3 {
		c.t.Errorf("line %d: %s = %.17g, want %.17g (relative %.2g): %v", r.line, column, got, want, (got-want)/want, r.cells)
	}
}

func (c *tally) report(rows int) {
	for column, n := range c.miss {
		c.t.Errorf("%s: %d of %d rows miss", column, n, rows)
	}
	c.t.Logf("%d rows, worst relative errors %s", rows, fmt.Sprint(c.worst))
}
