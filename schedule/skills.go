package schedule

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A SkillRequirement is how many agents of each skill, such as a language, must be on
// position in each interval. An agent serves one contact at a time: who has two skills
// counts for one of them at a moment.
type SkillRequirement struct {
	Pool   string        `json:"pool"`
	Grid   interval.Grid `json:"grid"`
	Skills []string      `json:"skills"` // in order of precedence: what is short falls on the last
	Agents [][]float64   `json:"agents"` // gross agents by skill and interval; fractions are rounded up
}

// maxSkills keeps the sets of skills, of which the program has a row each, few.
const maxSkills = 5

var skillColumns = []string{"timestamp", "skill", "agents"}

// SkillHeader reports whether CSV text begins like a requirement with skills.
func SkillHeader(text []byte) bool {
	line, _, _ := strings.Cut(strings.TrimPrefix(string(text[:min(len(text), 200)]), "\ufeff"), "\n")
	return strings.TrimSpace(line) == strings.Join(skillColumns, ",")
}

// ReadSkillRequirementCSV reads the agents of each skill from CSV text with the header
// timestamp,skill,agents: all rows of a skill stand together, and every skill has the
// same timestamps, which are those of ReadRequirementCSV. What is short falls on the skill
// that comes last.
func ReadSkillRequirementCSV(r io.Reader, name string, loc *time.Location) (SkillRequirement, error) {
	in, err := openTable(r, name, skillColumns...)
	if err != nil {
		return SkillRequirement{}, err
	}
	p := pathReader{in: in, noun: "skill", most: maxSkills, loc: loc, seen: map[string]bool{}}
	g, err := p.read(name)
	if err != nil {
		return SkillRequirement{}, err
	}
	return SkillRequirement{Grid: g, Skills: p.names, Agents: p.paths}, nil
}

// Validate reports every fault of the requirement at once.
func (r SkillRequirement) Validate() error {
	var errs []error
	if len(r.Skills) == 0 || len(r.Skills) > maxSkills || len(r.Agents) != len(r.Skills) {
		return fmt.Errorf("schedule: requirement %q: %d skills with %d courses; give 1 to %d, and one each", r.Pool, len(r.Skills), len(r.Agents), maxSkills)
	}
	for k, skill := range r.Skills {
		if err := checkLabel(skill); err != nil {
			errs = append(errs, fmt.Errorf("schedule: requirement %q: skill: %w", r.Pool, err))
		}
		if slices.Contains(r.Skills[:k], skill) {
			errs = append(errs, fmt.Errorf("schedule: requirement %q: skill %q is given twice", r.Pool, skill))
		}
		errs = append(errs, Requirement{Pool: r.Pool, Grid: r.Grid, Agents: r.Agents[k]}.Validate())
	}
	return errors.Join(errs...)
}

// total is the requirement of all skills together.
func (r SkillRequirement) total() Requirement {
	out := Requirement{Pool: r.Pool, Grid: r.Grid, Agents: make([]float64, r.Grid.Len())}
	for _, course := range r.Agents {
		for i, a := range course {
			out.Agents[i] += float64(wholeAgents(a))
		}
	}
	return out
}

// A mask is a set of the skills of a requirement, bit k for skill k.
type mask uint8

// masks returns the skills of each pattern, and faults: a skill that the requirement does
// not know, one that no pattern has, and tours whose patterns differ in them.
func (r SkillRequirement) masks(patterns []Pattern, tours []Tour) (map[string]mask, error) {
	var errs []error
	out, all := map[string]mask{}, mask(0)
	for _, p := range patterns {
		if len(p.Skills) == 0 {
			errs = append(errs, fmt.Errorf("schedule: pattern %q: skills: none; name at least one of %s", p.Name, strings.Join(r.Skills, ", ")))
		}
		for _, skill := range p.Skills {
			k := slices.Index(r.Skills, skill)
			if k < 0 {
				errs = append(errs, fmt.Errorf("schedule: pattern %q: skills: the requirement does not know %q; it has %s", p.Name, skill, strings.Join(r.Skills, ", ")))
				continue
			}
			out[p.Name] |= 1 << k
		}
		all |= out[p.Name]
	}
	for k, skill := range r.Skills {
		if all>>k&1 == 0 {
			errs = append(errs, fmt.Errorf("schedule: requirement %q: skill %q: no pattern has it; add it to skills of a pattern", r.Pool, skill))
		}
	}
	for _, t := range tours {
		for _, name := range t.Patterns {
			if out[name] != out[t.Patterns[0]] {
				errs = append(errs, fmt.Errorf("schedule: tour %q: patterns %q and %q differ in skills; give each its own tour, since an agent keeps his", t.Name, t.Patterns[0], name))
			}
		}
	}
	return out, errors.Join(errs...)
}

// A SkillShort is what stays short of one skill. When more than one could be, the skills
// that come first in the requirement are served first.
type SkillShort struct {
	Skill    string  `json:"skill"`
	Required []int   `json:"required"`
	Unmet    []Unmet `json:"unmet"` // OnPosition counts the agents who have the skill
}

// A SkillPlan is a plan for a requirement with skills. Its Unmet, and what being short and
// over costs, are of all skills together: agents on position beyond those whom skills can
// put to use are over.
type SkillPlan struct {
	Plan
	Skills []SkillShort `json:"skills"`
}

// WriteSkillUnmetCSV writes the intervals of a plan that are short of a skill, with the
// columns timestamp,skill,required,on_position,short_hours; on_position counts all who
// have the skill.
func WriteSkillUnmetCSV(w io.Writer, need SkillRequirement, plan SkillPlan) error {
	out := csv.NewWriter(w)
	out.Write([]string{"timestamp", "skill", "required", "on_position", "short_hours"}) // the writer keeps its first error for Error
	for _, s := range plan.Skills {
		for _, u := range s.Unmet {
			number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
			out.Write([]string{need.Grid.Stamp(u.Interval), s.Skill, strconv.Itoa(u.Required), number(u.OnPosition), number(u.ShortHours)})
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("schedule: write short intervals: %w", err)
	}
	return nil
}
