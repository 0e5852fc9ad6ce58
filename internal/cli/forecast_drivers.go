package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
)

// addDrivers reads a file of drivers, if one is named, and gives each queue its own and
// those of all queues.
func addDrivers(h *impact.History, path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	drivers, err := forecast.ReadDrivers(f, filepath.Base(path))
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
		return fmt.Errorf("forecast: %s: the center has no queue %q, so its driver would not be used", path, name)
	}
	return nil
}
