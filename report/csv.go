package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// csvHead names the columns of CSV. Rows of scope "queue" fill the volume columns,
// rows of scope "pool" the staffing columns, rows of scope "option" the service
// columns; rows of scope "day" and "option" start at a date.
var csvHead = []string{"scope", "name", "pool", "start", "open",
	"without_mean", "without_q05", "without_q25", "without_q50", "without_q75", "without_q95",
	"with_mean", "with_q05", "with_q25", "with_q50", "with_q75", "with_q95",
	"net_without", "net_with", "gross_without", "gross_with", "rostered", "meets_without", "meets_with",
	"service_mean", "service_q05", "service_q95", "meets", "mean_wait_seconds", "abandoned_mean"}

// CSV writes the interval table: one row per queue and interval with calls, then
// one row per pool and interval with people, then a row per day with the calls of
// all queues together, and a row per option and day with its service. Numbers have no separators; volumes
// and chances are given to six significant digits. A name that a spreadsheet would
// take for a formula gets an apostrophe in front.
func CSV(w io.Writer, a *impact.Assessment) error {
	if err := check(a); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Write(csvHead)
	for _, q := range a.Queues {
		without, with := bandColumns(q.Without), bandColumns(q.With)
		for i := range a.Horizon.Starts {
			row := csvRow(a, "queue", q.Queue, q.Pool, i)
			for k := range without {
				row[5+k], row[11+k] = csvNumber(without[k][i]), csvNumber(with[k][i])
			}
			out.Write(row)
		}
	}
	for _, p := range a.Pools {
		for i := range a.Horizon.Starts {
			row := csvRow(a, "pool", p.Pool, p.Pool, i)
			for k, n := range []int{p.NetWithout[i], p.NetWith[i], p.GrossWithout[i], p.GrossWith[i]} {
				row[17+k] = strconv.Itoa(n)
			}
			for k, x := range []float64{p.Rostered[i], p.MeetsWithout[i], p.MeetsWith[i]} {
				row[21+k] = csvNumber(x)
			}
			out.Write(row)
		}
	}
	for _, d := range a.Days {
		row := dayRow("day", "all", d.Date, d.Open)
		for k, x := range append(distColumns(d.Without), distColumns(d.With)...) {
			row[5+k] = csvNumber(x)
		}
		out.Write(row)
	}
	for _, o := range a.Options {
		for _, d := range o.Days {
			row := dayRow("option", o.ID, d.Date, d.Open)
			for k, x := range []float64{d.Service.Mean, d.Service.Q05, d.Service.Q95, d.Meets, d.MeanWait, d.Abandoned.Mean} {
				row[24+k] = csvNumber(x)
			}
			out.Write(row)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("report: write the interval table: %w", err)
	}
	return nil
}

func csvRow(a *impact.Assessment, scope, name, pool string, i int) []string {
	row := make([]string, len(csvHead))
	copy(row, []string{scope, csvName(name), csvName(pool), a.Horizon.Starts[i], strconv.FormatBool(a.Horizon.Open[i])})
	return row
}

func dayRow(scope, name string, d interval.Date, open bool) []string {
	row := make([]string, len(csvHead))
	copy(row, []string{scope, csvName(name), "", d.String(), strconv.FormatBool(open)})
	return row
}

func distColumns(d impact.Dist) []float64 {
	return []float64{d.Mean, d.Q05, d.Q25, d.Q50, d.Q75, d.Q95}
}

func csvNumber(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// csvName disarms a name that begins like a formula.
func csvName(s string) string {
	if s = clean(s); s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
