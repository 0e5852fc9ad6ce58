package center

import (
	"fmt"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/schedule"
)

// tourFile is one kind of working week.
type tourFile struct {
	Name           string   `yaml:"name"`
	Patterns       []string `yaml:"patterns"`
	Days           int      `yaml:"days"`
	SameStart      bool     `yaml:"same_start"`
	DaysOff        string   `yaml:"days_off"` // consecutive, or any
	MaxConsecutive int      `yaml:"max_consecutive"`
	Rest           duration `yaml:"rest"`
	Overtime       int      `yaml:"overtime_days"`
	OvertimeCents  int64    `yaml:"overtime_cents_per_hour"`
	Max            int      `yaml:"max"`
}

// premiumFile is what some hours cost more.
type premiumFile struct {
	Window  clockSpan `yaml:"window"` // 22:00-06:00
	Days    []string  `yaml:"days"`
	Percent int       `yaml:"percent"`
}

func (t tourFile) tour(patterns []impact.ShiftPattern) (schedule.Tour, error) {
	out := schedule.Tour{
		Name: t.Name, Patterns: t.Patterns, Days: t.Days, SameStart: t.SameStart, ConsecutiveOff: t.DaysOff == "consecutive",
		MaxConsecutive: t.MaxConsecutive, Rest: t.Rest.minutes(), Overtime: t.Overtime, OvertimeCents: t.OvertimeCents, Max: t.Max,
	}
	if t.DaysOff != "" && t.DaysOff != "any" && t.DaysOff != "consecutive" {
		return out, fmt.Errorf("tour %q: days_off %q; write consecutive or any", t.Name, t.DaysOff)
	}
	var all []schedule.Pattern
	for _, p := range patterns {
		all = append(all, p.Pattern)
	}
	return out, out.Validate(all)
}

func (p premiumFile) premium() (schedule.Premium, error) {
	out := schedule.Premium{From: p.Window.first, To: p.Window.last, Percent: p.Percent}
	for _, name := range p.Days {
		d, err := parseWeekday(name)
		if err != nil {
			return out, fmt.Errorf("premiums: days: %w", err)
		}
		out.Days = append(out.Days, d)
	}
	return out, nil
}
