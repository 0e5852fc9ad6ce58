package ingest

import (
	"encoding/json"
	"strconv"
	"strings"
)

// paths finds the values at some paths in JSON objects. A path is names joined by points;
// a number is a place in a list, from 0; a name that has points in itself is found too.
type paths struct {
	names  []string
	root   pathNode
	fields [][]byte // of the object read last; nil where it has no such value, or null
	seen   []bool   // that any object had the field
	scan   jsonScan
}

// A pathNode is a value on the way to those that are wanted.
type pathNode struct {
	at   int // field that it is, or -1
	next map[string]*pathNode
}

func newPaths(names []string) *paths {
	p := &paths{names: names, root: pathNode{at: -1}, fields: make([][]byte, len(names)), seen: make([]bool, len(names))}
	for i, name := range names {
		n := &p.root
		for part := range strings.SplitSeq(name, ".") {
			if n.next == nil {
				n.next = map[string]*pathNode{}
			}
			if n.next[part] == nil {
				n.next[part] = &pathNode{at: -1}
			}
			n = n.next[part]
		}
		n.at = i
	}
	return p
}

// down follows a name, also one with points.
func (n *pathNode) down(name string) *pathNode {
	if next := n.next[name]; next != nil || strings.IndexByte(name, '.') < 0 {
		return next
	}
	for part := range strings.SplitSeq(name, ".") {
		if n = n.next[part]; n == nil {
			return nil
		}
	}
	return n
}

// read finds the fields of one object. They lie in raw unless they had to be unescaped.
func (p *paths) read(raw []byte) *reject {
	clear(p.fields)
	p.scan.begin(raw, nil)
	return p.value(&p.root)
}

var badJSON = &reject{reasonJSON, ""}

// value reads the value the scan is at, which lies on the way to a field.
func (p *paths) value(n *pathNode) *reject {
	s := &p.scan
	c := s.space()
	switch {
	case c == '{' && n.next != nil:
		return p.object(n)
	case c == '[' && n.next != nil:
		return p.list(n)
	case n.at < 0:
		return p.pass()
	case c == '{' || c == '[':
		return &reject{reasonJSON, p.names[n.at]}
	}
	p.seen[n.at] = true
	if c == '"' {
		t, ok := p.quoted()
		if !ok {
			return badJSON
		}
		p.fields[n.at] = t
		return nil
	}
	t, ok := p.word()
	if !ok {
		return badJSON
	}
	if string(t) != "null" {
		p.fields[n.at] = t
	}
	return nil
}

func (p *paths) object(n *pathNode) *reject {
	s := &p.scan
	s.at++
	if s.space() == '}' {
		s.at++
		return nil
	}
	for {
		if s.space() != '"' {
			return badJSON
		}
		name, ok := p.quoted()
		if !ok || s.space() != ':' {
			return badJSON
		}
		s.at++
		if bad := p.child(n.down(borrow(name))); bad != nil {
			return bad
		}
		switch s.space() {
		case ',':
			s.at++
		case '}':
			s.at++
			return nil
		default:
			return badJSON
		}
	}
}

func (p *paths) list(n *pathNode) *reject {
	s := &p.scan
	s.at++
	if s.space() == ']' {
		s.at++
		return nil
	}
	for i := 0; ; i++ {
		if bad := p.child(n.next[strconv.Itoa(i)]); bad != nil {
			return bad
		}
		switch s.space() {
		case ',':
			s.at++
		case ']':
			s.at++
			return nil
		default:
			return badJSON
		}
	}
}

func (p *paths) child(n *pathNode) *reject {
	if n == nil {
		return p.pass()
	}
	return p.value(n)
}

// pass passes over a value that nobody reads.
func (p *paths) pass() *reject {
	switch p.scan.space() {
	case '{', '[', '"':
		if p.scan.pass() != nil {
			return badJSON
		}
	default:
		if _, ok := p.word(); !ok {
			return badJSON
		}
	}
	return nil
}

// quoted reads a text, with escapes or without.
func (p *paths) quoted() ([]byte, bool) {
	from := p.scan.at
	if t, err := p.scan.text(); err == nil {
		return t, true
	}
	end := endOfText(p.scan.b, p.scan.marks, from+1)
	if end < 0 {
		return nil, false
	}
	p.scan.at = end + 1
	var t string
	if json.Unmarshal(p.scan.b[from:end+1], &t) != nil {
		return nil, false
	}
	return []byte(t), true
}

// word reads a number, true, false or null.
func (p *paths) word() ([]byte, bool) {
	s := &p.scan
	from := s.at
	for s.at < len(s.b) && strings.IndexByte(" \t\r\n,]}:", s.b[s.at]) < 0 {
		s.at++
	}
	t := s.b[from:s.at]
	return t, json.Valid(t)
}

// absent lists the fields that not one of the objects had.
func (p *paths) absent(records int64) []string {
	var names []string
	for i, seen := range p.seen {
		if !seen && records > 0 {
			names = append(names, p.names[i])
		}
	}
	return names
}
