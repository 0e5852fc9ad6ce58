package lake

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Ten weeks of office hours with 30 to 34 contacts a weekday; one Wednesday has 5 and one 90, one
// Thursday is in no file.
func TestReview(t *testing.T) {
	l := newLake(t)
	var contacts []Contact
	first := interval.MustDate("2025-03-03")
	for n := range 70 {
		day := first.AddDays(n)
		count := 30 + n*7%5
		switch {
		case day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || day.String() == "2025-04-10":
			count = 0
		case day.String() == "2025-04-02":
			count = 5
		case day.String() == "2025-04-16":
			count = 90
		}
		for i := range count {
			at := fmt.Sprintf("%s %02d:%02d", day, 9+i%8, 7*i%60)
			queue := "tax"
			if i == 29 {
				queue = "stray"
			}
			contacts = append(contacts, called(fmt.Sprintf("%s-%d", day, i), 0, at, queue, OutcomeHandled))
		}
	}
	put(t, l, "a", contacts)
	var week interval.Week
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []interval.Span{{Open: 540, Close: 1020}}
	}
	cal, err := interval.NewCalendar(newYork, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Review(t.Context(), ReviewQuery{
		TallyQuery: TallyQuery{Step: time.Hour, Location: newYork, First: interval.MustDate("2025-03-24"), Last: interval.MustDate("2025-04-20")},
		Calendars:  map[string]*interval.Calendar{AllQueues: cal, "tax": cal}, Known: []string{"tax", "water"},
	})
	if err != nil {
		t.Fatal(err)
	}
	outliers := map[string][]string{}
	closed := 0
	for _, d := range r.Days {
		if d.Outlier {
			outliers[d.Queue] = append(outliers[d.Queue], fmt.Sprint(d.Day, d.Offered))
		}
		if d.Queue == AllQueues && d.Closed() {
			closed++
		}
		if d.Queue == AllQueues && d.Day.String() == "2025-04-02" && (d.Open != 8 || d.Zero != 3 || *d.Usual < 30 || *d.Usual > 34) {
			t.Errorf("%+v", d)
		}
		if d.Queue == AllQueues && d.Day.String() == "2025-04-10" && (d.Missing != 8 || d.Open != 0 || d.Outlier) {
			t.Errorf("a day nothing is known of: %+v", d)
		}
	}
	if want := []string{"2025-04-02 5", "2025-04-16 90"}; !slices.Equal(outliers[AllQueues], want) || !slices.Equal(outliers["tax"], []string{"2025-04-02 5", "2025-04-16 89"}) {
		t.Errorf("outliers %q", outliers)
	}
	if closed != 8 || len(r.Days) != 3*28 {
		t.Errorf("%d closed days of %d", closed, len(r.Days))
	}
	if !slices.Equal(r.Unmapped, []UnmappedQueue{{"stray", 48}}) {
		t.Errorf("unmapped: %v", r.Unmapped)
	}
	if !slices.ContainsFunc(r.Gaps, func(g Gap) bool {
		return g.Queue == AllQueues && g.Why == WhyAbsent && g.Intervals == 8
	}) {
		t.Errorf("gaps: %v", r.Gaps)
	}
}

// A long span is looked over at its end.
func TestReviewOfYears(t *testing.T) {
	l := newLake(t)
	put(t, l, "a", sample(50, 3, 1))
	r, err := l.Review(t.Context(), ReviewQuery{TallyQuery: TallyQuery{Step: time.Hour, Location: newYork, First: interval.MustDate("2010-01-01"), Last: interval.MustDate("2025-01-03")}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Last.Sub(r.First) != MostReviewDays-1 || r.Last.String() != "2025-01-03" {
		t.Errorf("%s to %s", r.First, r.Last)
	}
}
