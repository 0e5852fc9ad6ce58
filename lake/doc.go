// Package lake keeps the contacts of a center and counts them.
//
// A lake is a directory of Parquet files, one per phone system and UTC month
// (source=NAME/month=YYYY-MM/part-HASH.parquet), and a manifest that lists the
// files that are live, with a hash of each. Readers see what the manifest lists and
// nothing else, so a load that is killed at any moment leaves the lake as it was
// or as it was going to be.
//
// A [Contact] is one visit of a resident to one queue. What a lake holds is a set:
// the order, the split and the repetition of loads leave no trace in the contacts
// or in their fingerprint. [Lake.Tally] turns contacts into counts per queue and
// interval; all that follows works on those.
//
// docs/lake.md describes the files for other programs. This is the only package
// that knows Parquet.
package lake
