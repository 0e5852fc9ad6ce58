package impact

import (
	"context"
	"errors"
	"sync"
)

// workers is how many goroutines share a piece of work. What they do goes to places
// of its own and is summed in a fixed order, so that the number does not show.
const workers = 4

// each calls do for 0 to n-1, several at a time, until ctx ends. do gets the number
// of its worker as well, for scratch space. Errors are joined in order.
func each(ctx context.Context, n int, do func(worker, k int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for k := w; k < n && ctx.Err() == nil; k += workers {
				errs[k] = do(w, k)
			}
		})
	}
	wg.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}
