package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// archive is a town with a store of its own beside what is said there, so that either may lack what the
// other has. It counts what is asked of both.
type archive struct {
	*townStore
	messages map[Place][]summarize.Message
	threads  map[Place]Place // channels by thread, as the store knows them
	newest   []Place         // threads, the one with the newest message first
	// fault, if not nil, is of PutLedger, and lost of Ledger.
	fault, lost error
	described   []string
	ledgerReads int
}

// archivist is the platform of an archive.
type archivist struct {
	*town
	a *archive
}

func (p archivist) Describe(ctx context.Context, of Place) (Channel, error) {
	p.a.described = append(p.a.described, of.Channel)
	return p.town.Describe(ctx, of)
}

// History refuses places that are gone as it refuses those that may not be read.
func (p archivist) History(ctx context.Context, of Place, r Range, progress func(int)) (History, error) {
	if _, err := p.see(of); err != nil {
		return History{}, Refusef("I can't read that.")
	}
	return p.town.History(ctx, of, r, progress)
}

func newArchive(t *testing.T) *archive {
	c := newTown(t)
	return &archive{townStore: c.kept, messages: map[Place][]summarize.Message{}, threads: map[Place]Place{}}
}

// process is a bot on the archive that has read in everything. judging, if not nil, is called before each judgement.
func (a *archive) process(t *testing.T, most int, judging func()) *Bot {
	b := New(Options{
		Platform: archivist{a.town, a}, Storage: a, Summarizer: summarize.Summarizer{Engine: watchedEngine{judging: judging}}, Engine: "marked",
		Queue: NewQueue(2), Limits: Limits{Person: 1000, Server: 1000, Messages: most}, Retention: 90 * day, Log: slog.New(slog.DiscardHandler), Now: a.clock,
	})
	t.Cleanup(b.Close)
	if err := b.following.load(t.Context(), a, a.Name()); err != nil {
		t.Fatal(err)
	}
	connection := b.following.connect()
	for _, w := range a.watch {
		b.following.catchUp(w.Place, connection)
	}
	for thread := range a.threads {
		b.following.catchUp(thread, connection)
	}
	return b
}

// tell says something that the store keeps too.
func (a *archive) tell(p Place, author, text, replyTo string) string {
	id := a.say(p, author, text, replyTo)
	a.messages[p] = append(a.messages[p], a.said[p][len(a.said[p])-1])
	return id
}

// thread adds a thread of a channel, which becomes the one with the newest message.
func (a *archive) thread(of Place) Place {
	p := a.channel("thread", "ann", "bob")
	a.channels[p.Channel].Channel = Channel{Name: "thread", Parent: of.Channel, Thread: true}
	a.threads[p] = of
	a.newest = slices.Insert(a.newest, 0, p)
	return p
}

// unsay deletes a message on the platform alone.
func (a *archive) unsay(p Place, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said[p] = slices.DeleteFunc(slices.Clone(a.said[p]), func(m summarize.Message) bool { return m.ID == id })
	a.gone[id] = true
}

// words are all that the ledger of a channel holds.
func (a *archive) words(p Place) string {
	var all []string
	for _, e := range a.ledgers[p].Entries {
		for _, q := range e.AllQuotes() {
			all = append(all, q.Text)
		}
	}
	return strings.Join(all, "; ")
}

func (a *archive) Ledger(ctx context.Context, platform string, p Place) (Ledger, error) {
	a.ledgerReads++
	if a.lost != nil {
		return Ledger{}, a.lost
	}
	return a.townStore.Ledger(ctx, platform, p)
}

func (a *archive) PutLedger(ctx context.Context, platform string, p Place, l Ledger) error {
	if a.fault != nil {
		return a.fault
	}
	return a.townStore.PutLedger(ctx, platform, p, l)
}

func (a *archive) Kept(_ context.Context, _ string, p Place, last int) ([]string, bool, error) {
	all := a.messages[p]
	if len(all) == 0 {
		return nil, false, ErrNotKept
	}
	var ids []string
	for _, m := range all[max(0, len(all)-last):] {
		ids = append(ids, m.ID)
	}
	return ids, true, nil
}

func (a *archive) Messages(_ context.Context, _ string, p Place, r Range) (History, error) {
	all := a.messages[p]
	return History{Messages: slices.Clone(all[max(0, len(all)-r.Last):]), Names: townNames(), Whole: true}, nil
}

