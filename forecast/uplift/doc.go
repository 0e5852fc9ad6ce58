// Package uplift learns what causes do to calls, from labelled past ones, and
// predicts what a new one will do: how many calls, when, and how sure that is.
//
// # Model
//
// The effect of cause e in queue q on open day d is
//
//	E = s m r k(d) + departure
//
// with m the size (pieces, people, calls a day), s the queue's share, r the rate and
// k the shape. Pulses (mailing, materials, event, callout, outage-notice) have a
// shape of total 1, so that m r is the total; levels (program, hours-change,
// route-in, route-to-ivr, surge, transfer-change) have one that ends near 1, so that
// m r is calls a day. A cause that takes calls away has a negative m.
//
// Rates of a kind are partially pooled: log r ~ N(mu, tau²) between its causes.
// Calls grow with size as a power of it, whose exponent is learned with mu and tau: the
// rate of a cause moves with its size as (size/ref)^(b-1), ref the geometric mean size of
// its kind, with a prior b ~ N(1, .15²), for levels N(1, .1²).
// Shapes are learned per kind and class: a dictionary of kernels ([Kernel]) under
// rules for closed days ([Rule]), weighed by likelihood, plus a Gaussian process for
// what no kernel has. A single cause departs from its shape, slowly and day by day;
// departures move calls between days and leave the total.
//
// # Learning
//
// [Learn] sums each queue to days and fits base and all causes jointly, so that
// causes that overlap are told apart. In turn, three times over:
//
//  1. The base (weekday, day after a closure, day of month, random walk + AR(1) +
//     noise, and as far as the queue has them the turn of the month and weekdays that
//     change with the season) by penalised restricted likelihood, Kalman-filtered. With the base
//     integrated out the history is a normal likelihood of the vector f of effects on
//     single days, eta'f - f'Pf/2.
//
//  2. Rates, jointly normal given the shapes. What the history alone says of each,
//     r^ with variance se², is pooled on the linear scale,
//
//     L(mu, tau) = prod_e Integral N(r^_e; exp(x), se_e²) N(x; mu, tau²) dx,
//
//     with a half-normal prior on tau and the prior below on mu, on a grid of x.
//     Taking logs of noisy estimates instead needs a floor, and the floor decides.
//
//  3. Dictionary weights, the doubt they leave, and the size of departures, by
//     likelihood with rates and departures integrated out.
//
// Standard errors count the noise of the base, departures, rate and shape, and are
// half as wide again for the noise parameters that are estimated and taken as known;
// intervals have the tails of Student's t with five degrees of freedom.
//
// An event may act in the week before its start, and calls that came because of it may
// be missing later. A cause of several queues without stated shares is split by what
// the records show, again in every round, with the rates of its kind in view.
//
// # Checks
//
// [Learned.Placebos] moves every cause to days on which it did not happen,
// [Learned.Hindsight] predicts it again from the days before it, and [Learned.Jumps]
// offers stretches that no label accounts for. [Together] joins several predictions,
// with parts that sum to the total in any order. docs/uplift.md has the formulas, and
// how well all of it does.
//
// # Priors
//
// A kind of which nothing was learned has these. All are weak; sources are
// practitioners' guides and press reports without a stated method, or none.
//
//	kind             median rate                             factor (1 sd)  half come / ramp
//	mailing          .010 calls per piece                    2.5            5.5 days (first class 5, marketing 8.5)
//	materials        .005 calls per person reached           3.7            20 days
//	program          .8 of the expected calls a day          2.2            8 days
//	event            .010 calls per person reached           4.5            1.2 days
//	hours-change     .8 of the calls in the changed hours    1.8            2 days
//	route-in         .7 of the section's calls a day         1.4            4 days
//	route-to-ivr     .25 of the topic's calls a day          1.3            4 days
//	callout          .03 calls per person called             2.7            .7 days
//	outage-notice    .04 calls per person affected           2.7            .7 days
//	surge            1 of the expected calls a day           2.2            1 day
//	seat-loss        0
//	transfer-change  .9 of the stated calls a day            1.5            1 day
//
// Mailing: 0.5-2 % of recipients call over 7-14 days; the public daily response curve
// of one direct mail campaign has median 9 days. Automated responses: 20-45 % of
// topic calls contained, less a sixth: who hangs up contained is not always helped, and a
// third of callers call again, nearly all of these within a week. Outage notices: 1-8 % of those affected by a bill or price
// change. The others are assumptions, and [KindEffect].Source says so.
//
// # Prediction
//
// [Library.Predict] draws for every path of a baseline its own mu, tau, rate, shape
// and departures, lays them on open days and intervals, and draws integer calls:
// Poisson on top for what is added, thinning of the path's own calls for what is
// taken away. The baseline's numbers stay as they are, so with and without differ by
// the cause alone.
//
// Sources: Minka (2001), expectation propagation; Durbin and Koopman (2012), time
// series analysis by state space methods; Shapley (1953), a value for n-person games;
// Soyer and Tarimcilar (2008), call center
// arrivals from advertisements, for rates that differ between causes of one kind.
package uplift
