// Package interval names the nouns that every other part of ringtide speaks of:
//
//   - a [Date] is a civil day, free of zone and clock;
//   - a [Grid] is a run of equal intervals on the absolute time line, labelled
//     in one IANA zone, so a day has 23, 24 or 25 hours as the zone says;
//   - a [Series] is one measure on a grid, and each of its values is observed
//     (0 is a number), closed or missing;
//   - a [Calendar] tells for any day when a center is open and why it is not.
//
// It imports the standard library only and knows no file and no clock.
// A value made by one of the constructors is valid and stays so: fields are
// hidden, and what a caller lends is copied.
package interval
