// Package day checks the time-varying solver, the staffing rules and the estimates of package
// erlang against reference values of the shared workspace, which are not part of the project.
// Without them the checks are skipped.
package day

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

const shared = "../../../shared"

// A table is a CSV file by column name.
type table struct {
	at   map[string]int
	rows [][]string
}

func readTable(t testing.TB, name string) table {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, name))
	if os.IsNotExist(err) {
		t.Skipf("the reference values are not on this machine: put them at %s to run this check", filepath.Join(shared, name))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c := table{map[string]int{}, rows[1:]}
	for i, name := range rows[0] {
		c.at[name] = i
	}
	return c
}

func (c table) number(t testing.TB, row []string, column string) float64 {
	t.Helper()
	i, ok := c.at[column]
	if !ok {
		t.Fatalf("no column %s", column)
	}
	v, err := strconv.ParseFloat(row[i], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// day returns the intervals of a table of which the rule is the one named, and their rows.
func (c table) day(t testing.TB, rule erlang.ShiftEnd) (erlang.Day, [][]string) {
	t.Helper()
	d, rows := erlang.Day{ShiftEnd: rule}, [][]string(nil)
	for _, row := range c.rows {
		if row[c.at["rule"]] != rule.String() {
			continue
		}
		rows = append(rows, row)
		d.Intervals = append(d.Intervals, erlang.DayInterval{
			Seconds: 1800, Calls: c.number(t, row, "calls"), AHT: c.number(t, row, "aht_s"),
			Patience: c.number(t, row, "patience_s"), Agents: int(c.number(t, row, "agents")),
		})
	}
	return d, rows
}

// Every _exact column of every reference day, by both rules, to 1e-6; the simulated ones to
// four standard errors.
func TestReferenceDays(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared, "golden/timevarying_*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("the reference days are not on this machine: put them at %s/golden to run this check", shared)
	}
	for _, file := range files {
		c := readTable(t, "golden/"+filepath.Base(file))
		for _, rule := range []erlang.ShiftEnd{erlang.Exhaustive, erlang.Preempt} {
			t.Run(filepath.Base(file)+"/"+rule.String(), func(t *testing.T) { checkDay(t, c, rule) })
		}
	}
}

func checkDay(t *testing.T, c table, rule erlang.ShiftEnd) {
	d, rows := c.day(t, rule)
	worst := map[string]float64{}
	for target := 1; target <= 2; target++ {
		d.Target = c.number(t, rows[0], "target"+strconv.Itoa(target)+"_s")
		m, err := erlang.EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			v := m.Intervals[i]
			level := "sl_T" + strconv.Itoa(target)
			for column, got := range map[string]float64{
				level: v.SLOffered, "p_abandon": v.PAbandon, "asa_answered_s": v.ASAAnswered, "wait_all_s": v.WaitAll,
			} {
				check(t, worst, i, column+"_exact", got, c.number(t, row, column+"_exact"))
				ci := c.number(t, row, column+"_ci95")
				if z := (got - c.number(t, row, column+"_sim")) / (ci / 1.959964); math.Abs(z) > 4 {
					t.Errorf("interval %d: %s is %.1f standard errors from the simulated", i, column, z)
				}
			}
			for column, got := range map[string]float64{
				"mean_queue_exact": v.QueueLen, "mean_busy_exact": v.Busy,
				"offered_load_avg": v.LoadMean, "offered_load_end": v.LoadEnd,
			} {
				check(t, worst, i, column, got, c.number(t, row, column))
			}
		}
	}
	t.Logf("worst absolute errors: %v", worst)
}

func check(t *testing.T, worst map[string]float64, i int, column string, got, want float64) {
	t.Helper()
	e := math.Abs(got - want)
	worst[column] = max(worst[column], e)
	if !(e <= 1e-6) {
		t.Errorf("interval %d: %s = %.12g, want %.12g", i, column, got, want)
	}
}

func BenchmarkReferenceDay(b *testing.B) {
	c := readTable(b, "golden/timevarying_midsize_day.csv")
	for _, rule := range []erlang.ShiftEnd{erlang.Exhaustive, erlang.Preempt} {
		b.Run(rule.String(), func(b *testing.B) {
			d, _ := c.day(b, rule)
			d.Target = 20
			start := cpu(b)
			for b.Loop() {
				if _, err := erlang.EvalDay(d); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpu(b)-start)*1e3/float64(b.N), "cpu-ms/op")
		})
	}
}

// cpu returns the seconds of processor time used so far, which other work on the machine
// disturbs less than the time on the wall.
func cpu(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
