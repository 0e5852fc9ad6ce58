package simulate_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/simulate"
)

// A line of 60 calls an hour with four agents, for one day. The simulation keeps
// the books: every call is in one place.
func ExampleRun() {
	cfg, err := simulate.ParseConfig("line.yaml", []byte(`
first: 2025-06-02
last: 2025-06-02
answer_target_s: 30
callers: {population: 1000}
shapes: {flat: [{at: "00:00", weight: 1}]}
queues:
  - name: general
    pool: english
    volume: 480
    week: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1}
    day_shape: flat
    patience: {form: exponential, mean_s: 180}
    talk: {form: exponential, mean_s: 200}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	hours := interval.Span{Open: 540, Close: 1020}
	var week interval.Week
	week[time.Monday] = []interval.Span{hours}
	cal, err := interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var roster []simulate.AgentShift
	for _, name := range []string{"E01", "E02", "E03", "E04"} {
		roster = append(roster, simulate.AgentShift{Agent: name, Pool: "english", Weekday: time.Monday, Span: hours})
	}
	truth, err := simulate.Run(context.Background(), cfg, cal, roster, 1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	q := truth.Days[0].Queues[0]
	fmt.Println(q.Fresh == q.Handled+q.Abandoned, q.Within <= q.Handled)
	// Output: true true
}
