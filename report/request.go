package report

import (
	"fmt"
	"strings"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// kindWords names the type of r as a noun.
func kindWords(r impact.Request) string {
	switch string(r.Type) {
	case "route-in":
		return "new call routing to the center"
	case "route-to-ivr":
		return "move to an automated response"
	case "callout":
		return "mass call or text message"
	case "surge":
		return "emergency surge"
	case "transfer-change":
		return "change to 911 transfers"
	case "hours-change":
		return "change of opening hours"
	case "materials":
		return "printed or online materials"
	case "event":
		return "public event"
	case "program":
		return "new program"
	}
	return strings.ReplaceAll(string(r.Type), "-", " ")
}

// requestLine says the request in one line.
func requestLine(r impact.Request) string {
	parts := []string{capital(kindWords(r)) + sizeWords(r)}
	who := clean(r.Department)
	if r.Partner {
		who += " (partner)"
	}
	parts = append(parts, "for "+who)
	when := "starts " + day(r.Start)
	if !r.End.IsZero() && r.End != r.Start {
		when += ", ends " + day(r.End)
	}
	return strings.Join(append(parts, when, "received "+day(r.Received)), " · ")
}

// sizeWords says how large r is, as far as it is known.
func sizeWords(r impact.Request) string {
	number := func(p *float64, one string) string {
		if p == nil {
			return ", size not stated"
		}
		return fmt.Sprintf(", %s %s", count(*p), one)
	}
	switch {
	case r.Mailing != nil:
		return mailingWords(*r.Mailing)
	case r.Materials != nil:
		return number(r.Materials.People, "people reached")
	case r.Callout != nil:
		return number(r.Callout.People, "people reached")
	case r.OutageNotice != nil:
		return number(r.OutageNotice.People, "people reached")
	case r.Program != nil:
		return number(r.Program.CallsPerDay, "calls a day")
	case r.Event != nil:
		return number(r.Event.Attendance, "guests")
	case r.RouteIn != nil && len(r.RouteIn.PastVolume) > 0:
		return ", its calls counted by its own record"
	case r.RouteIn != nil:
		return number(r.RouteIn.CallsPerDay, "calls a day")
	case r.RouteToIVR != nil:
		return number(r.RouteToIVR.CallsPerDay, "calls a day")
	case r.Surge != nil:
		return number(r.Surge.CallsPerDay, "calls a day")
	case r.HoursChange != nil && r.HoursChange.Hours != nil:
		return hoursWords(*r.HoursChange.Hours)
	case r.HoursChange != nil:
		return number(r.HoursChange.CallsPerDay, "calls a day")
	case r.SeatLoss != nil:
		return number(r.SeatLoss.Seats, "seats lost")
	case r.TransferChange != nil:
		return number(r.TransferChange.CallsPerDay, "calls a day")
	}
	return ""
}

// mailingWords says the pieces and waves of a mailing.
func mailingWords(m impact.Mailing) string {
	pieces := 0.0
	for _, w := range m.Waves {
		pieces += w.Pieces
	}
	if m.Pieces != nil {
		pieces = *m.Pieces
	}
	s := ", size not stated"
	if pieces > 0 {
		s = ", " + count(pieces) + " pieces"
	}
	if len(m.Waves) > 1 {
		s += fmt.Sprintf(" in %d waves", len(m.Waves))
	}
	return s
}

// marks lists the days on which the request does something, in order of the waves
// or of start and end, within the days that the charts show.
func (r reading) marks() []Mark {
	var out []Mark
	shown := r.shown()
	add := func(d interval.Date, text string) {
		if !d.IsZero() && shown.holds(d) {
			out = append(out, Mark{d, text})
		}
	}
	if m := r.Request.Mailing; m != nil && len(m.Waves) > 0 {
		for i, w := range m.Waves {
			add(w.Drop, fmt.Sprintf("wave %d to the post, %s pieces", i+1, count(w.Pieces)))
		}
		return out
	}
	if r.Request.End == r.Request.Start {
		add(r.Request.Start, "day of the request")
		return out
	}
	add(r.Request.Start, "request starts")
	add(r.Request.End, "request ends")
	return out
}
