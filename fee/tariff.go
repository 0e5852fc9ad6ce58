package fee

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// A Basis is what a tariff counts.
type Basis uint8

// The bases. A set-up is charged once, whatever the usage; a month and a year share by
// the days, whatever the usage.
const (
	PerCall   Basis = iota + 1 // added handled contacts
	PerMinute                  // added handle minutes: talk, hold and wrap
	StaffHour                  // added paid hours
	SetUp                      // once per request
	FTEShare                   // handle minutes as a share of an agent's working year
	PerMonth                   // months, by days: the fixed part beside a variable one
	YearShare                  // the department's share of last year's calls, of a yearly cost, by days
)

var basisNames = []string{"", "per-call", "per-minute", "staffing-hour", "set-up", "fte-share", "per-month", "prior-year-share"}

// String returns the name that UnmarshalText reads: per-call, per-minute, staffing-hour,
// set-up, fte-share, per-month or prior-year-share.
func (b Basis) String() string { return nameOf(basisNames, int(b)) }

// byDays reports whether the basis counts days and no usage.
func (b Basis) byDays() bool { return b == PerMonth || b == YearShare }

// Unit returns the word for one of what the basis counts.
func (b Basis) Unit() string {
	return nameOf([]string{"", "call", "minute", "paid hour", "request", "full-time agent", "month", "share of a year"}, int(b))
}

// MarshalText gives the form of String.
func (b Basis) MarshalText() ([]byte, error) { return marshalName(basisNames, int(b), "basis") }

// UnmarshalText reads the form of String.
func (b *Basis) UnmarshalText(text []byte) error {
	i, err := unmarshalName(basisNames, string(text), "basis")
	*b = Basis(i)
	return err
}

// An Audience is whom a tariff concerns.
type Audience uint8

// The audiences; the zero value means everybody.
const (
	Everybody Audience = iota
	Partners
	NonPartners
)

var audienceNames = []string{"both", "partner", "non-partner"}

// String returns both, partner or non-partner.
func (a Audience) String() string { return nameOf(audienceNames, int(a)) }

// MarshalText gives the form of String.
func (a Audience) MarshalText() ([]byte, error) {
	return marshalName(audienceNames, int(a), "audience")
}

// UnmarshalText reads the form of String.
func (a *Audience) UnmarshalText(text []byte) error {
	i, err := unmarshalName(audienceNames, string(text), "audience")
	*a = Audience(i)
	return err
}

