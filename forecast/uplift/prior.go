package uplift

import "math"

// A prior is what is believed of a kind before any cause of it has been seen: the
// median rate per unit of size, how far (standard deviation of the log) that
// median may be off, and the delay of its shape. All are weak on purpose: a few
// past causes of the center outweigh them.
type prior struct {
	median float64 // calls per unit of size; a share for levels
	off    float64 // standard deviation of log median
	unit   string
	delay  float64 // days until half of a pulse has come, or a level's ramp time
	doubt  float64 // standard deviation of log delay
	days   int     // length of the shape, what comes before the start included
	source string
}

const (
	practitioner = "practitioner guide, no method given: "
	assumed      = "assumed, no source found: "
)

// The table of doc.go; a test keeps the two together.
var priors = map[Kind]prior{
	Mailing: {.010, .9, "calls per piece", 5.5, .6, 56,
		practitioner + "0.5-2 % of recipients call over 7-14 days; shape: public daily response curve of a direct mail campaign (median 9 days)"},
	Materials: {.005, 1.3, "calls per person reached", 20, .9, 91,
		assumed + "half of a mailing's rate, slower"},
	Program: {.8, .8, "share of the expected calls a day", 8, .9, levelDays,
		assumed + "new programs grow; a new 311 center took 29 % more calls in its second year"},
	Event: {.010, 1.5, "calls per person reached", 1.2, .7, 35,
		assumed + "as a mailing, within days; advertising calls are bursts that decay (Soyer and Tarimcilar 2008)"},
	HoursChange: {.8, .6, "share of the calls a day that lie in the changed hours", 2, .9, levelDays,
		assumed + "most calls follow the hours"},
	RouteIn: {.7, .35, "share of the section's calls a day that arrive", 4, .9, levelDays,
		assumed + "the center is told of more calls than come; transit calls to one 311 center came in above what was expected"},
	RouteToIVR: {.25, .25, "share of the topic's calls a day that the response ends", 4, .9, levelDays,
		practitioner + "20-45 % of topic calls are contained by simple tones, of which about a sixth call again within days"},
	Callout: {.03, 1.0, "calls per person called", .7, .6, 14,
		assumed + "between a mailing and a bill change, within two days"},
	OutageNotice: {.04, 1.0, "calls per person affected", .7, .7, 14,
		practitioner + "1-8 % of those affected by a change call"},
	Surge: {1, .8, "share of the expected calls a day", 1, .9, levelDays,
		assumed + "the stated calls come"},
	SeatLoss: {0, 0, "calls per seat", 1, 1, levelDays,
		"by definition: seats are lost, no calls come or go"},
	TransferChange: {.9, .4, "share of the stated calls a day", 1, .9, levelDays,
		assumed + "the agreed share is handed over"},
}

// tauPrior is the scale of the half-normal prior on tau, the spread of log rates
// between causes of one kind. A level's rate is a share, which leaves less room:
// 20 to 45 % of topic calls is a spread of .3 with everything in it.
func tauPrior(k Kind) float64 {
	if k.step() {
		return .3
	}
	return .5
}

// most is the largest rate of a kind. A share of stated calls may exceed 1, because
// the stated calls are someone's estimate, but not by much; what grows has more room.
func most(k Kind) float64 {
	switch k {
	case RouteIn, HoursChange, TransferChange:
		return 1.5
	case RouteToIVR:
		return 1
	case Program, Surge:
		return 4
	}
	return math.Inf(1)
}

// levelDays is the length of a level's shape; later days keep its last value.
const levelDays = 43

// delayOf returns the prior on the delay of a class: log median and its standard
// deviation. First-class mail takes 2.5-2.7 days on average (postal service);
// marketing mail is entered in bulk, and half of all answers to it have been
// reported as late as 18-21 days after the drop.
func delayOf(k Kind, class string) (mean, sd float64) {
	p := priors[k]
	mean, sd = math.Log(p.delay), p.doubt
	if k != Mailing {
		return mean, sd
	}
	switch class {
	case "first":
		return math.Log(5), .7
	case "marketing", "standard":
		return math.Log(8.5), .7
	}
	return mean, sd
}
