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
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"crux/bot/platformtest/fakediscord"
	"crux/bot/store"
	"crux/summarize"
	"crux/summarize/transcript"
)

// cruxThatPanics is the name under which the test binary runs as a crux whose engine panics.
const cruxThatPanics = "crux-that-panics"

func mainThatPanics() {
	runServe(makings{own: func() (ownEngine, error) { return panicking{}, nil }})
}

// runServe is a crux that serves, made of something else than usual.
func runServe(m makings) {
	root := &cobra.Command{Use: "crux"}
	root.AddCommand(newServeCommand(m))
	if err := root.Execute(); err != nil {
		os.Exit(exitFailed)
	}
}

var discarding = slog.New(slog.DiscardHandler)

type panicking struct{}

func (panicking) Read(context.Context, *summarize.Transcript, func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	panic("the engine lost its head")
}

func (panicking) Conversations(context.Context, *summarize.Transcript) ([][]string, error) {
	panic("the engine lost its head")
}

// process is crux as a process, with a folder of its own.
type process struct {
	t   testing.TB
	dir string
	// env is where it finds what it is to talk to, and secrets what it may tell nobody.
	env, secrets []string

	cmd *exec.Cmd

	mu    sync.Mutex
	heard *sync.Cond // of more in the log
	log   *bytes.Buffer
}

func newProcess(t testing.TB, secrets, env []string) *process {
	p := &process{t: t, dir: t.TempDir(), secrets: secrets, env: env}
	p.heard = sync.NewCond(&p.mu)
	empty, err := emptyStore()
	if err == nil {
		err = os.WriteFile(filepath.Join(p.dir, "crux.db"), empty, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// emptyStore is a store in which nothing is, all of it in the one file that Close leaves. To copy it takes a tenth of
// the time of making one.
var emptyStore = sync.OnceValues(func() (empty []byte, err error) {
	dir, err := os.MkdirTemp("", "crux-store")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "crux.db")
	kept, err := store.Open(context.Background(), "sqlite://"+file, discarding)
	if err != nil {
		return nil, err
	}
	if err := kept.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// command is crux as a process under a name.
func (p *process) command(name, verb string, env ...string) *exec.Cmd {
	p.t.Helper()
	binary, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	common := []string{
		"CRUX_STORE_URL=sqlite://" + filepath.Join(p.dir, "crux.db"),
		"CRUX_LIMITS_PERSON=1000", "CRUX_LIMITS_SERVER=1000",
		"XDG_CONFIG_HOME=" + p.dir, "HOME=" + p.dir, "GORACE=atexit_sleep_ms=0",
	}
	return &exec.Cmd{Path: binary, Args: []string{name, verb}, Env: slices.Concat(common, p.env, env)}
}

// start starts crux serve.
func (p *process) start(name string, env ...string) {
	p.t.Helper()
	p.log = &bytes.Buffer{}
	cmd := p.command(name, "serve", env...)
	cmd.Stderr = writer(func(b []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		defer p.heard.Broadcast()
		return p.log.Write(b)
	})
	p.cmd = cmd
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if cmd.ProcessState == nil {
			p.stop(syscall.SIGTERM)
		}
		for _, secret := range p.secrets {
			if strings.Contains(p.logged(), secret) {
				p.t.Error("the log holds a secret")
			}
		}
		if p.t.Failed() {
			p.t.Logf("crux serve said:\n%s", p.logged())
		}
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// waitLogged waits until these words stand in the log.
func (p *process) waitLogged(words string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	isLate := false
	defer time.AfterFunc(30*time.Second, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		isLate = true
		p.heard.Broadcast()
	}).Stop()
	for !strings.Contains(p.log.String(), words) {
		if isLate {
			p.t.Fatalf("waited in vain for %q in the log", words)
		}
		p.heard.Wait()
	}
}

// stop ends the process and returns its exit code, -1 where a signal ended it.
func (p *process) stop(signal os.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
	return p.wait()
}

func (p *process) wait() int {
	p.t.Helper()
	hung := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer hung.Stop()
	_ = p.cmd.Wait() // the exit code says it
	return p.cmd.ProcessState.ExitCode()
}

// doctor runs crux doctor, and returns what it printed and its exit code.
func (p *process) doctor(env ...string) (string, int) {
	p.t.Helper()
	command := p.command("crux", "doctor", env...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil && command.ProcessState == nil {
		p.t.Fatal(err)
	}
	for _, secret := range p.secrets {
		if strings.Contains(out.String(), secret) {
			p.t.Error("crux doctor prints a secret")
		}
	}
	return out.String(), command.ProcessState.ExitCode()
}

// server is a Discord server in the fake, with crux serve running against it as a process.
type server struct {
	*fakediscord.Discord
	*process
	guild string
}

func newServer(t testing.TB) *server {
	d := fakediscord.New(t)
	d.Progress = func(p fakediscord.Posted) bool {
		return len(p.Embeds) == 0 && strings.ContainsAny(p.Content, "⏳📖⚖") || strings.HasSuffix(p.Content, "…")
	}
	guild := d.AddGuild("Athens")
	return &server{Discord: d, guild: guild, process: newProcess(t, []string{d.Token}, []string{
		"CRUX_DISCORD_TOKEN=" + d.Token, "CRUX_DISCORD_API_URL=" + d.URL(), "CRUX_DISCORD_GUILD_ID=" + guild,
	})}
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

// debate posts a debate of testdata in a channel and returns the ids of its messages and
// the members by name.
func (s *server) debate(channel, name string) (ids []string, people map[string]string) {
	s.t.Helper()
	return s.debateUntil(channel, name, time.Time{})
}

// debateUntil posts a debate that ends at a time; zero is when it did.
func (s *server) debateUntil(channel, name string, end time.Time) (ids []string, people map[string]string) {
	s.t.Helper()
	read, err := transcript.Open("../../summarize/testdata/debates/"+name+".json", transcript.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	people, posted := map[string]string{}, map[string]string{}
	messages := read.Transcript.Messages
	var later time.Duration
	if !end.IsZero() {
		later = end.Sub(messages[len(messages)-1].Time)
	}
	for _, m := range messages {
		if people[m.Author] == "" {
			people[m.Author] = s.AddMember(s.guild, m.Author)
		}
		id := s.Post(channel, fakediscord.Message{
			Author: people[m.Author], Text: m.Text, ReplyTo: posted[m.ReplyTo], Bot: m.Bot, At: m.Time.Add(later),
		})
		posted[m.ID] = id
		ids = append(ids, id)
	}
	return ids, people
}

func (s *server) seedTexts() []string { return seedTexts(s.t) }

// seedTexts are the three posts of the seed thread.
func seedTexts(t testing.TB) []string {
	t.Helper()
	read, err := transcript.Open("../../summarize/testdata/debates/"+seed+".json", transcript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range read.Transcript.Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// holds reports whether a file has these bytes; one that is not there has none.
func holds(t testing.TB, path, words string) bool {
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
