// Package erlang answers what a queue of calls does with so many agents, and how many agents
// it takes: Erlang B, C and A with whole or fractional agents, limited lines, redials, and
// loads that are known only as a distribution. It knows bare numbers only; it imports the
// standard library.
//
// # Which model
//
//   - Callers hang up when they wait too long: [EvalA], [RequiredA]. Every contact center.
//     Patience is the mean time after which a caller would give up, estimated as the total time
//     in queue, of answered and abandoned calls alike, divided by the number of abandoned.
//   - Nobody hangs up: [EvalC], [RequiredC]. Work that waits, such as mail; or a bound when
//     patience is unknown. It staffs too high for calls and has no answer under overload.
//   - Nobody can wait: [B], [RequiredTrunks]. Telephone lines, ports of an automated response.
//   - Waiting callers occupy a limited number of lines: [EvalK]. Those who are turned away or
//     give up dial again: [EvalX].
//   - The load is a forecast with an error: [ChanceA] and [RequiredForChanceA] for the share of
//     intervals that meet the goal, [ExpectedLevelA] and [RequiredForLevelA] for the share of
//     calls. Even a known load makes half hours differ: [RealisedLevelC].
//   - A day's or a week's target instead of every interval's: [RequiredPeriodA].
//   - Another unknown than the agents: [MaxLoadA], [MaxAHTA], [LeastTargetA],
//     [PatienceRangeA]; what a little more of anything changes: [SlopesA].
//
// All of them assume Poisson arrivals at a constant rate, exponential times, first come first
// served, and a steady state, which a queue reaches within a few handling times.
//
// # Words and units
//
// Load is in erlangs: calls per hour times mean handling time in hours. Times are seconds,
// shares 0 to 1. "Within T" means a wait of at most T. The five formulas called service level
// are told apart by [Definition], the three called average speed of answer by [ASADefinition];
// no function chooses one silently. A [Requirement] is net of shrinkage: see [Gross].
//
// # Accuracy and speed
//
// Relative error is below 1e-12 plus eight roundings per unit of the problem's own condition
// number, for tail probabilities down to 1e-300 as for their complements; service levels are
// within 1e-13. No time grows with the number of agents, none of the functions of one queue
// allocates, and all are safe for concurrent use.
//
// # Errors
//
// An argument outside its domain is an [*ArgumentError]; several are joined.
package erlang
