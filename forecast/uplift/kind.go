package uplift

import (
	"fmt"
	"strings"
)

// A Kind says what sort of thing a cause is. Rates and shapes are learned per kind.
type Kind string

// The kinds of cause. SeatLoss takes seats, not calls: its uplift is zero, and it
// is a kind here so that every request has one.
const (
	Mailing        Kind = "mailing"
	Materials      Kind = "materials"
	Program        Kind = "program"
	Event          Kind = "event"
	HoursChange    Kind = "hours-change"
	RouteIn        Kind = "route-in"
	RouteToIVR     Kind = "route-to-ivr"
	Callout        Kind = "callout"
	OutageNotice   Kind = "outage-notice"
	Surge          Kind = "surge"
	SeatLoss       Kind = "seat-loss"
	TransferChange Kind = "transfer-change"
)

// Kinds returns all kinds, in the order of the documentation.
func Kinds() []Kind {
	return []Kind{Mailing, Materials, Program, Event, HoursChange, RouteIn, RouteToIVR,
		Callout, OutageNotice, Surge, SeatLoss, TransferChange}
}

// ParseKind returns the kind that s names.
func ParseKind(s string) (Kind, error) {
	names := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		if s == string(k) {
			return k, nil
		}
		names = append(names, string(k))
	}
	return "", fmt.Errorf("uplift: %q is no kind of cause; the kinds are %s", s, strings.Join(names, ", "))
}

// UnmarshalText reads a kind and refuses an unknown one.
func (k *Kind) UnmarshalText(b []byte) error {
	v, err := ParseKind(string(b))
	if err != nil {
		return err
	}
	*k = v
	return nil
}

// plural names several past causes of the kind, as in "4 past mailings".
func (k Kind) plural() string {
	switch k {
	case HoursChange:
		return "hours changes"
	case RouteIn:
		return "sections routed in"
	case RouteToIVR:
		return "automated responses"
	case Materials:
		return "print runs"
	case SeatLoss:
		return "seat losses"
	case OutageNotice:
		return "outage notices"
	case TransferChange:
		return "transfer changes"
	}
	return string(k) + "s"
}

// step reports whether the kind acts as a level, calls a day for as long as it
// lasts, rather than as a pulse with a total.
func (k Kind) step() bool {
	switch k {
	case Program, HoursChange, RouteIn, RouteToIVR, Surge, TransferChange:
		return true
	}
	return false
}

// lead is how many days before its start a cause of the kind may act: an event is
// announced, and people ask about it.
func (k Kind) lead() int {
	if k == Event {
		return 7
	}
	return 0
}

// Lead is how many days before its start a cause of the kind may act: the first so many
// days of a [Shape]'s Mean come before the start.
func (k Kind) Lead() int { return k.lead() }

// rebounds reports whether calls that came because of a cause of the kind may be
// missing later.
func (k Kind) rebounds() bool { return k == Event || k == Callout || k == OutageNotice }

// signed reports whether a cause of the kind may have a negative size: calls that
// go elsewhere.
func (k Kind) signed() bool { return k == HoursChange || k == TransferChange }
