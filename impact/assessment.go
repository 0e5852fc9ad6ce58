package impact

import (
	"github.com/ringtide/ringtide/interval"
)

// Schema names the form of the assessment document. It changes when a field is
// renamed, removed or changes its meaning; a new field does not change it.
const Schema = "ringtide/assessment/1"

// An Assessment is the whole answer to one request. Every figure that a report
// prints stands in it. Times are RFC 3339 with the center's offset; durations
// are seconds; shares and probabilities are 0 to 1, but where a field is named
// Percent; money is integer cents.
type Assessment struct {
	Schema      string          `json:"schema"`
	Center      CenterInfo      `json:"center"`
	Request     Request         `json:"request"`
	Verdict     Verdict         `json:"verdict"`
	Headline    []Figure        `json:"headline"` // the five numbers of page one
	Gates       []Gate          `json:"gates"`
	Assumptions []Assumption    `json:"assumptions"`
	Horizon     Horizon         `json:"horizon"`
	Uplift      UpliftAnswer    `json:"uplift"`
	Days        []DayVolume     `json:"days"`        // all queues together, one per day of the horizon
	Queues      []QueueVolume   `json:"queues"`      // one per queue, columns over Horizon.Starts
	Profile     []ProfileCell   `json:"profile"`     // weekday x interval, mean over the request's weeks
	Pools       []PoolAnswer    `json:"pools"`       // requirement, one per pool of agents
	Options     []Option        `json:"options"`     // all on the same paths
	LateNotice  []NoticePoint   `json:"late_notice"` // what days of notice are worth; rising days
	Roster      RosterChange    `json:"roster"`
	Fee         FeeAnswer       `json:"fee"`
	SecondStage *SecondStage    `json:"second_stage,omitempty"` // of a loss of seats that hands calls on
	Fits        []Fit           `json:"fits"`                   // what the request would have to be to fit
	Together    *TogetherAnswer `json:"together,omitempty"`     // beside other requests; left out where none was given or acts on the same days
	Sensitivity []Sensitivity   `json:"sensitivity"`
	Provenance  Provenance      `json:"provenance"`
	Warnings    []Warning       `json:"warnings"`
}

// CenterInfo is what the center measures itself by.
type CenterInfo struct {
	Name          string  `json:"name"`
	Zone          string  `json:"zone"`           // IANA name
	Formula       string  `json:"formula"`        // the service level's name, see docs/glossary.md
	TargetShare   float64 `json:"target_share"`   // 0.80: of the contacts
	TargetSeconds float64 `json:"target_seconds"` // within this wait
	Confidence    float64 `json:"confidence"`     // of the requirement: chance that an interval meets its target
	Seats         int     `json:"seats"`          // 0: no cap known
	Trunks        int     `json:"trunks"`         // telephone lines; 0: no cap known
	Shrinkage     float64 `json:"shrinkage"`      // all causes together, product form
	MaxOccupancy  float64 `json:"max_occupancy"`  // 1: no ceiling
}

// A Dist is a distribution read off the paths.
type Dist struct {
	Mean float64 `json:"mean"`
	Q05  float64 `json:"q05"`
	Q25  float64 `json:"q25"`
	Q50  float64 `json:"q50"`
	Q75  float64 `json:"q75"`
	Q95  float64 `json:"q95"`
}

// Bands is a Dist per interval, in columns of equal length.
type Bands struct {
	Mean []float64 `json:"mean"`
	Q05  []float64 `json:"q05"`
	Q25  []float64 `json:"q25"`
	Q50  []float64 `json:"q50"`
	Q75  []float64 `json:"q75"`
	Q95  []float64 `json:"q95"`
}

// Verdict decisions.
const (
	Approve     = "approve"
	Conditional = "approve with conditions"
	Defer       = "defer"
	Decline     = "decline"
)

// A Verdict is what the gates add up to, with the reasons in words.
type Verdict struct {
	Decision   string        `json:"decision"`
	Sentence   string        `json:"sentence"`
	Conditions []string      `json:"conditions"`
	Earliest   interval.Date `json:"earliest,omitzero"` // first start date on which no gate fails; zero: none found
}

