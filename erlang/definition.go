package erlang

import (
	"fmt"
	"strings"
)

// A Definition names a service-level formula. V is the wait an infinitely patient caller
// would have, R the caller's patience; T is Line.Target. Always SLOffered <=
// SLExclShortAbandons <= SLAnswered, SLExclShortAbandons <= SLInclAbandons and SLOffered <=
// SLVirtual <= SLInclAbandons. (Jouini, Koole and Roubos 2013 compare them.)
// The zero Definition names none and is not valid: a service level without its formula is
// not a number to compare.
type Definition uint8

const (
	SLOffered           Definition = iota + 1 // answered within T / offered
	SLAnswered                                // answered within T / answered
	SLInclAbandons                            // (answered + abandoned within T) / offered
	SLExclShortAbandons                       // answered within T / (offered - abandoned within T)
	SLVirtual                                 // P(V <= T): offered calls whose agent is free within T
)

var definitionNames = [...]string{"", "sl_offered", "sl_answered", "sl_incl_abandons", "sl_excl_short_abandons", "sl_virtual"}

// An ASADefinition names one of three averages that are all called speed of answer. The
// zero ASADefinition names none.
type ASADefinition uint8

const (
	ASAAnswered ASADefinition = iota + 1 // mean wait of the answered calls
	ASAAll                               // mean time in queue of all offered calls, E[min(V, R)]
	ASAVirtual                           // mean wait an infinitely patient caller would have, E[V]
)

var asaNames = [...]string{"", "asa_answered", "wait_all", "wait_virtual"}

// String returns the name ParseDefinition reads, such as "sl_offered".
func (d Definition) String() string { return nameOf(definitionNames[:], int(d), "Definition") }

// String returns the name ParseASADefinition reads, such as "asa_answered".
func (d ASADefinition) String() string { return nameOf(asaNames[:], int(d), "ASADefinition") }

// ParseDefinition returns the definition of that name.
func ParseDefinition(name string) (Definition, error) {
	i, err := indexOf(definitionNames[:], name, "service-level definition")
	return Definition(i), err
}

// ParseASADefinition returns the definition of that name.
func ParseASADefinition(name string) (ASADefinition, error) {
	i, err := indexOf(asaNames[:], name, "speed-of-answer definition")
	return ASADefinition(i), err
}

// MarshalText writes the name, for JSON and YAML. A Definition that names none is an error.
func (d Definition) MarshalText() ([]byte, error) {
	_, err := ParseDefinition(d.String())
	return []byte(d.String()), err
}

// UnmarshalText reads the name.
func (d *Definition) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDefinition(string(text))
	return err
}

// MarshalText writes the name, for JSON and YAML. An ASADefinition that names none is an error.
func (d ASADefinition) MarshalText() ([]byte, error) {
	_, err := ParseASADefinition(d.String())
	return []byte(d.String()), err
}

// UnmarshalText reads the name.
func (d *ASADefinition) UnmarshalText(text []byte) (err error) {
	*d, err = ParseASADefinition(string(text))
	return err
}

func (d Definition) valid() bool    { return d >= SLOffered && d <= SLVirtual }
func (d ASADefinition) valid() bool { return d >= ASAAnswered && d <= ASAVirtual }

func nameOf(names []string, i int, kind string) string {
	if i >= 1 && i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

func indexOf(names []string, name, kind string) (int, error) {
	for i := 1; i < len(names); i++ {
		if names[i] == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("erlang: unknown %s %q: use one of %s", kind, name, strings.Join(names[1:], ", "))
}
