package report

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// rosterChart has two people over the night on which the clocks go forward, one shift
// that nobody has, and a requirement for a part of the time.
func rosterChart(t testing.TB) RosterChart {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	first := interval.MustDate("2026-03-07")
	at := func(day, hour int) time.Time {
		d := first.AddDays(day)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, zone)
	}
	bar := func(agent, pattern string, from, to time.Time) schedule.Shift {
		mid := from.Add(3 * time.Hour)
		return schedule.Shift{Pattern: pattern, Date: interval.DateOf(from), Start: from, End: to, PaidMinutes: 60 * int(to.Sub(from).Hours()), Agent: agent, Breaks: []schedule.Rest{{Start: mid, End: mid.Add(30 * time.Minute)}}}
	}
	g, err := interval.NewGrid(at(0, 8), 30*time.Minute, 40)
	if err != nil {
		t.Fatal(err)
	}
	need := make([]float64, 40)
	for i := range need {
		need[i] = 1
	}
	return RosterChart{By: ByPerson, Zone: zone, First: first, Days: 2, Vacant: true, Names: []string{"Zoë", "Ana"}, Need: schedule.Requirement{Grid: g, Agents: need},
		Roster: schedule.Roster{bar("Ana", "day", at(0, 8), at(0, 16)), bar("Bo", "night", at(0, 22), at(1, 6)), bar("", "day", at(1, 8), at(1, 16))}}
}

func TestRosterRows(t *testing.T) {
	c := rosterChart(t)
	l := c.layout()
	var names []string
	for _, r := range l.rows {
		names = append(names, r.name)
	}
	if got := strings.Join(names, "|"); got != "Zoë|Ana|Bo|unfilled (1)" {
		t.Errorf("rows %s", got)
	}
	c.By = ByShift
	if l := c.layout(); len(l.rows) != 2 || l.rows[0].name != "day (2)" || l.rows[1].name != "night (1)" {
		t.Errorf("rows %+v", l.rows)
	}
	if night := l.x(c.Roster[1].End) - l.x(c.Roster[1].Start); night > l.x(c.Roster[0].End)-l.x(c.Roster[0].Start) {
		t.Error("seven hours that pass are wider than eight")
	}
	// Nobody is on position where nobody has the shift.
	if i, ok := c.coverage().grid.Index(c.Roster[2].Start.Add(-7 * time.Hour)); !ok || c.coverage().on[i] != 1 {
		t.Error("the night is not covered")
	}
	if i, ok := c.coverage().grid.Index(time.Date(2026, 3, 7, 17, 0, 0, 0, c.Zone)); !ok || c.coverage().on[i] != 0 {
		t.Error("somebody is on position between the shifts")
	}
}

func TestRosterChartWrites(t *testing.T) {
	c := rosterChart(t)
	magic := map[Picture]string{PNG: "\x89PNG", SVG: "<?xml", PDFPicture: "%PDF-"}
	for kind, want := range magic {
		var one, two bytes.Buffer
		if err := c.Write(&one, kind); err != nil {
			t.Fatal(err)
		}
		if err := c.Write(&two, kind); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(one.String(), want) || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: begins %q, or differs when written again", kind, one.String()[:5])
		}
		if kind == SVG && (!strings.Contains(one.String(), ">Zoë<") || !strings.Contains(one.String(), ">unfilled (1)<")) {
			t.Error("the SVG lacks a name")
		}
		if kind == PNG {
			img, err := png.Decode(&one)
			if err != nil {
				t.Fatal(err)
			}
			l := c.layout()
			if b := img.Bounds(); b.Dx() < int(1.9*l.width) || b.Dy() < int(1.9*l.height) {
				t.Errorf("%v pixels for %v by %v points", b, l.width, l.height)
			}
			// The bar of Ana, between its start and its break, has the colour of its pattern.
			fill, _ := l.fill("day")
			x := int(2 * (l.x(c.Roster[0].Start) + 20).Points())
			found := false
			for y := range img.Bounds().Dy() {
				r, g, bl, _ := img.At(x, y).RGBA()
				found = found || uint8(r>>8) == fill.R && uint8(g>>8) == fill.G && uint8(bl>>8) == fill.B
			}
			if !found {
				t.Error("no pixel of the day shift's colour where its bar is")
			}
		}
	}
}

func TestRosterChartRefuses(t *testing.T) {
	good := rosterChart(t)
	for want, change := range map[string]func(*RosterChart){
		`rows by "week"`: func(c *RosterChart) { c.By = "week" },
		"0 days":         func(c *RosterChart) { c.Days = 0 },
		"0 values for":   func(c *RosterChart) { c.Need.Agents = nil },
		"no shift lies":  func(c *RosterChart) { c.First, c.Names = c.First.AddDays(30), nil },
	} {
		c := good
		change(&c)
		if err := c.Write(&bytes.Buffer{}, SVG); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
	if _, err := ParsePicture("roster.gif"); err == nil {
		t.Error("a gif is accepted")
	}
}