func (a *archive) PutMessages(context.Context, string, Place, string, []summarize.Message, map[string]string) error {
	return nil
}

func (a *archive) RemoveMessages(_ context.Context, _ string, p Place, ids []string) error {
	a.messages[p] = slices.DeleteFunc(slices.Clone(a.messages[p]), func(m summarize.Message) bool { return slices.Contains(ids, m.ID) })
	return nil
}

func (a *archive) RemovePlace(_ context.Context, _ string, p Place) error {
	delete(a.messages, p)
	delete(a.threads, p)
	return nil
}

func (a *archive) Unwatch(context.Context, string, Place) (int, error) { return 0, ErrNotKept }

func (a *archive) ThreadsKept(_ context.Context, _ string, p Place) ([]Place, error) {
	return slices.DeleteFunc(slices.Clone(a.newest), func(thread Place) bool { return a.threads[thread] != p }), nil
}

func (a *archive) Parent(_ context.Context, _ string, p Place) (string, error) {
	return a.threads[p].Channel, nil
}

func (a *archive) PostsQuoting(context.Context, string, Place, []string) ([]Post, error) {
	return nil, nil
}

func (a *archive) PostsFrom(context.Context, string, Place) ([]Post, error) { return nil, nil }

// watchedEngine is markedEngine, and tells when it judges.
type watchedEngine struct {
	markedEngine
	judging func()
}

func (e watchedEngine) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	if e.judging != nil {
		e.judging()
	}
	return e.markedEngine.Read(ctx, t, progress)
}

func upToDate(t *testing.T, b *Bot, p Place) {
	t.Helper()
	if _, err := b.bringUpToDate(t.Context(), p, false, func(Progress) {}); err != nil {
		t.Fatal(err)
	}
}

// A fault, or an end of crux, between the ledger and the store leaves the deletion to be found again.
func TestADeletionThatFailsHalfwayIsMadeUpFor(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	point := a.tell(agora, "ann", "+ tabs are fine", "")
	objection := a.tell(agora, "bob", "- they are wide", point)
	b := a.process(t, 100, nil)
	upToDate(t, b, agora)
	if got := a.words(agora); !strings.Contains(got, "wide") {
		t.Fatalf("the ledger holds %q", got)
	}

	a.fault = errors.New("disk full")
	a.unsay(agora, objection)
	b.Removed(t.Context(), agora, objection)
	if len(a.messages[agora]) != 2 {
		t.Fatal("the store lost the message though the ledger could not, so that nothing finds it gone")
	}
	if b.following.live(agora) {
		t.Error("all is taken to have reached the store")
	}

	a.fault = nil
	upToDate(t, b, agora)
	if got := a.words(agora); strings.Contains(got, "wide") {
		t.Errorf("the ledger holds %q", got)
	}
	if len(a.messages[agora]) != 1 {
		t.Errorf("the store holds %v", a.messages[agora])
	}
}

// While one process judges what it read, another hears that some of it was deleted.
func TestWhatAnotherProcessRemovedIsNotMerged(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	thread := a.thread(agora)
	point := a.tell(agora, "ann", "+ tabs are fine", "")
	a.tell(agora, "bob", "- they are wide", point)
	objection := a.tell(thread, "bob", "- they are slow", point)
	other := a.process(t, 100, nil)
	judged := 0
	b := a.process(t, 100, func() {
		if judged++; judged == 1 {
			other.Removed(t.Context(), thread, objection)
		}
	})
	upToDate(t, b, agora)
	if got := a.words(agora); strings.Contains(got, "slow") || !strings.Contains(got, "wide") {
		t.Errorf("the ledger holds %q", got)
	}
	if judged != 2 {
		t.Errorf("it was judged %d times", judged)
	}
}

