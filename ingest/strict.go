package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// strict is the error of a strict load: all that was put aside and all that is doubtful, file by
// file. Conflicts with what the lake holds are known only when it has been written, and are
// no fault of the file.
func (l *load) strict(files []*file) error {
	if !l.opts.Strict {
		return nil
	}
	var errs []error
	for _, f := range files {
		r := &f.report
		for _, reason := range slices.Sorted(maps.Keys(r.Reasons)) {
			errs = append(errs, fmt.Errorf("%s: %d rows put aside: %s, first in line %d", r.Name, r.Reasons[reason], reason, f.rejects[reason].Line))
		}
		for _, flag := range slices.Sorted(maps.Keys(r.Flags)) {
			errs = append(errs, fmt.Errorf("%s: %d doubtful: %s, first in line %d", r.Name, r.Flags[flag], flag, r.FirstFlag[flag]))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("ingest: a strict load stores nothing doubtful: %w", err)
	}
	return nil
}
