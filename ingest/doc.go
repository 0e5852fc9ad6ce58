// Package ingest turns the exports of phone systems into contacts of a lake.
//
// [Load] reads files, finds out what they are by their content, and stores all of
// their contacts or, when anything is wrong, none. Two readers exist: the event log
// of Asterisk queues, stitched into contacts with their visits to queues, and
// files with one contact per row, read through a mapping [Profile] written in YAML.
//
// Every row is accounted for: used, repeated, ignored by its kind, or quarantined
// with line, column and reason. Callers' numbers are dropped or replaced by a keyed hash
// at the parser, before any message or quarantine text is made.
//
// docs/ingest.md describes the profiles, the formats and the accounts.
package ingest
