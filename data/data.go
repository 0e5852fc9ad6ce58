// Package data holds what ringtide carries with it: the sample center, mapping
// profiles of contact files, and the commented files of a new center. Origin and
// licence of each stand in data/README.md.
package data

import (
	"embed"
	"io/fs"
)

//go:embed sample profiles init requests
var files embed.FS

// Sample returns the sample center, Marlowe County 311: center.yaml, policy.yaml,
// fees.yaml, roster.csv and simulate.yaml.
func Sample() fs.FS { return sub("sample") }

// Requests returns worked examples of requests to the sample center, one of every
// type at least, with the files they name.
func Requests() fs.FS { return sub("requests") }

// Profiles returns the mapping profiles, *.yaml.
func Profiles() fs.FS { return sub("profiles") }

// Init returns the files of a new center directory.
func Init() fs.FS { return sub("init") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is one of those above
	}
	return f
}
