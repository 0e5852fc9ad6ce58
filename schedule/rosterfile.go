package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

var rosterColumns = []string{"pool", "pattern", "date", "start", "end", "paid_minutes", "breaks", "agent"}

// WriteRosterCSV writes one row per shift with the header
// pool,pattern,date,start,end,paid_minutes,breaks,agent. Times are RFC 3339 with offset;
// breaks are written start/end, separated by spaces.
func WriteRosterCSV(w io.Writer, roster Roster) error {
	out := csv.NewWriter(w)
	out.Write(rosterColumns) // the writer keeps its first error for Error
	for i, s := range roster {
		if _, err := s.check(); err != nil {
			return fmt.Errorf("schedule: shift %d: %w", i+1, err)
		}
		breaks := make([]string, len(s.Breaks))
		for j, b := range s.Breaks {
			breaks[j] = b.Start.Format(time.RFC3339) + "/" + b.End.Format(time.RFC3339)
		}
		out.Write([]string{s.Pool, s.Pattern, s.Date.String(), s.Start.Format(time.RFC3339), s.End.Format(time.RFC3339),
			strconv.Itoa(s.PaidMinutes), strings.Join(breaks, " "), s.Agent})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("schedule: write roster: %w", err)
	}
	return nil
}

// check reports what is wrong with the shift: the number of its column in the file, and why.
func (s Shift) check() (int, error) {
	if s.Pool != "" {
		if err := checkLabel(s.Pool); err != nil {
			return 0, err
		}
	}
	if err := checkLabel(s.Pattern); err != nil {
		return 1, err
	}
	if s.Date != interval.DateOf(s.Start) {
		return 2, fmt.Errorf("%s is not the day of the start %s", s.Date, s.Start.Format(time.RFC3339))
	}
	length := s.End.Sub(s.Start)
	if length <= 0 || length > 24*time.Hour {
		return 4, fmt.Errorf("end %s is not within a day after start %s", s.End.Format(time.RFC3339), s.Start.Format(time.RFC3339))
	}
	if s.PaidMinutes < 0 || time.Duration(s.PaidMinutes)*time.Minute > length {
		return 5, fmt.Errorf("%d paid minutes in a shift of %v", s.PaidMinutes, length)
	}
	last := s.Start
	for _, b := range s.Breaks {
		if b.Start.Before(last) || !b.End.After(b.Start) || b.End.After(s.End) {
			return 6, fmt.Errorf("break at %s overlaps another, is out of order, or leaves the shift", b.Start.Format(time.RFC3339))
		}
		last = b.End
	}
	if s.Agent != "" {
		if err := checkLabel(s.Agent); err != nil {
			return 7, err
		}
	}
	return 0, nil
}

// ReadRosterCSV reads the form of WriteRosterCSV. Instants are shown in loc, whose
// offset they must carry. The name stands for the file in errors.
func ReadRosterCSV(r io.Reader, name string, loc *time.Location) (Roster, error) {
	in, err := openTable(r, name, rosterColumns...)
	if err != nil {
		return nil, err
	}
	var roster Roster
	for err = in.next(); err == nil; err = in.next() {
		s, err := readShift(in, loc)
		if err != nil {
			return nil, err
		}
		roster = append(roster, s)
	}
	if err != io.EOF {
		return nil, err
	}
	return roster, nil
}

func readShift(in *table, loc *time.Location) (Shift, error) {
	s := Shift{Pool: in.row[0], Pattern: in.row[1], Agent: in.row[7]}
	var err error
	if s.Date, err = interval.ParseDate(in.row[2]); err != nil {
		return Shift{}, in.fault(2, "%q is not a date; write it as 2026-05-04", in.row[2])
	}
	if s.Start, err = readInstant(in.row[3], loc); err != nil {
		return Shift{}, in.fault(3, "%w", err)
	}
	if s.End, err = readInstant(in.row[4], loc); err != nil {
		return Shift{}, in.fault(4, "%w", err)
	}
	if s.PaidMinutes, err = strconv.Atoi(in.row[5]); err != nil {
		return Shift{}, in.fault(5, "%q is not a whole number of minutes", in.row[5])
	}
	for text := range strings.FieldsSeq(in.row[6]) {
		from, to, _ := strings.Cut(text, "/")
		start, err1 := readInstant(from, loc)
		end, err2 := readInstant(to, loc)
		if err1 != nil || err2 != nil {
			return Shift{}, in.fault(6, "break %q; write it as start/end, each like 2026-05-04T10:00:00-04:00", text)
		}
		s.Breaks = append(s.Breaks, Rest{start, end})
	}
	if column, err := s.check(); err != nil {
		return Shift{}, in.fault(column, "%w", err)
	}
	return s, nil
}

// readInstant reads RFC 3339 to the second; its offset must be the one loc has then.
func readInstant(text string, loc *time.Location) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not an instant; write it as 2026-05-04T08:00:00-04:00", text)
	}
	local := t.In(loc)
	_, want := local.Zone()
	if _, got := t.Zone(); got != want || t.Nanosecond() != 0 || t.Year() < 1 || local.Year() < 1 || local.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%q does not have the offset of %v, which is %s then", text, loc, local.Format("-07:00"))
	}
	return local, nil
}
