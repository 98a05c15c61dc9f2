package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/gate"
	"crux/bot/platformtest/fakediscord"
	"crux/summarize/llm/fakevendor"
)

const (
	// wholeQuestion is the question of the debate in the model's words.
	wholeQuestion = "Should we ship the queue?"
	// fromQueue is what is objected in it, verbatim.
	fromQueue = "nobody drains the queue"
	// botWord is said by another bot alone, and goneWord in a message that was deleted.
	botWord, goneWord = "antidisestablishmentarianism", "honorificabilitudinitatibus"
)

// queueDebate is what is said about the queue, each by somebody else.
var queueDebate = []string{
	"I think we should ship the queue, because polling loses messages every single night.",
	"I disagree: nobody drains the queue when its worker dies, so that messages would be lost all the same.",
}

// vendor is somebody who has a model, of whom a process was told.
type vendor struct {
	*fakevendor.Vendor
	t testing.TB
	// host is how people call them.
	host string
	env  []string
}

// newVendor starts the vendor of newModels.
func newVendor(t *testing.T) *vendor {
	url, fake := newModels(t)
	return &vendor{Vendor: fake, t: t, host: strings.TrimPrefix(url, "http://"), env: []string{
		"CRUX_ENGINE_NAME=openai", "CRUX_ENGINE_MODEL=careful", "CRUX_ENGINE_BASE_URL=" + url + "/v1",
		"CRUX_ENGINE_API_KEY=" + modelKey, "CRUX_ENGINE_RETRIES=0", "CRUX_HTTP_LISTEN=127.0.0.1:0",
	}}
}

// asked is how many prompts came.
func (v *vendor) asked() int { return len(v.Requests()) }

// neverSaw checks that prompts came, and that none of these words was in one.
func (v *vendor) neverSaw(words ...string) {
	v.t.Helper()
	if v.asked() == 0 {
		v.t.Error("the model was never asked")
	}
	for _, r := range v.Requests() {
		body := strings.ToLower(string(r.Body))
		for _, w := range words {
			if strings.Contains(body, strings.ToLower(w)) {
				v.t.Errorf("%q went to the model", w)
			}
		}
	}
}

// decide keeps what the server decided about a vendor.
func (p *process) decide(a gate.Account, terms string, given bool) {
	p.t.Helper()
	c := gate.Consent{Terms: terms, Given: given, By: "owner", At: time.Now().UTC()}
	if err := p.open(p.t).SetConsent(p.t.Context(), a, c); err != nil {
		p.t.Fatal(err)
	}
}

var servedAt = regexp.MustCompile(`health and metrics are served.*?address"?[=:]"?([0-9.:]+)`)

// figures is what /metrics shows.
func (p *process) figures() string {
	p.t.Helper()
	p.waitLogged("health and metrics are served")
	at := servedAt.FindStringSubmatch(p.logged())
	if at == nil {
		p.t.Fatal("nobody says where the figures are")
	}
	return fetched(p.t, "http://"+at[1]+"/metrics")
}

// queueRoom is a server whose channel #agora holds the debate about the queue, with a vendor for its bot.
type queueRoom struct {
	*server
	*vendor
	t          *testing.T
	agora      string
	zenobia    string
	ben, carol string
}

func newQueueRoom(t *testing.T) *queueRoom {
	s, v := newServer(t), newVendor(t)
	s.secrets = append(s.secrets, modelKey)
	r := &queueRoom{
		server: s, vendor: v, t: t, agora: s.text("agora"),
		zenobia: s.AddMember(s.guild, rareName), ben: s.AddMember(s.guild, "Benedict Umlaut"), carol: s.AddMember(s.guild, "Carolina Opting"),
	}
	first := s.Post(r.agora, fakediscord.Message{Author: r.zenobia, Text: queueDebate[0]})
	s.Post(r.agora, fakediscord.Message{Author: r.ben, Text: "<@" + r.zenobia + "> " + queueDebate[1], ReplyTo: first})
	s.Post(r.agora, fakediscord.Message{Author: r.carol, Text: "Benedict Umlaut is right, and Zenobia Quillfeather is all " + rareWord + "."})
	s.Post(r.agora, fakediscord.Message{Author: r.zenobia, Text: "Deployed. " + botWord, Bot: true})
	s.Delete(r.agora, s.Post(r.agora, fakediscord.Message{Author: r.ben, Text: goneWord}))
	return r
}

// serveModel starts crux with the vendor's model.
func (r *queueRoom) serveModel(env ...string) {
	r.t.Helper()
	r.serve("crux", append(r.vendor.env, env...)...)
}

func (r *queueRoom) account() gate.Account {
	return gate.Account{Platform: "discord", Server: r.guild}
}

