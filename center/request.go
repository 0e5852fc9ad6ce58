package center

import (
	"fmt"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/internal/strict"
)

// ParseRequest reads requests/*.yaml and checks it against the center.
func ParseRequest(file string, data []byte, c impact.Center) (impact.Request, error) {
	var r impact.Request
	if err := strict.YAML(file, data, &r); err != nil {
		return impact.Request{}, fmt.Errorf("center: %w", err)
	}
	if err := r.Validate(c); err != nil {
		return impact.Request{}, fmt.Errorf("center: %s: %w", file, oneLine(err))
	}
	return r, nil
}

// ParsePolicy reads policy.yaml.
func ParsePolicy(file string, data []byte) (impact.Policy, error) {
	var p impact.Policy
	if err := strict.YAML(file, data, &p); err != nil {
		return impact.Policy{}, fmt.Errorf("center: %w", err)
	}
	if err := p.Validate(); err != nil {
		return impact.Policy{}, fmt.Errorf("center: %s: %w", file, oneLine(err))
	}
	return p, nil
}
