// Package people gives shifts to named agents over one to eight weeks.
//
// [Assign] takes shifts to fill, such as a roster of package schedule or a demand per
// weekday ([Demand]), and people with their rules. Every hard rule is kept whatever it
// costs; then shifts left unfilled, by their price, are fewest; then time below the
// hours promised; then weekends, nights and hours are shared evenly and wishes are
// granted by seniority. The answer carries a proved bound on what must stay unfilled,
// and for each unfilled shift the rules that stand against each other and what the
// cheapest way around them would be.
//
// Work is time that passes: a night on which the clocks go back is an hour longer, and
// rest is counted likewise. A shift belongs to the day, and to the week, on which it
// starts; weeks are runs of seven days from the first day on.
//
// Names appear in the plan only; nothing is logged. The package reads no clock: the same problem,
// seed and work give the same plan on every machine.
package people
