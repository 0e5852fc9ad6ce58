// Package schedule turns the agents needed per interval into shifts with breaks.
//
// [Cover] chooses shifts and their breaks together, day by day, at least cost, and
// proves how far from the best possible its plan can be. [CoverWeeks] does so for whole
// weeks of agents: tours, nights over midnight, and what a present roster leaves open;
// also against the paths that a requirement may take, at the mean of what stays short.
// [LeastChange] finds the cheapest way to have a roster that stands cope with a new
// requirement.
// [Template] is the weekly roster a center already has; [Template.OnPosition] counts
// whom it seats, [Roster.Reach] says what any roster leaves short. [Verify],
// [VerifyWeeks] and [VerifyChange] check any plan against every rule by arithmetic of their own.
//
// Money is integer cents; a mean over paths is summed exactly and rounded once. Clock times of patterns and templates are minutes after
// local midnight on the wall; lengths are minutes that pass. Shifts are instants, so
// days of 23 and 25 hours need no special care: a shift of eight hours that spans the
// change lasts eight hours and its end shows another clock time than usual.
//
// The package imports interval and the standard library, reads no clock, and gives
// the same plan for the same input and seed on every machine: what is random comes
// from one stream per pool and day, and the floating-point part never fuses operations.
package schedule