func nameOf(names []string, i int) string {
	if i < len(names) && names[i] != "" {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func marshalName(names []string, i int, what string) ([]byte, error) {
	if i >= len(names) || names[i] == "" {
		return nil, fmt.Errorf("fee: no %s %d", what, i)
	}
	return []byte(names[i]), nil
}

func unmarshalName(names []string, text, what string) (int, error) {
	if i := slices.Index(names, text); i >= 0 && text != "" {
		return i, nil
	}
	known := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	return 0, fmt.Errorf("fee: unknown %s %q; write one of %s", what, text, strings.Join(known, ", "))
}

// Terms bend a bill. They act in this order: a charge below WaiveBelow is waived; what
// is left, if above 0, is raised to Minimum; what exceeds Cap is not charged. 0 means
// that there is no such term.
type Terms struct {
	WaiveBelow Cents `json:"waive_below_cents,omitempty" yaml:"waive_below_cents,omitempty"`
	Minimum    Cents `json:"minimum_cents,omitempty" yaml:"minimum_cents,omitempty"`
	Cap        Cents `json:"cap_cents,omitempty" yaml:"cap_cents,omitempty"` // not to exceed
}

// A Tariff is one price in force on some days. Tariffs of one ID are its versions over
// time.
type Tariff struct {
	ID       string        `json:"id" yaml:"id"`
	Name     string        `json:"name,omitempty" yaml:"name,omitempty"` // as printed on the quote; the ID where empty
	Basis    Basis         `json:"basis" yaml:"basis"`
	Price    Cents         `json:"price_cents" yaml:"price_cents"`         // per unit of the basis
	From     interval.Date `json:"from" yaml:"from"`                       // first day in force
	To       interval.Date `json:"to,omitzero" yaml:"to,omitempty"`        // last day in force; none means until further notice
	Audience Audience      `json:"applies_to" yaml:"applies_to"`           // everybody by default
	Kinds    []string      `json:"kinds,omitempty" yaml:"kinds,omitempty"` // kinds of request; none means all
	Terms    `yaml:",inline"`
	// Tiers price the units above a number differently: those up to the first tier at
	// Price, those above it at the tier's, and so on. Per-call, per-minute and
	// staffing-hour only.
	Tiers []Tier `json:"tiers,omitempty" yaml:"tiers,omitempty"`
	// HoursPerFTE is the productive hours of one agent's year, of a price per
	// full-time agent and year: fte-share only.
	HoursPerFTE float64 `json:"hours_per_fte,omitempty" yaml:"hours_per_fte,omitempty"`
	// Share is the department's share, 0 to 1, of the calls of the year before, of a
	// price that is the year's cost: prior-year-share only.
	Share float64 `json:"share,omitempty" yaml:"share,omitempty"`
	// Credit makes usage that is taken away a credit at the price; otherwise it is
	// charged 0. Waiver and minimum do not concern credits; a cap does not limit them.
	Credit bool `json:"credit,omitempty" yaml:"credit,omitempty"`
}

// A Tier is the price of the units above a number of them.
type Tier struct {
	Above float64 `json:"above" yaml:"above"`
	Price Cents   `json:"price_cents" yaml:"price_cents"`
}

// Label returns what the quote calls the tariff: its name, or its ID without one.
func (t Tariff) Label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.ID
}

// InForce reports whether the tariff is in force on day d.
func (t Tariff) InForce(d interval.Date) bool {
	return !d.Before(t.From) && (t.To.IsZero() || !d.After(t.To))
}

// Concerns reports whether the tariff is meant for requests of the kind by a partner
// or by others.
func (t Tariff) Concerns(kind string, partner bool) bool {
	if t.Audience == Partners && !partner || t.Audience == NonPartners && partner {
		return false
	}
	return len(t.Kinds) == 0 || slices.Contains(t.Kinds, kind)
}

// A Schedule is all tariffs of a center, and terms for the bill of a request as a whole.
type Schedule struct {
	Tariffs []Tariff `json:"tariffs" yaml:"tariffs"`
	Total   Terms    `json:"total,omitzero" yaml:"total,omitempty"`
	// FiscalYear is the first day of the fiscal year; lines are split at it.
	FiscalYear YearStart `json:"fiscal_year_starts,omitzero" yaml:"fiscal_year_starts,omitempty"`
	// AnnualCost is what the center costs in a year, for the average cost of a contact;
	// 0: not given. No bill is made of it.
	AnnualCost Cents `json:"annual_cost_cents,omitempty" yaml:"annual_cost_cents,omitempty"`
}

// Validate reports every fault of the schedule at once. Where kinds are given they are
// all the kinds of request there are, and a tariff for any other is a fault.
func (s Schedule) Validate(kinds ...string) error {
	errs := []error{s.Total.validate("total")}
	if s.AnnualCost < 0 || s.AnnualCost > maxCents {
		errs = append(errs, fmt.Errorf("annual_cost_cents: %v", s.AnnualCost))
	}
	for i, t := range s.Tariffs {
		what := fmt.Sprintf("tariff %d (%s)", i+1, t.ID)
		errs = append(errs, t.validate(what, kinds))
		for j := range i {
			if o := s.Tariffs[j]; o.ID == t.ID && o.overlaps(t) {
				errs = append(errs, fmt.Errorf("%s: in force together with tariff %d of the same id for the same requests; end that one the day before", what, j+1))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("fee: bad schedule: %w", err)
	}
	return nil
}

func (t Tariff) validate(what string, kinds []string) error {
	var errs []error
	fault := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %w", what, fmt.Errorf(format, args...)))
	}
	if strings.TrimSpace(t.ID) == "" {
		fault("no id")
	}
	if t.Basis < PerCall || t.Basis > YearShare {
		fault("no basis; give one of %s", strings.Join(basisNames[1:], ", "))
	}
	if t.Audience > NonPartners {
		fault("unknown audience %d", t.Audience)
	}
	if t.Price < 0 || t.Price > maxPrice {
		fault("price %v; give %v to %v", t.Price, Cents(0), Cents(maxPrice))
	}
	if t.From.IsZero() {
		fault("no first day in force (from)")
	}
	if !t.To.IsZero() && t.To.Before(t.From) {
		fault("in force from %s to %s, which is earlier", t.From, t.To)
	}
	if t.Basis == SetUp && t.Credit {
		fault("a set-up is charged once and can be no credit; remove credit")
	}
	if t.Basis == SetUp && t.Terms != (Terms{}) {
		fault("a set-up has a fixed price; remove waive_below, minimum and cap")
	}
	errs = append(errs, t.validBasis(what))
	for i, k := range t.Kinds {
		if strings.TrimSpace(k) == "" || slices.Contains(t.Kinds[:i], k) {
			fault("kind %q is empty or given twice", k)
		} else if len(kinds) > 0 && !slices.Contains(kinds, k) {
			fault("unknown kind of request %q; write one of %s", k, strings.Join(kinds, ", "))
		}
	}
	return errors.Join(append(errs, t.Terms.validate(what))...)
}

// validBasis checks what belongs to some bases only.
func (t Tariff) validBasis(what string) error {
	var errs []error
	fault := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %w", what, fmt.Errorf(format, args...)))
	}
	if len(t.Tiers) > 0 && t.Basis != PerCall && t.Basis != PerMinute && t.Basis != StaffHour {
		fault("tiers belong to per-call, per-minute and staffing-hour; remove them")
	}
	for i, x := range t.Tiers {
		if !(x.Above > 0 && x.Above < maxQuantity) || i > 0 && x.Above <= t.Tiers[i-1].Above || x.Price < 0 || x.Price > maxPrice {
			fault("tiers[%d]: above %v at %v; give rising numbers above 0 and prices from 0 up", i, x.Above, x.Price)
		}
	}
	if (t.Basis == FTEShare) != (t.HoursPerFTE != 0) || t.HoursPerFTE != 0 && !(t.HoursPerFTE >= 100 && t.HoursPerFTE <= 3000) {
		fault("hours_per_fte: %v; an fte-share needs the productive hours of a year, such as 1560, and nothing else has them", t.HoursPerFTE)
	}
	if (t.Basis == YearShare) != (t.Share != 0) || t.Share != 0 && !(t.Share > 0 && t.Share <= 1) {
		fault("share: %v; a prior-year-share needs one, such as 0.12, and nothing else has it", t.Share)
	}
	if t.Basis.byDays() && t.Credit {
		fault("a charge by days can be no credit; remove credit")
	}
	return errors.Join(errs...)
}

// maxPrice bounds a unit price: a hundred million dollars, the cost of a large center's year.
const maxPrice = 10_000_000_000

func (t Terms) validate(what string) error {
	var errs []error
	for _, x := range []struct {
		name   string
		amount Cents
	}{{"waive_below", t.WaiveBelow}, {"minimum", t.Minimum}, {"cap", t.Cap}} {
		if x.amount < 0 || x.amount > maxCents {
			errs = append(errs, fmt.Errorf("%s: %s %v is below zero or too large", what, x.name, x.amount))
		}
	}
	if t.Cap > 0 && t.Minimum > t.Cap {
		errs = append(errs, fmt.Errorf("%s: minimum %v above cap %v", what, t.Minimum, t.Cap))
	}
	return errors.Join(errs...)
}

// overlaps reports whether some request could be charged by both tariffs on one day.
func (t Tariff) overlaps(u Tariff) bool {
	apart := !t.To.IsZero() && t.To.Before(u.From) || !u.To.IsZero() && u.To.Before(t.From)
	others := t.Audience != u.Audience && t.Audience != Everybody && u.Audience != Everybody
	kinds := len(t.Kinds) == 0 || len(u.Kinds) == 0 || slices.ContainsFunc(t.Kinds, func(k string) bool { return slices.Contains(u.Kinds, k) })
	return !apart && !others && kinds
}
