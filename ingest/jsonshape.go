package ingest

import (
	"encoding/json"
	"reflect"
	"strings"
)

// A shape is how a jsonScan reads an object into a struct type. It is for one goroutine.
type shape struct {
	plain  bool // false: the type is left to encoding/json as a whole
	names  map[string]*shapeName
	first  *shapeName      // that of the last object
	others shapeName       // all names beyond a number
	folded map[string]bool // names in lower case
}

// A shapeName is a name that objects had.
type shapeName struct {
	name  string
	field *shapeField // nil: the type has no such field
	next  *shapeName  // what came behind it the last time
	seen  int64
}

type shapeField struct {
	offset uintptr
	kind   reflect.Kind // of the field, or of what it points to; Invalid for encoding/json to read
	point  bool
	typ    reflect.Type // of the field, or of what it points to
	shape  *shape       // of a struct
	item   *shapeField  // of a slice
}

const mostShapeNames = 4096

func shapeOf(t reflect.Type) *shape {
	s := &shape{plain: true, names: map[string]*shapeName{}, folded: fieldNames(t)}
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() || sf.Anonymous {
			return &shape{}
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" {
			name = sf.Name
		}
		f := fieldOf(sf.Type, strings.Contains(sf.Tag.Get("json"), ","))
		f.offset = sf.Offset
		s.names[name] = &shapeName{name: name, field: f}
	}
	return s
}

// fieldOf tells how to read a type; special asks for encoding/json.
func fieldOf(t reflect.Type, special bool) *shapeField {
	f := &shapeField{typ: t}
	if t.Kind() == reflect.Pointer {
		f.typ, f.point = t.Elem(), true
	}
	k := f.typ.Kind()
	if special || reflect.PointerTo(f.typ).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		k = reflect.Invalid
	}
	switch k {
	case reflect.String, reflect.Float64, reflect.Int64, reflect.Bool:
		f.kind = k
	case reflect.Struct:
		if inner := shapeOf(f.typ); inner.plain {
			f.kind, f.shape = k, inner
		}
	case reflect.Slice:
		if e := f.typ.Elem().Kind(); !f.point && (e == reflect.Struct || e == reflect.String) {
			if f.item = fieldOf(f.typ.Elem(), false); f.item.kind != reflect.Invalid {
				f.kind = k
			}
		}
	}
	if f.kind == reflect.Invalid { // as encoding/json takes it
		f.typ, f.point = t, false
	}
	return f
}

// find returns what is known of a name; nil where only its case differs from that of a field.
func (sh *shape) find(name []byte) *shapeName {
	if n := sh.names[string(name)]; n != nil {
		return n
	}
	if sh.folded[strings.ToLower(string(name))] {
		return nil
	}
	if len(sh.names) >= mostShapeNames { // they hold data
		return &sh.others
	}
	n := &shapeName{name: string(name)}
	sh.names[n.name] = n
	return n
}

// unread calls use with the names that objects had and the type does not have.
func (sh *shape) unread(use func(name string, times int64)) {
	for _, n := range sh.names {
		if n.field == nil && n.seen > 0 {
			use(n.name, n.seen)
		}
	}
	if n := sh.others.seen; n > 0 {
		use("others", n)
	}
}