// A Figure is one number of page one, with its range and where it comes from.
type Figure struct {
	ID    string `json:"id"`
	Label string `json:"label"` // "Extra calls in all"
	Value string `json:"value"` // "812", ready to print
	Range string `json:"range"` // "540 to 1,190 in 9 of 10 cases"
	Note  string `json:"note"`  // one short sentence
}

// Gate results.
const (
	Pass      = "pass"
	Condition = "condition"
	Fail      = "fail"
)

// A Gate is one rule of the center's policy and what it says of the request.
type Gate struct {
	ID       string        `json:"id"`
	Rule     string        `json:"rule"`   // the rule in words, from the policy file
	Result   string        `json:"result"` // pass, condition or fail
	Reason   string        `json:"reason"`
	Number   float64       `json:"number"`            // what was measured
	Needed   float64       `json:"needed"`            // what the rule asks for
	Unit     string        `json:"unit"`              // of Number and Needed: "days", "probability", "seats", ...
	Earliest interval.Date `json:"earliest,omitzero"` // first start date on which it would pass
	do       string        // what fulfils the condition
}

// An Assumption stands for a fact nobody stated.
type Assumption struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
	Effect string `json:"effect"` // what it does to the answer
}

// Horizon is the time the answer covers.
type Horizon struct {
	First       interval.Date `json:"first"`
	Last        interval.Date `json:"last"`
	ScoredFirst interval.Date `json:"scored_first"` // the scored days of the options, but for defer
	ScoredLast  interval.Date `json:"scored_last"`
	StepSeconds int           `json:"step_seconds"`
	Starts      []string      `json:"starts"` // of each interval, RFC 3339
	Open        []bool        `json:"open"`   // any queue open
}

// UpliftAnswer is what the request adds (or takes away).
type UpliftAnswer struct {
	Total   Dist          `json:"total"` // calls over the horizon
	PeakDay interval.Date `json:"peak_day"`
	Peak    Dist          `json:"peak"` // calls on that day
	// Percent is Total.Mean in percent (4 is 4%) of the mean baseline of the
	// request's own days.
	Percent float64       `json:"percent"`
	Basis   string        `json:"basis"`  // "learned from 4 past mailings" or "prior only"
	Source  string        `json:"source"` // of the prior or the learned library
	Rate    Dist          `json:"rate"`   // calls per unit of size
	Unit    string        `json:"unit"`   // of size: "piece", "person", "call a day"
	Queues  []QueueUplift `json:"queues"`
	// Hours is what becomes of calls where opening hours change; left out elsewhere.
	Hours *HoursAnswer `json:"hours,omitempty"`
}

// QueueUplift is the part of one queue.
type QueueUplift struct {
	Queue string `json:"queue"`
	Total Dist   `json:"total"`
}

// DayVolume is one local day, all queues together.
type DayVolume struct {
	Date    interval.Date `json:"date"`
	Open    bool          `json:"open"`
	Holiday string        `json:"holiday,omitempty"`
	Without Dist          `json:"without"`
	With    Dist          `json:"with"`
	Uplift  Dist          `json:"uplift"`
}

// QueueVolume is the volume of one queue per interval.
type QueueVolume struct {
	Queue   string `json:"queue"`
	Pool    string `json:"pool"`
	Touched bool   `json:"touched"`
	Without Bands  `json:"without"`
	With    Bands  `json:"with"`
}

// ProfileCell is the mean volume of one weekday and time of day over the days on
// which the request acts.
type ProfileCell struct {
	Weekday int     `json:"weekday"` // 0 Sunday
	Minute  int     `json:"minute"`  // after midnight, wall clock
	Open    bool    `json:"open"`
	Without float64 `json:"without"`
	With    float64 `json:"with"`
}