// consents has the owner of the server say yes or no.
func (r *queueRoom) consents(given bool) {
	r.t.Helper()
	label, words := "Don't allow it", "From now on nothing that is written in this server goes to a language model."
	if given {
		label, words = "Allow it", "From now on a language model reads this server's debates"
	}
	shown := r.ask(r.Owner(r.guild), r.agora, "privacy", option("action", string(bot.ShowModel)))
	says(r.t, shown.Final(), "careful", r.host)
	says(r.t, shown.Press(label).Final(), words)
}

// more has something more said, so that no report in memory is an answer.
func (r *queueRoom) more(text string) {
	r.Post(r.agora, fakediscord.Message{Author: r.ben, Text: text})
}

func (r *queueRoom) summary() fakediscord.Posted {
	r.t.Helper()
	return r.ask(r.ben, r.agora, "summary").Final()
}

// readHere checks that the embedded engine answered.
func (r *queueRoom) readHere(answer fakediscord.Posted, words ...string) {
	r.t.Helper()
	says(r.t, answer, append(words, "Read by machine (embedded")...)
	saysNot(r.t, answer, wholeQuestion)
}

// readThere checks that the model answered.
func (r *queueRoom) readThere(answer fakediscord.Posted) {
	r.t.Helper()
	says(r.t, answer, wholeQuestion, fromQueue, rareName, "Read by machine (openai (careful)")
}

// Nothing goes to the model before the server's managers allowed it, nor after they took that back; and then without
// names, and without what bots say, what was deleted, and what those wrote who opted out.
func TestServeModelAfterConsent(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	r.serveModel()
	r.waitLogged("openai careful at " + r.host)
	says(t, r.ask(r.carol, r.agora, "privacy", option("action", string(bot.OptOut))).Final(), "You opted out.")
	r.readHere(r.summary())
	r.decide(r.account(), r.host+", with names", true)
	r.readHere(r.summary())
	r.decide(gate.Account{Platform: "slack", Server: r.guild}, r.host, true)
	r.more("Not of any weight.")
	r.readHere(r.summary())
	shown := r.ask(r.ben, r.agora, "privacy", option("action", string(bot.ShowModel))).Final()
	says(t, shown, "careful", "Who manages the whole server can allow it")
	if _, found := shown.Button("Allow it"); found {
		t.Error("who does not manage the server may decide it")
	}
	if n := r.asked(); n > 0 {
		t.Fatalf("%d prompts went though nobody allowed it", n)
	}

	r.consents(true)
	r.readThere(r.summary())
	r.neverSaw(rareName, "Zenobia", "Quillfeather", "Benedict", "Umlaut", "Carolina", rareWord, botWord, goneWord, r.zenobia, r.ben, r.carol)
	figures := r.figures()
	of := `{kind="input",platform="discord",server="` + r.guild + `"} `
	if !strings.Contains(figures, "crux_model_tokens_total"+of) || strings.Contains(figures, "crux_model_tokens_total"+of+"0\n") {
		t.Errorf("no tokens in\n%s", lines(figures, "crux_model"))
	}
	want := fmt.Sprintf(`crux_model_prompts_total{outcome="answered",platform="discord",server="%s"} %d`, r.guild, r.asked())
	if !strings.Contains(figures, want+"\n") {
		t.Errorf("%q is not in\n%s", want, lines(figures, "crux_model"))
	}
	days, err := r.open(t).SpentSince(t.Context(), r.account(), time.Now())
	if err != nil || len(days) != 1 || days[0].Prompts != r.asked() || days[0].Output == 0 {
		t.Errorf("spent %+v (%v)", days, err)
	}

	before := r.asked()
	r.consents(false)
	r.more("Not of much weight either.")
	r.readHere(r.summary())
	if n := r.asked() - before; n > 0 {
		t.Errorf("%d prompts went after consent was taken back", n)
	}
}

// Consent is taken back in the middle of a reading: no other prompt goes, and the answer comes from here.
func TestServeModelConsentTakenBackMeanwhile(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	r.serveModel()
	r.consents(true)
	r.Otherwise(func(asked fakevendor.Request) fakevendor.Answer {
		r.consents(false)
		return answerAs(asked)
	})
	r.readHere(r.summary(), "may not go to the language model")
	if n := r.asked(); n != 1 {
		t.Errorf("%d prompts went", n)
	}
}

