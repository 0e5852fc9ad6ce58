// Package fee prices what a request adds to the work of a center.
//
// A [Schedule] holds dated tariffs; [Price] applies them to the simulated futures
// (paths) of a request and gives a [Quote]: what is expected, and what is not exceeded
// in 90 of 100 futures. Every path is billed as a whole before anything is averaged,
// so that minimums, waivers and caps act on bills and not on averages, and the
// quantiles of a total are those of the sum.
//
// Money is whole cents throughout ([Cents]); parts that must sum are apportioned by
// largest remainder ([Split]).
package fee
