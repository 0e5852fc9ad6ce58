// Package forecast says how many contacts each queue will get if nothing new
// happens, as a set of simulated futures.
//
// The model has two levels. The total of an open day is a regression on the
// calendar with persistent errors, combined on the log scale with simpler models
// whose weights are earned on past days ([Fit]). The way a day's calls spread over
// its intervals is a weekday profile that forgets slowly, disturbed by a few shape
// factors. Paths draw the day's level, then its shape, then single calls
// ([Model.Simulate]); most of the risk of a day lies in its level, which all its
// intervals share, so sums of intervals are as uncertain as days really are.
//
// [Backtest] repeats the forecast from past dates and scores it beside two naive
// methods, and says so where it is no better than they are.
//
// Sources: Weinberg, Brown and Stroud (2007, JASA 102) for day level times
// profile; Shen and Huang (2008, MSOM 10) for shape factors; Aldor-Noiman, Feigin
// and Mandelbaum (2009, AoAS 3) for the random day effect and calendar terms.
package forecast
