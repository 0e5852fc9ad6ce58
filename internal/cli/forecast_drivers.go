package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
)

// driversFlag gives a command the file of what is known ahead.
func driversFlag(f *pflag.FlagSet, e *env) {
	f.StringVar(&e.drivers, "drivers", "", "file of what is known ahead: driver,queue,date,mean with sd or quantiles q05,q50,q95; an empty queue means all")
}

// addDrivers reads a file of drivers, if one is named, and gives each queue its own and
// those of all queues.
func addDrivers(h *impact.History, path string) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--drivers: %w", err)
	}
	drivers, err := forecast.ReadDrivers(bytes.NewReader(data), filepath.Base(path))
	if err != nil {
		return err
	}
	h.Queues = slices.Clone(h.Queues)
	for k := range h.Queues {
		h.Queues[k].Drivers = append(drivers[h.Queues[k].Queue], drivers[""]...)
		delete(drivers, h.Queues[k].Queue)
	}
	delete(drivers, "")
	for name := range drivers {
		return fmt.Errorf("--drivers: %s: the center has no queue %q, so its driver would not be used", path, name)
	}
	h.Source.Files = append(slices.Clone(h.Source.Files), center.Hash(filepath.Base(path), data))
	return nil
}
