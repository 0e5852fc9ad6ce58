// Package simulate plays a contact center call by call, from a seed, with every
// latent quantity known: what demand was, what each mailing, event or routing
// change added, who gave up and who called again.
//
// It is a discrete-event simulation of a floor, not a formula. Calls arrive as a
// Poisson process whose rate has a year, a week and a day shape, holidays, a
// rebound after closures and gamma distributed busyness; they pass the automated
// response, wait in the line of their pool with finite patience, ring an agent
// who follows a roster with breaks and may be absent, talk, hold, and leave the
// agent in after-call work; who gave up may redial the same day.
//
// [Run] plans all days in order (calendar, drift, causes), then plays each day on
// its own random streams, keyed by seed, day, queue and cause, so that neither
// the number of processors nor an added cause disturbs the rest. Days reach the
// [Sink] in order. [NewQueueLog] and [NewContactCSV] write the two exports that a
// phone system would have left, [WriteEvents] what an analyst knew beforehand,
// and [Truth] what nobody at the center ever sees.
//
// # Rules of the floor
//
//   - A day starts with an empty system. Calls of the day are served to their end
//     even after midnight; they do not occupy agents of the next day.
//   - A call outside opening hours hears the closed message and is blocked. It
//     is in the contact export and not in the queue log, and is never redialed.
//   - A pool serves its lines first come, first served, with the agent who has
//     been idle longest.
//   - An agent in a call at the start of a break takes it, at full length, after
//     the wrap; at the end of the shift the agent finishes the call and leaves.
//   - At closing time nobody new gets in. Agents whose shift ends with the day
//     serve out who waits or is still in the automated response, for at most
//     serve_out_s; who waits then is released (EXITWITHTIMEOUT, outcome
//     abandoned).
//   - On a holiday with hours the usual shifts are cut to those hours.
//   - In an outage no call reaches the platform and none is recorded: a hole in
//     the exports, a number in the truth.
package simulate
