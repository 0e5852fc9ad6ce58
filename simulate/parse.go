package simulate

import (
	"fmt"

	"github.com/ringtide/ringtide/internal/strict"
)

// ParseConfig reads a Config from YAML and validates it. A field that Config does
// not have, a field given twice and a second document are errors; what cannot be
// read names its line and column, what cannot be meant names its field. The name of
// the file stands in errors only.
func ParseConfig(file string, text []byte) (Config, error) {
	var c Config
	if err := strict.YAML(file, text, &c); err != nil {
		return Config{}, fmt.Errorf("simulate: %w", err)
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("%s: %w", file, err)
	}
	return c, nil
}
