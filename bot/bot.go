package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/client_golang/prometheus"

	"crux/bot/digest"
	"crux/bot/gate"
	"crux/summarize"
)

// Bot answers requests on one platform and follows its watched channels; it is a
// Follower. Its methods may be called from several goroutines. Start comes first, Close last.
type Bot struct {
	o       Options
	limiter *limiter
	reports *cache
	recent  *recent
	gone    *removals
	hidden  *hiddenPosts
	ledgers *ledgerLocks
	// public says of threads whether everybody in their channel may read them.
	public  *lru.Cache[Place, bool]
	metrics *metrics
	digests *digest.Runner

	// following says which channels are watched, and whether events arrive.
	following following

	// began is when Start was called.
	began time.Time

	background sync.WaitGroup
	ended      context.Context // ends with Close
	end        context.CancelFunc
}

// Options are what a Bot is made of. Every field is needed, save where it says otherwise.
type Options struct {
	Platform   Platform
	Storage    Storage
	Summarizer summarize.Summarizer
	// Engine is the name of the summarizer's engine and of its model; answers of one are not given for another's.
	Engine string
	// Model reads for servers that consented to it; nil where only Summarizer reads.
	Model *Model
	// Queue may be shared by the bots of several platforms.
	Queue *Queue
	// Limits bound what people may ask.
	Limits Limits
	// Retention is how long the messages of watched channels are kept.
	Retention time.Duration
	// CatchUp is how many messages of a watched channel are compared, after a gap, with what
	// stands there; what lies further back is kept no longer. 20,000 where it is zero.
	CatchUp int
	// Zone is the time zone of digests for which nobody names one; nil is UTC.
	Zone *time.Location
	// Lease is as in digest.Options.
	Lease time.Duration
	Log   *slog.Logger
	// Now is the clock.
	Now func() time.Time
	// Metrics takes the bot's figures; nil for none.
	Metrics prometheus.Registerer
}

// Model is a language model that reads debates.
type Model struct {
	// Summarizer's engine is a summarize.Continuer. It asks Gate before each prompt.
	Summarizer summarize.Summarizer
	// Engine is as Options.Engine.
	Engine string
	Gate   *gate.Gate
}

// How long crux remembers what it need not store.
const (
	// reportsKept and reportsFor bound the reports in memory, of which nothing is
	// stored. With forgetEvery they are gone after 15 minutes.
	reportsKept = 256
	reportsFor  = 14 * time.Minute
	forgetEvery = time.Minute
	// requestsFor is how long buttons work, and how long a posted report is watched for deletions.
	requestsFor = 30 * 24 * time.Hour
)

// New returns a Bot.
func New(o Options) *Bot {
	o.Limits = o.Limits.orDefaults()
	if o.CatchUp <= 0 {
		o.CatchUp = 20_000
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	b := &Bot{
		o:       o,
		limiter: newLimiter(o.Limits),
		reports: newCache(reportsKept, reportsFor, o.Now),
		recent:  newRecent(reportsKept, reportsFor, o.Now),
		gone:    newRemovals(),
		hidden:  newHiddenPosts(o.Now),
		ledgers: newLedgerLocks(),
		public:  newThreadsKnown(),
	}
	b.metrics = newMetrics(o.Metrics, o.Platform.Name())
	b.digests = b.newRunner()
	b.ended, b.end = context.WithCancel(context.Background())
	return b
}

// Start reads from the store which channels are watched, and begins to forget in
// time what is held in memory. Until then Bot follows no channel.
func (b *Bot) Start(ctx context.Context) error {
	if err := b.following.load(ctx, b.o.Storage, b.platform()); err != nil {
		return err
	}
	if _, err := b.exclusions(ctx); err != nil {
		return err
	}
	b.began = b.o.Now()
	b.later("forget", b.forget)
	b.later("follow objections", b.followObjections)
	return nil
}

// forget drops reports from memory when their time is over, though nobody asks anything.
func (b *Bot) forget(ctx context.Context) error {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			b.reports.expire()
			b.recent.expire()
		}
	}
}

// Close ends what runs in the background and waits for it.
func (b *Bot) Close() {
	b.end()
	b.background.Wait()
}

// Prune forgets what is older than promised. Call it every now and then.
func (b *Bot) Prune(ctx context.Context) (int, error) {
	n, err := b.o.Storage.Prune(ctx, b.o.Now(), b.o.Retention, requestsFor)
	return n, errors.Join(err, b.expireLedgers(ctx))
}

func (b *Bot) platform() string { return b.o.Platform.Name() }

// later runs work in the background, where a fault of its own harms nothing else.
func (b *Bot) later(what string, work func(ctx context.Context) error) {
	b.background.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				b.o.Log.Error("bot: panic in the background", "work", what, "panic", r)
			}
		}()
		if err := work(b.ended); err != nil && b.ended.Err() == nil {
			b.o.Log.Error("bot: background work failed", "work", what, "error", err)
		}
	})
}
