// Package data holds what ringtide carries with it: the sample center, mapping
// profiles of contact files, and the commented files of a new center. Origin and
// licence of each stand in data/README.md.
package data

import (
	"embed"
	"io/fs"
)

//go:embed sample profiles init
var files embed.FS

// Sample returns the sample center, Marlowe County 311: center.yaml, policy.yaml,
// fees.yaml, roster.csv, simulate.yaml and requests/.
func Sample() fs.FS { return sub("sample") }

// Profiles returns the mapping profiles, *.yaml.
func Profiles() fs.FS { return sub("profiles") }

// Init returns the files of a new center directory.
func Init() fs.FS { return sub("init") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is one of the three above
	}
	return f
}
