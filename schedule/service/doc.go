// Package service closes the loop between a roster and the service it gives.
//
// A requirement per interval is an estimate: it takes each interval for a steady queue of
// its own. [Evaluate] plays a roster through the time-varying queue instead, with the
// backlog carried from interval to interval, and [Close] changes the requirement, or what
// an agent is worth in each interval, and solves again until the target of every interval,
// of each day or of each week holds in that evaluation, at the least wages it finds.
//
// The package joins packages schedule and erlang, which do not know each other.
package service
