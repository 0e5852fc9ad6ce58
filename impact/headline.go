package impact

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// headline picks the five numbers of page one.
func headline(a *Assessment) []Figure {
	if a.Request.Type == uplift.SeatLoss {
		return []Figure{seatsLeft(a), hangUps(a), chance(a), staffHours(a), feeFigure(a)}
	}
	return []Figure{extraCalls(a), busiestDay(a), chance(a), staffHours(a), feeFigure(a)}
}

func extraCalls(a *Assessment) Figure {
	t := a.Uplift.Total
	f := Figure{ID: "extra-calls", Label: "Extra calls in all", Value: thousands(t.Mean), Range: rangeOf(t)}
	if t.Mean < 0 {
		f.Label, f.Value, f.Range = "Fewer calls in all", thousands(-t.Mean), rangeOf(Dist{Q05: -t.Q95, Q95: -t.Q05})
	}
	f.Note = fmt.Sprintf("%s%% of the calls of these days", signed(a.Uplift.Percent))
	return f
}

// seatsLeft stands in the place of the calls where a request takes seats.
func seatsLeft(a *Assessment) Figure {
	f := Figure{ID: "seats-left", Label: "Seats left", Value: "unknown", Range: "the center states no seats", Note: "give them in center.yaml"}
	if a.Center.Seats == 0 {
		return f
	}
	left := a.Center.Seats
	if x := a.Request.SeatLoss; x != nil {
		left = max(0, left-int(math.Ceil(known(x.Seats))))
	}
	f.Value, f.Range, f.Note = thousands(float64(left)), fmt.Sprintf("of %d", a.Center.Seats), "the request does not say how many go"
	if x := a.Request.SeatLoss; x != nil && x.Seats != nil {
		f.Note = fmt.Sprintf("%s go", thousands(*x.Seats))
	}
	for _, g := range a.Gates {
		if g.ID == "seats" {
			f.Range += fmt.Sprintf("; %s needed at the busiest time", thousands(float64(left)-g.Number))
		}
	}
	return f
}

func hangUps(a *Assessment) Figure {
	decline, approve := a.option(OptionDecline), a.option(OptionApprove)
	return Figure{ID: "hang-ups", Label: "Residents who hang up", Value: thousands(approve.Abandoned.Mean), Range: rangeOf(approve.Abandoned),
		Note: fmt.Sprintf("%s without the request", thousands(decline.Abandoned.Mean))}
}

func busiestDay(a *Assessment) Figure {
	f := Figure{ID: "busiest-day", Label: "Extra calls on the worst day", Value: thousands(a.Uplift.Peak.Mean), Range: rangeOf(a.Uplift.Peak)}
	if a.Uplift.Peak.Mean < 0 {
		f.Label, f.Value = "Fewer calls on the best day", thousands(-a.Uplift.Peak.Mean)
		f.Range = rangeOf(Dist{Q05: -a.Uplift.Peak.Q95, Q95: -a.Uplift.Peak.Q05})
	}
	f.Note = longDate(a.Uplift.PeakDay)
	return f
}

func chance(a *Assessment) Figure {
	decline, approve := a.option(OptionDecline), a.option(OptionApprove)
	return Figure{
		ID: "chance", Label: "Chance to keep the service target", Value: percent(approve.Meets),
		Range: fmt.Sprintf("%s without the request", percent(decline.Meets)),
		Note:  fmt.Sprintf("%s of calls answered within %.0f s", percent(a.Center.TargetShare), a.Center.TargetSeconds),
	}
}

func staffHours(a *Assessment) Figure {
	f := Figure{ID: "hours", Label: "Added paid hours", Value: thousands(a.Roster.PaidHours), Range: fmt.Sprintf("wages %s", dollars(a.Roster.CostCents))}
	if staffed := a.option(OptionStaffed); staffed != nil {
		f.Note = fmt.Sprintf("lifts the chance to %s", percent(staffed.Meets))
		return f
	}
	f.Note = "no shift is added"
	if a.Roster.ShortHours > 0 {
		f.Note = fmt.Sprintf("%s agent-hours short", thousands(a.Roster.ShortHours))
	}
	return f
}

func feeFigure(a *Assessment) Figure {
	return Figure{ID: "fee", Label: "Fee expected", Value: dollars(a.Fee.ExpectedCents),
		Range: fmt.Sprintf("at most %s in 9 of 10 cases", dollars(a.Fee.P90Cents)), Note: a.Fee.Note}
}

func (a *Assessment) option(id string) *Option {
	for i := range a.Options {
		if a.Options[i].ID == id {
			return &a.Options[i]
		}
	}
	return nil
}

func rangeOf(d Dist) string {
	return fmt.Sprintf("%s to %s in 9 of 10 cases", thousands(d.Q05), thousands(d.Q95))
}

// markFactToAsk marks the fact about the request that moves the chance most, where
// a better figure could change the decision. The handle time of all calls is the
// center's own to find out.
func markFactToAsk(a *Assessment) {
	for i, s := range a.Sensitivity {
		if s.Fact != factAHT && math.Abs(s.MeetsHigh-s.MeetsLow) >= 0.05 {
			a.Sensitivity[i].AskForThis = true
			return
		}
	}
}

// thousands writes a number as a person would: 1,190; 42; 3.5.
func thousands(x float64) string {
	if x != 0 && math.Abs(x) < 10 && x != math.Trunc(x) {
		return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	}
	s := strconv.FormatFloat(math.Abs(math.Round(x)), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if math.Round(x) < 0 {
		s = "-" + s
	}
	return s
}

func signed(x float64) string {
	if x > 0 {
		return "+" + thousands(x)
	}
	return thousands(x)
}

// figures writes a small rate with three significant digits.
func figures(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

func percentAbove(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// dollars writes cents as $1,234.56.
func dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s$%s.%02d", sign, thousands(float64(cents/100)), cents%100)
}
