package slack

import (
	"context"
	"slices"
	"testing"

	"crux/bot"
	"crux/bot/platformtest"
	fake "crux/bot/platformtest/fakeslack"
)

// forgetful keeps deliveries, and loses what is noted of them, as where crux is killed before that.
type forgetful struct{ *suiteDeliveries }

func (forgetful) Amend(context.Context, string, string, []byte) error { return nil }
func (forgetful) Settle(context.Context, string, string) error        { return nil }

// Crux may be killed after an answer was posted and before that was noted. Then the answer
// takes the place of the one that stands there.
func TestAnAnswerIsNotPostedTwice(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"to a mention", "to a mention in a thread", "in direct messages", "to a press"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fake.New(t)
			asInstalled(s)
			s.AllowHost("acme.slack.com")
			ann := s.AddUser(fake.User{Name: "ann"})
			agora := s.AddChannel(fake.Channel{Name: "agora", Members: []string{ann}})
			root := s.Post(agora, fake.Message{Author: ann, Text: "root"})
			oracle := platformtest.NewOracle(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
				a := listed(r.Command, bot.List{Items: []bot.Item{leases()["open"]}})
				a.Request = r
				return a, nil
			})
			kept, runs := &suiteDeliveries{}, 0
			run := func(deliveries bot.DeliveryStorage, during func()) {
				a := reader(t, s, func(o *Options) { o.Deliveries = deliveries })
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- a.run(ctx, oracle) }()
				runs++
				s.WaitConnected(runs * sockets)
				during()
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				s.WaitDisconnected()
			}
			channel := agora
			var list fake.Posted
			if name == "to a press" {
				run(kept, func() { list = s.Command(fake.Use{User: ann, Channel: agora, Text: "open"}).Final() })
			}
			isPosted := func(p fake.Posted) bool { return p.Author == s.Bot && len(p.Buttons()) > 0 }
			run(forgetful{kept}, func() {
				switch name {
				case "to a mention":
					s.Mention(ann, agora, "", "open")
				case "to a mention in a thread":
					s.Mention(ann, agora, root, "open")
				case "in direct messages":
					channel = s.AddDM(ann)
					s.Post(channel, fake.Message{Author: ann, Text: "open in <#" + agora + ">"})
				case "to a press":
					s.Press(ann, list, "Post here")
				}
				s.WaitMessage(channel, isPosted)
			})
			first := slices.DeleteFunc(s.Messages(channel), func(p fake.Posted) bool { return p.Author != s.Bot })
			run(kept, func() {
				s.WaitMessage(channel, func(p fake.Posted) bool { return isPosted(p) && p.Edits > 0 })
			})
			got := slices.DeleteFunc(s.Messages(channel), func(p fake.Posted) bool { return p.Author != s.Bot })
			if len(first) != 1 || len(got) != 1 || got[0].ID != first[0].ID {
				t.Errorf("after the restart there are %d answers, before there were %d", len(got), len(first))
			}
		})
	}
}
