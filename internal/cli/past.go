package cli

import (
	"context"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

// past opens a center and its lake and reads what they know of the past, and what the file
// of drivers, if one is named, knows ahead.
func past(ctx context.Context, dir, drivers string) (*center.Dir, *lake.Lake, impact.History, error) {
	d, err := center.Open(dir)
	if err != nil {
		return nil, nil, impact.History{}, err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return nil, nil, impact.History{}, err
	}
	h, err := d.History(ctx, lk)
	if err != nil {
		return nil, nil, impact.History{}, err
	}
	return d, lk, h, addDrivers(&h, drivers)
}
