package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"crux/bot"
	"crux/bot/store"
	"crux/config"
	"crux/summarize"
)

// pruneEvery is how often what is older than promised is forgotten.
const pruneEvery = time.Hour

// makings are what serve is made of besides the configuration.
type makings struct {
	// own makes the engine that reads on this machine.
	own func() (ownEngine, error)
	// lease is as in bot.Options.
	lease time.Duration
}

func newServeCommand(m makings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot on every platform that has a token",
		Long: `Runs the bot, on Discord where discord.token is set and on Slack where
slack.bot_token is set, until it is told to stop (Ctrl-C or SIGTERM). It then takes
nothing new, finishes what it is doing or says that it won't, and ends within 10
seconds. "crux manifest slack" prints what makes crux an app of a Slack workspace.

The configuration comes from a file, from CRUX_... in the environment and from
flags; a later one overrules an earlier one. "crux doctor" checks it.

` + config.Reference(),
		Example: `  CRUX_DISCORD_TOKEN_FILE=/run/secrets/discord crux serve
  CRUX_SLACK_BOT_TOKEN_FILE=bot CRUX_SLACK_APP_TOKEN_FILE=app crux serve
  crux serve --config /etc/crux/crux.yaml`,
		Args: noArgs,
	}
	f := cmd.Flags()
	f.SortFlags = false
	config.Flags(f)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := loadConfig(f)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), c, m, newLogger(c, cmd.ErrOrStderr()))
	}
	return cmd
}

func loadConfig(flags *pflag.FlagSet) (*config.Config, error) {
	c, err := config.Load(config.Options{Env: os.Environ(), Flags: flags})
	if err != nil {
		return nil, fmt.Errorf("the configuration can't be used:\n%w", err)
	}
	if len(configuredPlatforms(c)) == 0 {
		return nil, errors.New("no platform has a token: for Discord set discord.token_file (CRUX_DISCORD_TOKEN_FILE) or " +
			"discord.token (CRUX_DISCORD_TOKEN); for Slack set slack.bot_token_file (CRUX_SLACK_BOT_TOKEN_FILE) or " +
			"slack.bot_token (CRUX_SLACK_BOT_TOKEN), and slack.app_token_file or slack.app_token beside it")
	}
	return c, nil
}

// serve runs the platforms until ctx ends or one of them can't go on.
func serve(ctx context.Context, c *config.Config, m makings, log *slog.Logger) (err error) {
	kept, err := store.Open(ctx, c.Store.URL, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	registry := prometheus.NewRegistry()
	own, model, err := m.readers(c.Engine, kept, registry, log)
	if err != nil {
		return fmt.Errorf("engine %s: %w", c.Engine.Name, err)
	}
	queue := bot.NewQueue(workers(c.Engine))
	registerQueue(registry, queue)

	found := configuredPlatforms(c)
	var all []served
	defer func() {
		for _, s := range slices.Backward(all) {
			s.close()
		}
	}()
	for _, p := range found {
		s, err := newServed(p, c, bot.Options{
			Storage:    kept,
			Summarizer: summarize.Summarizer{Engine: own},
			Engine:     config.EngineEmbedded,
			Model:      model,
			Queue:      queue,
			Limits:     bot.Limits{Person: c.Limits.Person, Server: c.Limits.Server, Messages: c.Limits.Messages},
			Retention:  time.Duration(c.Store.Retention),
			Zone:       c.TimeZone.Location,
			Lease:      m.lease,
			Log:        log,
			Now:        time.Now,
			Metrics:    registry,
		})
		if err != nil {
			return err
		}
		all = append(all, s)
		if err := s.bot.Start(ctx); err != nil {
			return err
		}
	}
	announce(c, found, log)

	group, ctx := errgroup.WithContext(ctx)
	for _, s := range all {
		group.Go(func() error { return s.adapter.Run(ctx, s.bot) })
		group.Go(func() error { return s.bot.RunDigests(ctx) })
	}
	// One bot forgets for all: they share the store and its retention.
	group.Go(func() error { return prune(ctx, all[0].bot, log) })
	if c.HTTP.Listen != "" {
		ready := func(ctx context.Context) []error { return unready(ctx, kept, all) }
		group.Go(func() error { return newObserver(c.HTTP.Listen, registry, ready, log).Run(ctx) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

func registerQueue(registry prometheus.Registerer, queue *bot.Queue) {
	gauge := func(name, help string, value func() int) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	gauge("crux_queue_waiting", "Requests that wait for their turn.", queue.Waiting)
	gauge("crux_queue_running", "Requests being worked on.", queue.Running)
}

// announce says what is about to happen, and where.
func announce(c *config.Config, found []platform, log *slog.Logger) {
	about := []any{"platforms", names(found)}
	for _, p := range found {
		about = append(about, p.about(c))
	}
	about = append(about, "engine", c.Engine.String(), "store", c.Store.Path, "retention", c.Store.Retention.String(), "time_zone", c.TimeZone.String())
	log.Info("starting", about...)
}

// unready says which parts can't do their work.
func unready(ctx context.Context, kept *store.Store, all []served) []error {
	var errs []error
	if err := kept.Ping(ctx); err != nil {
		errs = append(errs, err)
	}
	for _, s := range all {
		if !s.adapter.Connected() {
			errs = append(errs, fmt.Errorf("%s: not connected", s.adapter.Name()))
		}
	}
	return errs
}

// prune forgets at once and then every now and then what is older than promised.
func prune(ctx context.Context, crux *bot.Bot, log *slog.Logger) error {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		if n, err := crux.Prune(ctx); err != nil && ctx.Err() == nil {
			log.Error("what is too old could not be forgotten", "error", err)
		} else if n > 0 {
			log.Info("forgot what is older than promised", "rows", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
