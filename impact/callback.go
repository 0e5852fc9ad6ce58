package impact

import (
	"context"
	"fmt"
)

// calm is the load per agent up to which nobody needs a callback, and up to which an
// interval takes the callbacks of earlier ones.
const calm = 0.9

// scoreCallback offers a callback to those who would wait: a share of them takes it,
// and their calls are answered later on the same day, when there is room. No call is
// lost or gained.
func (w *work) scoreCallback(ctx context.Context) error {
	m, ok := w.h.Center.measure(Callback)
	if !ok || w.addedWork == nil || m.NoticeDays > w.notice() {
		return nil
	}
	scene := w.scene(w.present, w.addedWork)
	moved := make([]workload, len(w.pools))
	for k := range w.pools {
		if scene.addedTo(k) == nil {
			continue
		}
		moved[k] = newWorkload(scene.paths, len(w.pools[k].at))
		if err := scene.callBack(ctx, k, m.Share, &moved[k]); err != nil {
			return err
		}
	}
	title := fmt.Sprintf("Approve with the offer of a callback, which %s of those who would wait take", percent(m.Share))
	later := w.scene(w.present, moved)
	later.backlog = true
	return w.optionOf(ctx, OptionCallback, title, later, w.first, w.last)
}

// callBack writes to out what the request and the callbacks change in pool k: of the load
// above what the agents there can calmly take, at most the share of all that comes
// moves to later intervals of the day with room, and what finds none to its end.
func (s *scene) callBack(ctx context.Context, k int, share float64, out *workload) error {
	p := &s.pools[k]
	type carried struct{ calls, load float32 }
	return out.layDays(ctx, p, func(lo, hi int) {
		room, carry := s.newColumn(), make([]carried, s.paths)
		for j := lo; j < hi; j++ {
			calls, load := s.at(k, j, room)
			wasCalls, wasLoad := s.base[k].column(j)
			toCalls, toLoad := out.column(j)
			limit := float32(calm * p.onPosition[p.at[j]])
			for path, l := range load {
				c := &carry[path]
				var move carried
				switch {
				case l > limit:
					part := min(l-limit, float32(share)*l) / l
					move = carried{-part * calls[path], -part * l}
				case c.load > 0:
					part := min(limit-l, c.load) / c.load
					move = carried{part * c.calls, part * c.load}
				}
				if j == hi-1 {
					move = *c
				}
				c.calls -= move.calls
				c.load -= move.load
				toCalls[path] = calls[path] + move.calls - wasCalls[path]
				toLoad[path] = l + move.load - wasLoad[path]
			}
		}
	})
}
