// Package center reads a center directory: center.yaml, policy.yaml, fees.yaml,
// events.csv, roster.csv and requests/*.yaml become the values that package
// impact works on. Reading is strict: a field that is not known, a date that does
// not exist, a queue that the center does not have is one error that names the
// file, the line or the field, what is wrong and what to do.
//
// The forms of the files are described in docs/files.md.
package center