// A deletion in a followed channel's thread is heeded, and one elsewhere costs no ledger.
func TestADeletionConcernsTheLedgerOfItsChannelAlone(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	forum := a.watched("forum", "ann", "bob")
	thread := a.thread(agora)
	point := a.tell(agora, "ann", "+ tabs are fine", "")
	objection := a.tell(thread, "bob", "- they are slow", point)
	b := a.process(t, 100, nil)
	upToDate(t, b, agora)
	upToDate(t, b, forum)

	a.ledgerReads = 0
	b.Removed(t.Context(), Place{Server: "S", Channel: point}, point) // a thread that may have grown from it
	b.Removed(t.Context(), a.channel("elsewhere", "ann"), "1")
	if a.ledgerReads > 0 {
		t.Errorf("%d ledgers were read", a.ledgerReads)
	}
	b.Removed(t.Context(), thread, objection)
	if got := a.words(agora); strings.Contains(got, "slow") {
		t.Errorf("the ledger holds %q", got)
	}
}

// What was deleted from an archived thread during a gap is found gone, and so is a whole thread.
func TestArchivedThreadsAreComparedAfterAGap(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	archived, deleted := a.thread(agora), a.thread(agora)
	point := a.tell(agora, "ann", "+ tabs are fine", "")
	slow := a.tell(archived, "bob", "- they are slow", point)
	a.tell(archived, "bob", "- they are wide", point)
	a.tell(deleted, "bob", "- they are old", point)
	b := a.process(t, 100, nil)
	upToDate(t, b, agora)
	for _, word := range []string{"slow", "wide", "old"} {
		if got := a.words(agora); !strings.Contains(got, word) {
			t.Fatalf("the ledger holds %q", got)
		}
	}

	b.Interrupted()
	a.unsay(archived, slow)
	a.channels[deleted.Channel].closed = true
	if err := b.catchUpAll(t.Context(), b.following.connect()); err != nil {
		t.Fatal(err)
	}
	if got := a.words(agora); strings.Contains(got, "slow") || strings.Contains(got, "old") || !strings.Contains(got, "wide") {
		t.Errorf("the ledger holds %q", got)
	}
	if len(a.messages[archived]) != 1 || len(a.messages[deleted]) != 0 {
		t.Errorf("the store holds %v", a.messages)
	}
}

// Of many threads those with the newest messages are read, and no more asked about than one other.
func TestOldThreadsAreNotReadWhereNewerOnesFillTheTranscript(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	older, old, lately := a.thread(agora), a.thread(agora), a.thread(agora)
	a.tell(older, "ann", "+ an older point", "")
	ancient := a.tell(old, "ann", "+ an old point", "")
	for _, text := range []string{"one", "two", "three", "four"} {
		a.tell(lately, "ann", "+ "+text, "")
	}
	a.tell(agora, "ann", "+ five", "")
	b := a.process(t, 3, nil)
	j, err := b.join(t.Context(), agora, Channel{Name: "agora"})
	if err != nil {
		t.Fatal(err)
	}
	defer j.end()
	if slices.Contains(a.described, older.Channel) {
		t.Error("a thread was asked about that is older than one that is not needed")
	}
	var got []string
	for _, m := range j.transcript("discord", "agora").Messages {
		got = append(got, m.Text)
	}
	if diff := cmp.Diff([]string{"+ three", "+ four", "+ five"}, got); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	if read := j.sources(j.transcript("discord", "agora")); slices.ContainsFunc(read, func(s Source) bool { return s.Place == old || slices.Contains(s.Messages, ancient) }) {
		t.Errorf("read %v", read)
	}

	// Everything is read where there is room for it.
	b = a.process(t, 100, nil)
	whole, err := b.join(t.Context(), agora, Channel{Name: "agora"})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.end()
	if n := len(whole.transcript("discord", "agora").Messages); n != 7 {
		t.Errorf("%d messages", n)
	}
}

// What could not be followed up is tried again though nothing more is said.
func TestFollowingUpIsTriedAgainAfterAFault(t *testing.T) {
	a := newArchive(t)
	agora := a.watched("agora", "ann", "bob")
	point := a.tell(agora, "ann", "+ tabs are fine", "")
	a.tell(agora, "bob", "- they are wide", point)
	b := a.process(t, 100, nil)
	b.following.touch(agora, "")
	a.lost = errors.New("disk lost")
	if err := b.followTouched(t.Context()); !errors.Is(err, a.lost) {
		t.Fatalf("got error %v", err)
	}
	a.lost = nil
	if err := b.followTouched(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := a.words(agora); !strings.Contains(got, "wide") {
		t.Errorf("the ledger holds %q", got)
	}
}
