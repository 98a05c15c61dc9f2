package digest

import (
	"context"
	"time"
)

const (
	// renewEvery is how often due times are looked over, and setBack by how much the clock was set
	// back at least where that is done at once.
	renewEvery = time.Hour
	setBack    = time.Minute
)

// clocks compares the clock on the wall with the monotonic one, which nobody sets. A digest posted
// while the clock was a year ahead would otherwise be due again in a year.
type clocks struct {
	o Options
	// wall and monotonic are what they showed at the last look, renewed the latter as of when due times were last looked over.
	wall, monotonic, renewed time.Time
}

// look has due times looked over where it is time for that.
func (c *clocks) look(ctx context.Context) {
	wall, monotonic := c.o.Now().Round(0), time.Now()
	isFirst := c.renewed.IsZero()
	wasSetBack := monotonic.Sub(c.monotonic)-wall.Sub(c.wall) >= setBack
	c.wall, c.monotonic = wall, monotonic
	if !isFirst && !wasSetBack && monotonic.Sub(c.renewed) < renewEvery {
		return
	}
	c.renewed = monotonic
	if err := c.o.Renew(ctx); err != nil && ctx.Err() == nil {
		c.o.Log.Error("digest: due times not looked over", "error", err)
	}
}
