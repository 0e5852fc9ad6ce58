package schedule_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

func ExampleCover() {
	loc, _ := time.LoadLocation("America/New_York")
	monday := interval.MustDate("2026-05-04")
	g, _ := interval.DayGrid(monday, monday, time.Hour, loc)
	need := schedule.Requirement{Pool: "english", Grid: g, Agents: make([]float64, g.Len())}
	for h := 8; h < 17; h++ {
		need.Agents[h] = 1.4 // two people
	}
	day := schedule.Pattern{
		Name: "day", First: 8 * 60, Last: 9 * 60, Every: 30, Paid: 480, CentsPerHour: 3000,
		Breaks: []schedule.Break{{Minutes: 30, Earliest: 180, Latest: 300, Every: 30}},
	}
	plan, err := schedule.Cover(context.Background(), need, []schedule.Pattern{day}, schedule.Options{UnderCents: 9000, OverCents: 500})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range plan.Roster {
		fmt.Println(s.Pattern, s.Start.Format("15:04"), s.End.Format("15:04"), "lunch", s.Breaks[0].Start.Format("15:04"))
	}
	fmt.Printf("%d intervals short, cost %d cents, at least %d needed\n", len(plan.Unmet), plan.Cost.Total, plan.BoundCents)
	// Output:
	// day 08:00 16:30 lunch 11:30
	// day 08:00 16:30 lunch 12:30
	// 3 intervals short, cost 66000 cents, at least 66000 needed
}

func ExampleTemplate_OnPosition() {
	const roster = `agent,pool,weekday,start,end,breaks
E01,english,mon,08:00,16:30,10:00-10:15 12:00-12:30 14:45-15:00
E02,english,mon,08:00,12:00,
`
	t, err := schedule.ReadTemplate(strings.NewReader(roster), "roster.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	monday := interval.MustDate("2026-05-04")
	g, _ := interval.DayGrid(monday, monday, time.Hour, time.UTC)
	on := t.OnPosition("english", g, nil)
	fmt.Println("8 to 9:", on[8], " 10 to 11:", on[10], " 12 to 13:", on[12])
	fmt.Println("paid hours a week:", t.PaidHours("english"))
	// Output:
	// 8 to 9: 2  10 to 11: 1.75  12 to 13: 0.5
	// paid hours a week: 12
}
