package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"crux/bot"
	"crux/bot/discord"
	"crux/bot/store"
	"crux/config"
	"crux/summarize"
)

// pruneEvery is how often what is older than promised is forgotten.
const pruneEvery = time.Hour

// engineOf makes the engine that the configuration names.
type engineOf func(name string) (summarize.Engine, error)

func newServeCommand(engine engineOf) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot on every platform that has a token",
		Long: `Runs the bot until it is told to stop (Ctrl-C or SIGTERM). It then takes nothing
new, finishes what it is doing or says that it won't, and ends within 10 seconds.

The configuration comes from a file, from CRUX_... in the environment and from
flags; a later one overrules an earlier one. "crux doctor" checks it.

` + config.Reference(),
		Example: `  CRUX_DISCORD_TOKEN_FILE=/run/secrets/discord crux serve
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
		return serve(cmd.Context(), c, engine, newLogger(c, cmd.ErrOrStderr()))
	}
	return cmd
}

func loadConfig(flags *pflag.FlagSet) (*config.Config, error) {
	c, err := config.Load(config.Options{Env: os.Environ(), Flags: flags})
	if err != nil {
		return nil, fmt.Errorf("the configuration can't be used:\n%w", err)
	}
	if !c.Discord.Token.IsSet() {
		return nil, errors.New("no platform has a token: set discord.token_file (CRUX_DISCORD_TOKEN_FILE) or discord.token (CRUX_DISCORD_TOKEN)")
	}
	return c, nil
}

// serve runs the platforms until ctx ends or one of them can't go on.
func serve(ctx context.Context, c *config.Config, engine engineOf, log *slog.Logger) (err error) {
	kept, err := store.Open(ctx, c.Store.URL, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	reader, err := engine(c.Engine.Name)
	if err != nil {
		return fmt.Errorf("engine %s: %w", c.Engine.Name, err)
	}
	adapter, err := discord.New(discord.Options{
		Token:     c.Discord.Token.Reveal(),
		APIURL:    c.Discord.APIURL,
		Guild:     c.Discord.Guild,
		Zone:      c.TimeZone.Location,
		Retention: time.Duration(c.Store.Retention),
		Log:       log,
	})
	if err != nil {
		return err
	}
	registry, queue := prometheus.NewRegistry(), bot.NewQueue(0)
	registerQueue(registry, queue)
	crux := bot.New(bot.Options{
		Platform:   adapter,
		Storage:    kept,
		Summarizer: summarize.Summarizer{Engine: reader},
		Engine:     c.Engine.Name,
		Queue:      queue,
		Limits:     bot.Limits{Person: c.Limits.Person, Server: c.Limits.Server, Messages: c.Limits.Messages},
		Retention:  time.Duration(c.Store.Retention),
		Log:        log,
		Now:        time.Now,
		Metrics:    registry,
	})
	defer adapter.Close()
	defer crux.Close()
	if err := crux.Start(ctx); err != nil {
		return err
	}
	announce(c, log)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return adapter.Run(ctx, crux) })
	group.Go(func() error { return prune(ctx, crux, log) })
	if c.HTTP.Listen != "" {
		ready := func(ctx context.Context) []error { return unready(ctx, kept, adapter) }
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

// announce says what is about to happen.
func announce(c *config.Config, log *slog.Logger) {
	commands := "in every server"
	if c.Discord.Guild != "" {
		commands = "in server " + c.Discord.Guild + " alone"
	}
	log.Info("starting", "platforms", "discord", "commands", commands, "engine", c.Engine.Name,
		"store", c.Store.Path, "retention", c.Store.Retention.String(), "time_zone", c.TimeZone.String())
}

// unready says which parts can't do their work.
func unready(ctx context.Context, kept *store.Store, adapter *discord.Adapter) []error {
	var errs []error
	if err := kept.Ping(ctx); err != nil {
		errs = append(errs, err)
	}
	if !adapter.Connected() {
		errs = append(errs, errors.New("discord: not connected"))
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

// checkDiscord looks at Discord for crux doctor.
func checkDiscord(ctx context.Context, c *config.Config) []bot.Check {
	adapter, err := discord.New(discord.Options{
		Token:  c.Discord.Token.Reveal(),
		APIURL: c.Discord.APIURL,
		Guild:  c.Discord.Guild,
		Log:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return []bot.Check{{What: "discord", Level: bot.Broken, Found: err.Error()}}
	}
	defer adapter.Close()
	return adapter.Doctor(ctx)
}
