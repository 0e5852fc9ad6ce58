package cli

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
	"github.com/ringtide/ringtide/simulate"
)

// overload plays four weeks of the small center with far more calls than its agents
// can take, from callers who try up to eight times and seldom withhold their number; on
// one day the telephone system is out for three hours. It loads the contacts that the system
// exports, callers hashed.
func overload(t *testing.T) (simulate.Truth, *lake.Lake, simulation) {
	t.Helper()
	s, err := readSimulation(&env{center: "testdata/small"}, "")
	if err != nil {
		t.Fatal(err)
	}
	c := &s.config
	c.First, c.Last = interval.MustDate("2026-02-16"), interval.MustDate("2026-03-15") // clocks go forward
	c.Causes = []simulate.Cause{{ID: "cable", Kind: simulate.Outage, Date: outageDay, From: 10 * 60, To: 13 * 60}}
	for i := range c.Queues {
		c.Queues[i].Volume *= 2.6
	}
	c.Callers = simulate.Callers{Population: 60_000, Withheld: 0.02}
	c.Redial = simulate.Redial{Probability: 0.65, Delay: simulate.Dist{MeanS: 1200, CV: 1.5}, Attempts: 8}
	dir := t.TempDir()
	contacts, err := os.Create(filepath.Join(dir, contactsFile))
	if err != nil {
		t.Fatal(err)
	}
	truth, err := simulate.Run(t.Context(), s.config, s.center.Calendar, s.roster, 11, simulate.NewContactCSV(contacts))
	if err := errors.Join(err, contacts.Close()); err != nil {
		t.Fatal(err)
	}
	lk, err := lake.Create(filepath.Join(dir, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := loadProfiles(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ingest.Load(t.Context(), lk, ingest.Files(os.DirFS(dir), contactsFile), ingest.Options{
		Profiles: profiles, Zone: s.center.Calendar.Location(), Key: []byte("a secret of the test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return truth, lk, s
}

var outageDay = interval.MustDate("2026-03-04")

// On every day on which offered is at least 15% more than the calls that were made for the first
// time, demand is within 3% of them; the day of the outage, of which calls are lost, is marked,
// and no other is. Queue by queue the same holds of the four weeks.
func TestDemandFindsTheLatent(t *testing.T) {
	truth, lk, s := overload(t)
	loc := s.center.Calendar.Location()
	from := time.Date(2026, 3, 4, 10, 0, 0, 0, loc)
	d, err := lk.Demand(t.Context(), lake.DemandQuery{TallyQuery: lake.TallyQuery{
		Step: 30 * time.Minute, Location: loc, Missing: []lake.Range{{From: from, To: from.Add(3 * time.Hour)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	fresh := map[string]map[interval.Date]int{lake.AllQueues: {}}
	for _, day := range truth.Days {
		for _, q := range day.Queues {
			if fresh[q.Queue] == nil {
				fresh[q.Queue] = map[interval.Date]int{}
			}
			fresh[q.Queue][day.Date] += q.Fresh
			fresh[lake.AllQueues][day.Date] += q.Fresh
		}
	}
	off := func(got int64, want int) float64 { return math.Abs(float64(got)/float64(want) - 1) }
	for queue, latent := range fresh {
		days, err := d.Days(queue, s.center.Calendar)
		if err != nil {
			t.Fatal(err)
		}
		var sum lake.DemandCount
		all, checked := 0, 0
		for _, day := range days {
			if marked := len(day.Lost) > 0; marked != (day.Day == outageDay) {
				t.Errorf("%s: %s is marked %v", queue, day.Day, day.Lost)
			}
			want := latent[day.Day]
			if want == 0 || day.Day == outageDay {
				continue
			}
			all += want
			sum.Offered += day.Offered
			sum.Demand += day.Demand
			if queue == lake.AllQueues && off(day.Offered, want) >= 0.15 {
				checked++
				if off(day.Demand, want) > 0.03 {
					t.Errorf("%s: demand %d, offered %d; %d called", day.Day, day.Demand, day.Offered, want)
				}
			}
		}
		if queue == lake.AllQueues && checked < 15 {
			t.Errorf("on %d days only is offered off by 15%%: the test shows too little", checked)
		}
		if off(sum.Offered, all) < 0.15 || off(sum.Demand, all) > 0.03 {
			t.Errorf("%s: demand %d, offered %d; %d called", queue, sum.Demand, sum.Offered, all)
		}
		t.Logf("%s: offered off by %.1f%%, demand by %.2f%%", queue, 100*off(sum.Offered, all), 100*off(sum.Demand, all))
	}
}

// The four weeks come out alike for windows from two hours to a day.
func TestDemandHardlyDependsOnTheWindow(t *testing.T) {
	truth, lk, s := overload(t)
	fresh := 0
	for _, day := range truth.Days {
		for _, q := range day.Queues {
			if day.Date != outageDay {
				fresh += q.Fresh
			}
		}
	}
	for _, window := range []time.Duration{2 * time.Hour, 4 * time.Hour, 24 * time.Hour} {
		d, err := lk.Demand(t.Context(), lake.DemandQuery{Window: window, TallyQuery: lake.TallyQuery{Step: time.Hour, Location: s.center.Calendar.Location()}})
		if err != nil {
			t.Fatal(err)
		}
		days, err := d.Days(lake.AllQueues, s.center.Calendar)
		if err != nil {
			t.Fatal(err)
		}
		demand := int64(0)
		for _, day := range days {
			if day.Day != outageDay {
				demand += day.Demand
			}
		}
		if off := math.Abs(float64(demand)/float64(fresh) - 1); off > 0.015 {
			t.Errorf("a window of %v: demand %d, %d called", window, demand, fresh)
		} else {
			t.Logf("a window of %v: off by %.2f%%", window, 100*off)
		}
	}
}
