package ingest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// usZones are the zones of the United States and its territories in the tz database
// (zone.tab, codes US, PR, VI, GU, MP, AS).
var usZones = []string{
	"America/Adak", "America/Anchorage", "America/Boise", "America/Chicago", "America/Denver", "America/Detroit",
	"America/Indiana/Indianapolis", "America/Indiana/Knox", "America/Indiana/Marengo", "America/Indiana/Petersburg",
	"America/Indiana/Tell_City", "America/Indiana/Vevay", "America/Indiana/Vincennes", "America/Indiana/Winamac",
	"America/Juneau", "America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/Los_Angeles",
	"America/Menominee", "America/Metlakatla", "America/New_York", "America/Nome", "America/North_Dakota/Beulah",
	"America/North_Dakota/Center", "America/North_Dakota/New_Salem", "America/Phoenix", "America/Sitka", "America/Yakutat",
	"Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago",
}

// hoursOf returns the length of a local day by the tz database.
func hoursOf(d interval.Date, loc *time.Location) int {
	from := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, loc)
	return int(time.Date(d.Year(), d.Month(), d.Day()+1, 0, 0, 0, 0, loc).Sub(from) / time.Hour)
}

// In every zone of the United States a wall clock stands for the instants that show it, on
// every day of 2000 to 2037 that has not 24 hours: in spring the labels of an hour are skipped, in autumn
// an hour of them occurs twice. (Counties of Indiana and North Dakota that changed their zone on
// that day have days of 22 hours.)
func TestUSZonesReadTheWall(t *testing.T) {
	for _, name := range usZones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		w := &wall{loc: loc}
		for day := interval.MustDate("2000-01-01"); day.Year() <= 2037; day = day.AddDays(1) {
			hours := hoursOf(day, loc)
			if hours == 24 {
				continue
			}
			start := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, loc)
			twice, skipped := 0, 0
			for q := range hours * 4 {
				u := start.Add(time.Duration(q) * 15 * time.Minute).Unix()
				first, second, none := w.instant(u + w.at(u))
				if none || first != u && second != u {
					t.Fatalf("%s %s: quarter %d is read as %d or %d, not %d", name, day, q, first, second, u)
				}
				if first != second {
					twice++
				}
				if fold := w.fold(u); (fold == 1) != (first != second && u == second) {
					t.Fatalf("%s %s: quarter %d has fold %d", name, day, q, fold)
				}
			}
			for label := range int64(96) {
				if _, _, none := w.instant(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Unix() + label*900); none {
					skipped++
				}
			}
			if twice != 8*max(0, hours-24) || skipped != 4*max(0, 24-hours) {
				t.Fatalf("%s %s of %d hours: %d quarters have a label that occurs twice, %d are skipped", name, day, hours, twice, skipped)
			}
		}
	}
}

// A contact every quarter of an hour around every change of clocks: each local day of each zone
// of the United States has four times its hours of them: 92 where clocks go forward, 100 where they
// go back.
func TestUSZonesSumRight(t *testing.T) {
	lk := newLake(t)
	w, err := lk.Writer()
	if err != nil {
		t.Fatal(err)
	}
	in, changes := w.AddInput(), map[interval.Date]bool{}
	for _, name := range usZones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for day := interval.MustDate("2000-01-01"); day.Year() <= 2037; day = day.AddDays(1) {
			if hoursOf(day, loc) != 24 {
				changes[day] = true
			}
		}
	}
	row := int64(0)
	for day := range changes { // from the evening before in UTC: the west is half a day late, Guam ahead
		from := time.Date(day.Year(), day.Month(), day.Day()-1, 0, 0, 0, 0, time.UTC)
		for q := range 4 * 96 {
			at := from.Add(time.Duration(q) * 15 * time.Minute)
			c := lake.NewContact("zones", fmt.Sprint(at.Unix()))
			c.Arrival, c.Queue, c.QueueNative, c.Outcome = lake.MicrosOf(at), "q", "q", lake.OutcomeHandled
			row++
			if err := w.Add(in, row, &c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(context.Background(), []lake.Input{{Name: "zones", SHA256: "zones"}}); err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	for _, name := range usZones {
		loc, _ := time.LoadLocation(name)
		tally, err := lk.Tally(t.Context(), lake.TallyQuery{
			Step: time.Hour, Location: loc, First: interval.MustDate("2000-01-03"), Last: interval.MustDate("2037-12-30"),
			Queues: []string{}, Measures: []lake.Measure{lake.Offered, lake.Abandoned, lake.ShortAbandoned},
		})
		if err != nil {
			t.Fatal(err)
		}
		days, err := tally.Identities(lake.AllQueues)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			if !changes[d.Day] {
				continue // a day around them, held in part
			}
			hours := hoursOf(d.Day, loc)
			seen[hours]++
			if d.Offered != int64(4*hours) {
				t.Errorf("%s %s of %d hours: %d contacts", name, d.Day, hours, d.Offered)
			}
		}
	}
	if seen[23] < 700 || seen[25] < 700 {
		t.Errorf("days by length: %v", seen)
	}
}
