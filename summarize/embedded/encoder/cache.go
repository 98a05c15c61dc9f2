package encoder

import (
	"hash/maphash"
	"sync"
)

const (
	cacheSets = 4096 // a set for each of the lowest bits of a key
	cacheWays = 4    // vectors in a set
)

// cache keeps the vectors of texts that were lately encoded: 16,384 of them, 33 MB
// once it is full. A text's hash has 64 bits from a seed of the cache's own, so
// that nobody can choose texts that are taken for each other. Each set has a lock
// of its own, so that goroutines hardly ever wait for each other.
type cache struct {
	seed maphash.Seed
	sets [cacheSets]cacheSet
}

type cacheSet struct {
	mu      sync.Mutex
	keys    [cacheWays]uint64
	vectors [cacheWays]*Vector
	oldest  uint8 // the next to be replaced
}

func newCache() *cache { return &cache{seed: maphash.MakeSeed()} }

func (c *cache) key(text string) uint64 { return maphash.String(c.seed, text) }

// get sets dst to the vector that is kept under key, and reports whether there is one.
func (c *cache) get(key uint64, dst *Vector) bool {
	set := &c.sets[key%cacheSets]
	set.mu.Lock()
	defer set.mu.Unlock()
	for i, v := range set.vectors {
		if v != nil && set.keys[i] == key {
			*dst = *v
			return true
		}
	}
	return false
}

// put keeps a vector in the place of the oldest of its set.
func (c *cache) put(key uint64, v *Vector) {
	set := &c.sets[key%cacheSets]
	set.mu.Lock()
	defer set.mu.Unlock()
	i := set.oldest
	if set.vectors[i] == nil {
		set.vectors[i] = new(Vector)
	}
	*set.vectors[i] = *v
	set.keys[i] = key
	set.oldest = (i + 1) % cacheWays
}
