package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"crux/bot/platformtest/fakediscord"
	"crux/summarize"
	"crux/summarize/transcript"
)

// cruxThatPanics is the name under which the test binary runs as a crux whose engine panics.
const cruxThatPanics = "crux-that-panics"

func mainThatPanics() {
	cmd := newServeCommand(func(string) (summarize.Engine, error) { return panicking{}, nil })
	root := &cobra.Command{Use: "crux"}
	root.AddCommand(cmd)
	if err := root.Execute(); err != nil {
		os.Exit(exitFailed)
	}
}

var discarding = slog.New(slog.DiscardHandler)

type panicking struct{}

func (panicking) Read(context.Context, *summarize.Transcript, func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	panic("the engine lost its head")
}

// server is a Discord server in the fake, with crux serve running against it as a process.
type server struct {
	*fakediscord.Discord
	t     testing.TB
	guild string
	dir   string

	mu      sync.Mutex
	process *exec.Cmd
	log     *bytes.Buffer
}

func newServer(t testing.TB) *server {
	d := fakediscord.New(t)
	d.Progress = func(p fakediscord.Posted) bool {
		return len(p.Embeds) == 0 && strings.ContainsAny(p.Content, "⏳📖⚖") || strings.HasSuffix(p.Content, "…")
	}
	return &server{Discord: d, t: t, guild: d.AddGuild("Athens"), dir: t.TempDir()}
}

// seed is the thread that crux was made for: a question, two people, three open objections.
const seed = "inner-alignment-solved"

// agora is a server whose channel #agora holds the seed thread.
type agora struct {
	*server
	agora             string
	ids               []string // of its messages
	commenter, author string
}

func newAgora(t testing.TB) *agora {
	s := newServer(t)
	channel := s.text("agora")
	ids, people := s.debate(channel, seed)
	return &agora{server: s, agora: channel, ids: ids, commenter: people["commenter"], author: people["post-author"]}
}

// serve starts crux under a name and waits until it is connected.
func (s *server) serve(name string, env ...string) {
	s.t.Helper()
	s.start(name, env...)
	s.WaitReady(1)
	s.WaitCommands("debate")
}

// command is crux as a process that knows of the fake.
func (s *server) command(name, verb string, env ...string) *exec.Cmd {
	s.t.Helper()
	binary, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	return &exec.Cmd{
		Path: binary,
		Args: []string{name, verb},
		Env: append([]string{
			"CRUX_DISCORD_TOKEN=" + s.Token,
			"CRUX_DISCORD_API_URL=" + s.URL(),
			"CRUX_DISCORD_GUILD_ID=" + s.guild,
			"CRUX_STORE_URL=sqlite://" + filepath.Join(s.dir, "crux.db"),
			"CRUX_LIMITS_PERSON=1000", "CRUX_LIMITS_SERVER=1000",
			"XDG_CONFIG_HOME=" + s.dir, "HOME=" + s.dir, "GORACE=atexit_sleep_ms=0",
		}, env...),
	}
}

// start starts crux serve.
func (s *server) start(name string, env ...string) {
	s.t.Helper()
	s.log = &bytes.Buffer{}
	s.process = s.command(name, "serve", env...)
	s.process.Stderr = writer(func(b []byte) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.log.Write(b)
	})
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	process := s.process
	s.t.Cleanup(func() {
		if process.ProcessState == nil {
			s.stop(syscall.SIGTERM)
		}
		if strings.Contains(s.logged(), s.Token) {
			s.t.Error("the log holds the token")
		}
		if s.t.Failed() {
			s.t.Logf("crux serve said:\n%s", s.logged())
		}
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func (s *server) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// stop ends the process and returns its exit code, -1 where a signal ended it.
func (s *server) stop(signal os.Signal) int {
	s.t.Helper()
	if err := s.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Error(err)
	}
	return s.wait()
}

func (s *server) wait() int {
	s.t.Helper()
	hung := time.AfterFunc(s.Patience, func() { _ = s.process.Process.Kill() })
	defer hung.Stop()
	_ = s.process.Wait() // the exit code says it
	return s.process.ProcessState.ExitCode()
}

// debate posts a debate of testdata in a channel and returns the ids of its messages and
// the members by name.
func (s *server) debate(channel, name string) (ids []string, people map[string]string) {
	s.t.Helper()
	read, err := transcript.Open("../../summarize/testdata/debates/"+name+".json", transcript.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	people, posted := map[string]string{}, map[string]string{}
	for _, m := range read.Transcript.Messages {
		if people[m.Author] == "" {
			people[m.Author] = s.AddMember(s.guild, m.Author)
		}
		id := s.Post(channel, fakediscord.Message{
			Author: people[m.Author], Text: m.Text, ReplyTo: posted[m.ReplyTo], Bot: m.Bot, At: m.Time,
		})
		posted[m.ID] = id
		ids = append(ids, id)
	}
	return ids, people
}

// seedTexts are the three posts of the seed thread.
func (s *server) seedTexts() []string {
	s.t.Helper()
	read, err := transcript.Open("../../summarize/testdata/debates/"+seed+".json", transcript.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	var texts []string
	for _, m := range read.Transcript.Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// holds reports whether a file has these bytes; one that is not there has none.
func holds(t *testing.T, path, words string) bool {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return bytes.Contains(content, []byte(words))
}

func (s *server) text(name string) string {
	return s.AddChannel(s.guild, fakediscord.Channel{Name: name})
}

func (s *server) ask(user, channel, command string, options ...fakediscord.Option) *fakediscord.Interaction {
	return s.Interact(fakediscord.Use{User: user, Channel: channel, Name: "debate " + command, Options: options})
}

func option(name string, value any) fakediscord.Option {
	return fakediscord.Option{Name: name, Value: value}
}
