package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"crux/bot/gate"
	"crux/bot/platformtest/fakeslack"
	"crux/summarize/llm/fakevendor"
)

// On Slack too nothing goes to the model before the workspace's managers allowed it, nor after they took that back; and then
// without names, and without what bots say, what was deleted, and what those wrote who opted out.
func TestSlackModel(t *testing.T) {
	t.Parallel()
	s, v := newWorkspace(t), newVendor(t)
	s.secrets = append(s.secrets, modelKey)
	admin := s.AddUser(fakeslack.User{Name: "admin", Admin: true})
	zenobia, ben := s.AddUser(fakeslack.User{Name: rareName}), s.AddUser(fakeslack.User{Name: "Benedict Umlaut"})
	carol := s.AddUser(fakeslack.User{Name: "Carolina Opting"})
	agora := s.channel("agora", admin, zenobia, ben, carol)
	s.Post(agora, fakeslack.Message{Author: zenobia, Text: queueDebate[0]})
	s.Post(agora, fakeslack.Message{Author: ben, Text: "<@" + zenobia + "> " + queueDebate[1]})
	s.Post(agora, fakeslack.Message{Author: carol, Text: "Benedict Umlaut is right, and Zenobia Quillfeather is all " + rareWord + "."})
	s.Post(agora, fakeslack.Message{Author: zenobia, Text: "Deployed. " + botWord, Bot: true})
	s.Delete(agora, s.Post(agora, fakeslack.Message{Author: ben, Text: goneWord}))
	s.serve("crux", v.env...)
	dm := s.AddDM(carol)
	ts := s.Post(dm, fakeslack.Message{Author: carol, Text: "opt out"})
	reads(t, s.WaitMessage(dm, func(p fakeslack.Posted) bool { return p.Author == s.Bot && p.ID > ts }), "You opted out.")

	summary := func(words ...string) {
		t.Helper()
		reads(t, s.command(ben, agora, "summary").Final(), words...)
	}
	const here, there = "Read by machine (embedded", "Read by machine (openai (careful)"
	summary(here)
	if n := v.asked(); n > 0 {
		t.Fatalf("%d prompts went though nobody allowed it", n)
	}
	shown := s.command(ben, agora, "privacy model").Final()
	reads(t, shown, "careful", v.host, "Who manages the whole server can allow it")
	if _, found := shown.Button("Allow it"); found {
		t.Error("who does not manage the workspace may decide it")
	}
	consent := func(label, says string) {
		t.Helper()
		asked := s.command(admin, agora, "privacy model")
		reads(t, asked.Final(), "careful", v.host)
		reads(t, asked.Press(label).Final(), says)
	}
	consent("Allow it", "From now on a language model reads this server's debates")
	summary(there, wholeQuestion, fromQueue, rareName)
	v.neverSaw(rareName, "Zenobia", "Quillfeather", "Benedict", "Umlaut", "Carolina", rareWord, botWord, goneWord, zenobia, ben, carol)
	want := fmt.Sprintf(`crux_model_prompts_total{outcome="answered",platform="slack",server="%s"} %d`, s.Team, v.asked())
	if figures := s.figures(); !strings.Contains(figures, want+"\n") {
		t.Errorf("%q is not in\n%s", want, lines(figures, "crux_model"))
	}

	v.Otherwise(func(fakevendor.Request) fakevendor.Answer {
		return fakevendor.Answer{Status: http.StatusServiceUnavailable, Error: "server_error"}
	})
	s.Post(agora, fakeslack.Message{Author: ben, Text: "Not of any weight."})
	summary(here, "had too much to do")

	before := v.asked()
	consent("Don't allow it", "From now on nothing that is written in this server goes to a language model.")
	s.Post(agora, fakeslack.Message{Author: ben, Text: "Not of much weight either."})
	summary(here)
	if n := v.asked() - before; n > 0 {
		t.Errorf("%d prompts went after consent was taken back", n)
	}
}

// SIGTERM comes while the model thinks; the one answer comes after the restart.
func TestSlackModelRestarts(t *testing.T) {
	t.Parallel()
	s, v := newWorkspace(t), newVendor(t)
	ann, ben := s.AddUser(fakeslack.User{Name: "ann"}), s.AddUser(fakeslack.User{Name: "ben"})
	agora := s.channel("agora", ann, ben)
	for i, text := range queueDebate {
		s.Post(agora, fakeslack.Message{Author: []string{ann, ben}[i], Text: text})
	}
	came := make(chan struct{}, 1)
	v.Otherwise(func(fakevendor.Request) fakevendor.Answer {
		came <- struct{}{}
		return fakevendor.Answer{End: fakevendor.Silent}
	})
	s.serve("crux", v.env...)
	s.decide(gate.Account{Platform: "slack", Server: s.Team}, v.host, true)
	ts := s.Mention(ben, agora, "", "")
	await(t, came)
	s.WaitDelivered()
	s.waitPlaceholderKept()
	if code := s.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	v.Otherwise(answerAs)
	s.start("crux", v.env...)
	answer := s.WaitMessage(agora, func(p fakeslack.Posted) bool {
		return p.Author == s.Bot && p.Thread == ts && strings.Contains(p.Visible(), wholeQuestion)
	})
	s.stop(syscall.SIGTERM)
	s.answersOnce(agora, answer.Thread)
}
