// Package sim plays days of a contact center call by call, for what has no formula: handle
// times and patience of any law, priorities, several queues with skills, callback, transfers,
// redials, seats and agents who hold several chats. It is also the yardstick of package erlang:
// every formula there is tested against it.
//
// A [Config] says what arrives, who serves and for how many runs; [Run] plays them and returns
// the mean of every measure per queue and interval with a confidence interval. Runs are independent
// streams of one seed: the same Config gives the same numbers on any number of processors.
//
// Times are seconds, shares 0 to 1; the words are those of package erlang.
package sim
