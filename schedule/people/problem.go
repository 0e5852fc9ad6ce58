package people

import (
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Problem is shifts to fill and the people who may fill them.
type Problem struct {
	Zone  *time.Location
	Start interval.Date // first day; weeks are counted from it
	Weeks int           // 1 to 8
	// Slots are the shifts to fill, one person each. Equal slots are interchangeable.
	Slots    []Slot
	People   []Person
	Night    Night
	Weekend  []time.Weekday  // none means Saturday and Sunday
	Holidays []interval.Date // count as days of a weekend
	Weights  Weights
	Relax    Relax
	Award    Award // how wishes are granted; empty means Weighted
}

// An Award is a way to grant wishes.
type Award string

const (
	// Weighted grants the wishes that are worth most together, by points and Weights.Senior.
	Weighted Award = "weighted"
	// BySeniority grants wishes one after the other in the order of bids, each if the rules
	// and the wishes granted before it let it be without a shift more unfilled or a promised
	// hour less: no wish gives way to any of a later bidder.
	BySeniority Award = "seniority"
)

// A Slot is one shift to be filled by one person.
type Slot struct {
	schedule.Shift
	Skills        []string // all of them are needed
	UnfilledCents int64    // price of leaving it unfilled, above zero
}

// A Night is what counts as a night shift: at least Minutes of it between the wall
// clock times From and To, minutes after midnight, over midnight when To is not later.
type Night struct{ From, To, Minutes int }

// Weights weigh what is left once shifts are filled; all at least 0. An unevenness
// costs its weight times the square of a person's count, divided by the person's share
// of a full week; the squares are least when counts follow the shares.
type Weights struct {
	Weekend    int64 // per squared number of weekends, those before included
	Night      int64 // per squared number of nights, those before included
	Hours      int64 // per squared part of the most hours a week
	Preference int64 // per point of a wish
	// Senior is how much more a wish of the first bidder counts than one of the last,
	// at least 1; between them it falls evenly by the order of bids.
	Senior int64
}

// DefaultWeights lets one weekend too many count as much as five points of wishes.
var DefaultWeights = Weights{Weekend: 100, Night: 60, Hours: 40, Preference: 20, Senior: 3}

// A Person is a named agent with what binds and what is wished for.
type Person struct {
	Name      string
	Skills    []string
	Seniority int // order of bids, 1 bids first; 0 bids after all numbers
	// Available holds, for each weekday, when the person can work; windows that meet,
	// also at midnight, are one. Nil means always; a weekday without windows means not
	// on that day.
	Available *interval.Week
	Absent    []Absence
	Never     []Target // shifts and days that are not worked
	Rules     Rules
	Wishes    []Wish
	Fixed     []Fixed
	Before    History
}

// An Absence is days away, both included. Each lowers the least hours of its week by
// a fifth, to zero.
type Absence struct {
	First, Last interval.Date
	Reason      string // such as vacation; may be empty
}

// Rules are limits that are never broken. Zero means no limit, except MinMinutes.
type Rules struct {
	MinMinutes, MaxMinutes int // paid minutes a week; the least is a promise that is kept where shifts allow
	MaxRun                 int // days worked in a row
	Rest                   time.Duration
	DaysOff                int // least days off a week
	MaxWeekends            int // weekends worked within the problem
	MaxNights, MaxNightRun int // nights within the problem, and in a row
}

// A Target is a kind of shift, a weekday, a date, or a kind on a day.
type Target struct {
	Shift   string // pattern; empty means any
	Weekday time.Weekday
	OnDay   bool          // Weekday counts
	Date    interval.Date // zero means any
}

// matches reports whether the shift is meant.
func (t Target) matches(s schedule.Shift) bool {
	return (t.Shift == "" || t.Shift == s.Pattern) && (!t.OnDay || t.Weekday == s.Date.Weekday()) && (t.Date.IsZero() || t.Date == s.Date)
}

// A Wish is points, above 0 for what is liked, below for what is not; -9 to 9.
type Wish struct {
	Target
	Points int
}

// A Fixed is a shift that the person has been given already.
type Fixed struct {
	Date  interval.Date
	Shift string // pattern
}

// History is what came before the first day.
type History struct {
	Weekends, Nights int // counted for fairness only
	Run, NightRun    int // days, and nights, worked in a row up to the eve of the first day
	End              time.Time
}

// Options bound the search.
type Options struct {
	Seed uint64
	// Work is the number of moves tried; 0 means 12,000 for each person and week. The same
	// number gives the same plan on every machine.
	Work int
}