// PoolAnswer is the staffing side of one pool of agents; columns over Horizon.Starts.
type PoolAnswer struct {
	Pool            string    `json:"pool"`
	Queues          []string  `json:"queues"`
	AHTWithout      float64   `json:"aht_without_seconds"`
	AHTWith         float64   `json:"aht_with_seconds"`
	PatienceSeconds float64   `json:"patience_seconds"`
	NetWithout      []int     `json:"net_without"` // agents on position
	NetWith         []int     `json:"net_with"`
	GrossWithout    []int     `json:"gross_without"` // after shrinkage
	GrossWith       []int     `json:"gross_with"`
	Rostered        []float64 `json:"rostered"` // gross agents of the present roster
	RosterSource    string    `json:"roster_source"`
	// MeetsWithout and MeetsWith are the chances that an interval meets the target
	// with the present roster; 1 where closed.
	MeetsWithout []float64 `json:"meets_without"`
	MeetsWith    []float64 `json:"meets_with"`
}

// Option names.
const (
	OptionDecline = "decline" // the request does not happen, present roster
	OptionApprove = "approve" // it happens, nothing else is done
	OptionStaffed = "staffed" // it happens, the roster change is made
	OptionDefer   = "defer"   // it happens later, present roster

	// Approval with conditions.
	OptionWaves    = "waves"    // the mailing goes out in waves
	OptionMessage  = "message"  // a recorded message answers part of the calls
	OptionCallback = "callback" // those who would wait are offered a callback
	OptionOvertime = "overtime" // present agents work longer
	OptionBorrowed = "borrowed" // other offices lend staff
)

// optionOrder is the order of the document.
var optionOrder = []string{OptionDecline, OptionApprove, OptionStaffed, OptionWaves, OptionMessage, OptionCallback, OptionOvertime, OptionBorrowed, OptionDefer}

// An Option is one thing the director can do, scored on the same paths as the others.
type Option struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Start      interval.Date `json:"start,omitzero"` // of the request under this option
	Service    Dist          `json:"service"`        // service level of the scored days
	Meets      float64       `json:"meets"`          // chance that the scored days meet the target
	WorstDay   interval.Date `json:"worst_day"`
	WorstMeets float64       `json:"worst_meets"` // chance that this day meets it
	MeanWait   Dist          `json:"mean_wait_seconds"`
	WaitP90    float64       `json:"wait_p90_seconds"` // the mean wait is no longer in 9 of 10 cases
	Handled    Dist          `json:"handled"`
	Abandoned  Dist          `json:"abandoned"`
	// Blocked are contacts that found all lines busy, on the scored days. They are neither
	// handled nor abandoned, and no part of the service level. Left out where the center
	// states no lines.
	Blocked     *Dist         `json:"blocked,omitempty"`
	PaidHours   float64       `json:"added_paid_hours"`
	CostCents   int64         `json:"added_cost_cents"`
	FeeCents    int64         `json:"fee_cents"`
	Weeks       []ServiceWeek `json:"weeks"` // of the scored days, Monday to Sunday
	Days        []ServiceDay  `json:"days"`
	PoolService []PoolService `json:"pools"`
}

// ServiceWeek is the service of the scored days of one week, all pools together.
type ServiceWeek struct {
	First     interval.Date `json:"first"`
	Last      interval.Date `json:"last"`
	Service   Dist          `json:"service"`
	Meets     float64       `json:"meets"`
	Abandoned Dist          `json:"abandoned"`
}

// A NoticePoint is what can be done for a request that comes so many days before its
// start, and what is left undone.
type NoticePoint struct {
	Days       int     `json:"days"`
	Asked      bool    `json:"asked"` // the notice that the department gave
	Meets      float64 `json:"meets"` // chance that the scored days meet the target
	PaidHours  float64 `json:"paid_hours"`
	CostCents  int64   `json:"cost_cents"`
	ShortHours float64 `json:"short_hours"` // agent-hours that nobody can be found for
	TotalCents int64   `json:"total_cents"` // with the price of hours short
}

// ServiceDay is the service of one local day, all pools together.
type ServiceDay struct {
	Date      interval.Date `json:"date"`
	Open      bool          `json:"open"`
	Service   Dist          `json:"service"`
	Meets     float64       `json:"meets"`
	Abandoned Dist          `json:"abandoned"`
	MeanWait  float64       `json:"mean_wait_seconds"`
}

// PoolService is the service of one pool over the scored days.
type PoolService struct {
	Pool      string  `json:"pool"`
	Service   Dist    `json:"service"`
	Meets     float64 `json:"meets"`
	Abandoned Dist    `json:"abandoned"`
}