// The budget of a day is a server's, and restarts do not renew it.
func TestServeModelBudget(t *testing.T) {
	t.Parallel()
	for name, budget := range map[string]string{"in tokens": "CRUX_ENGINE_BUDGET_TOKENS=40000", "in dollars": "CRUX_ENGINE_BUDGET_USD=0.4"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newQueueRoom(t)
			r.Otherwise(func(asked fakevendor.Request) fakevendor.Answer {
				a := answerAs(asked)
				a.Usage = &fakevendor.Usage{Input: 15_000, Output: 1000} // two prompts leave no room for a third
				return a
			})
			env := []string{budget, "CRUX_ENGINE_PRICE_INPUT=10", "CRUX_ENGINE_PRICE_OUTPUT=15"}
			r.serveModel(env...)
			r.consents(true)
			r.readThere(r.summary())
			if n := r.asked(); n != 2 {
				t.Fatalf("%d prompts went", n)
			}
			r.more("Not of any weight.")
			r.readHere(r.summary(), "today's budget for the language model is used up")
			r.stop(syscall.SIGTERM)
			r.start("crux", append(r.vendor.env, env...)...)
			r.WaitReady(2)
			r.more("Not of any weight.")
			r.readHere(r.summary(), "today's budget for the language model is used up")
			if n := r.asked(); n != 2 {
				t.Errorf("%d prompts went", n)
			}
		})
	}
}

// A budget that has no room for any prompt is told of at the start.
func TestServeModelBudgetForNothing(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	r.serveModel("CRUX_ENGINE_BUDGET_TOKENS=5000")
	r.waitLogged("no room for a single prompt")
	r.consents(true)
	r.readHere(r.summary(), "today's budget for the language model is used up")
	if n := r.asked(); n > 0 {
		t.Errorf("%d prompts went", n)
	}
}

// Where the model does not answer, the embedded engine does, and says why.
func TestServeModelFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer fakevendor.Answer
		env    []string
		why    string
	}{
		"busy":    {fakevendor.Answer{Status: http.StatusServiceUnavailable, Error: "server_error"}, nil, "had too much to do"},
		"hanging": {fakevendor.Answer{End: fakevendor.Silent}, []string{"CRUX_ENGINE_TIMEOUT=1s"}, "took too long"},
		"key":     {fakevendor.Answer{}, []string{"CRUX_ENGINE_API_KEY=an0ther-k3y"}, "did not accept the key"},
		"useless": {fakevendor.Answer{Text: "They talk about a queue."}, nil, "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newQueueRoom(t)
			r.secrets = append(r.secrets, "an0ther-k3y")
			r.Otherwise(func(fakevendor.Request) fakevendor.Answer { return c.answer })
			r.serveModel(c.env...)
			r.consents(true)
			r.readHere(r.summary(), c.why)
			if r.asked() == 0 {
				t.Error("the model was never asked")
			}
		})
	}
}

// SIGTERM comes while the model thinks.
func TestServeModelStopsDuringAnAnswer(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	came := make(chan struct{}, 1)
	r.Otherwise(func(fakevendor.Request) fakevendor.Answer {
		came <- struct{}{}
		return fakevendor.Answer{End: fakevendor.Silent}
	})
	r.serveModel()
	r.consents(true)
	i := r.ask(r.ben, r.agora, "summary")
	await(t, came)
	if code := r.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	says(t, i.Final(), "restarted")
}

// A request that waits for the model holds up nobody else, however few processors there are.
func TestServeModelHoldsUpNobody(t *testing.T) {
	t.Parallel()
	r := newQueueRoom(t)
	stoa := r.text("stoa")
	came, release := make(chan struct{}, 1), make(chan struct{})
	r.Otherwise(func(asked fakevendor.Request) fakevendor.Answer {
		if !strings.Contains(strings.Join(asked.Turns, ""), "elsewhere") {
			select {
			case came <- struct{}{}:
			default:
			}
			<-release
		}
		return answerAs(asked)
	})
	r.serveModel("GOMAXPROCS=1")
	r.consents(true)
	letGo := sync.OnceFunc(func() { close(release) })
	defer letGo()
	slow := r.ask(r.ben, r.agora, "summary")
	await(t, came)
	for _, text := range queueDebate {
		r.Post(stoa, fakediscord.Message{Author: r.zenobia, Text: text + " So it went elsewhere."})
	}
	says(t, r.ask(r.ben, stoa, "summary").Final(), "Read by machine (openai (careful)")
	letGo()
	r.readThere(slow.Final())
}

// await waits until something comes.
func await(t testing.TB, came <-chan struct{}) {
	t.Helper()
	select {
	case <-came:
	case <-time.After(30 * time.Second):
		t.Fatal("the model was never asked")
	}
}

// fetched is what is found at an address.
func fetched(t testing.TB, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// lines are those that begin in some way.
func lines(text, with string) string {
	var found []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, with) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}