// RosterChange is the set of shifts added to the present roster so that the
// requirement with the request is covered.
type RosterChange struct {
	Shifts     []AddedShift `json:"shifts"`
	PaidHours  float64      `json:"paid_hours"`
	CostCents  int64        `json:"cost_cents"`  // wages
	ShortHours float64      `json:"short_hours"` // agent-hours that stay uncovered
	ShortCents int64        `json:"short_cents"` // the price put on them when shifts were chosen
	BoundCents int64        `json:"bound_cents"` // no shifts of these patterns make wages and that price cost less
	Note       string       `json:"note"`
}

// AddedShift is one shift, or several equal ones.
type AddedShift struct {
	Pool      string        `json:"pool"`
	Date      interval.Date `json:"date"`
	Start     string        `json:"start"` // 08:30 local
	End       string        `json:"end"`
	Breaks    []string      `json:"breaks"` // 12:00-12:30
	Pattern   string        `json:"pattern"`
	Count     int           `json:"count"`
	PaidHours float64       `json:"paid_hours"` // of one
}

// FeeAnswer is the price of the request under the center's tariffs.
type FeeAnswer struct {
	Lines         []FeeLine `json:"lines"`
	ExpectedCents int64     `json:"expected_cents"`
	MedianCents   int64     `json:"median_cents"`
	P90Cents      int64     `json:"p90_cents"`
	// NotToExceedCents is the price that 19 of 20 bills stay within.
	NotToExceedCents int64 `json:"not_to_exceed_cents"`
	// MarginalCents is what the request itself costs the center: with minus without, the
	// wages of the whole shifts that it makes necessary. AverageCents is what its calls
	// cost at the center's cost of a contact, a year's cost over a year's contacts; 0 where
	// fees.yaml gives no annual cost.
	MarginalCents int64  `json:"marginal_cost_cents"`
	AverageCents  int64  `json:"average_cost_cents"`
	Note          string `json:"note"`
}

// FeeLine is one tariff of the invoice.
type FeeLine struct {
	Tariff        string        `json:"tariff"`
	First         interval.Date `json:"first"` // days that the line charges
	Last          interval.Date `json:"last"`
	Unit          string        `json:"unit"`
	Quantity      float64       `json:"quantity"` // expected
	QuantityP90   float64       `json:"quantity_p90"`
	UnitCents     int64         `json:"unit_cents"`
	ExpectedCents int64         `json:"expected_cents"`
	P90Cents      int64         `json:"p90_cents"`
	Note          string        `json:"note"`
}

// A Fit answers an inverse question.
type Fit struct {
	Question string  `json:"question"` // "Largest mailing that keeps the target with the present roster"
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Text     string  `json:"text"`
	Meets    float64 `json:"meets"` // the chance at that value, on the same paths
	// Fresh is that chance on other paths, of another seed; left out where the
	// answer is none, or no size.
	Fresh *float64 `json:"meets_fresh,omitempty"`
}

// Sensitivity is what an uncertain fact does to the answer when it alone moves.
type Sensitivity struct {
	Fact       string  `json:"fact"`
	Low        string  `json:"low"`
	High       string  `json:"high"`
	TotalLow   float64 `json:"total_low"` // mean extra calls
	TotalHigh  float64 `json:"total_high"`
	MeetsLow   float64 `json:"meets_low"`
	MeetsHigh  float64 `json:"meets_high"`
	AskForThis bool    `json:"ask_for_this"` // the one fact worth asking the department for
}

// Provenance says what the answer was made from.
type Provenance struct {
	Version         string     `json:"version"`
	Seed            uint64     `json:"seed"`
	Paths           int        `json:"paths"`
	LakeFingerprint string     `json:"lake_fingerprint"`
	Contacts        int64      `json:"contacts"`
	HistoryFirst    string     `json:"history_first"`
	HistoryLast     string     `json:"history_last"`
	MissingDays     int        `json:"missing_days"`
	Files           []FileHash `json:"files"`
	Models          []string   `json:"models"` // one sentence each: baseline, uplift, service, roster, fee
}

// FileHash is an input file by content.
type FileHash struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// A Warning is a doubt about the answer.
type Warning struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Number float64 `json:"number"`
}
