package bot

import (
	"context"
	"fmt"
	"strings"

	"crux/bot/gate"
)

// What stands on the buttons under who reads a server's messages.
const (
	sayAllowModel  = "Allow it"
	sayForbidModel = "Don't allow it"
)

// modelOrder answers who reads a server's messages, and takes in what somebody who manages the server decides of that.
func (b *Bot) modelOrder(ctx context.Context, r Request) (*Answer, error) {
	switch {
	case r.Here.Server == "" && r.Privacy.Action == ShowModel:
		return &Answer{Said: sayReadHere + " Who reads what is written in a server is said in its channels: ask me there."}, nil
	case r.Here.Server == "":
		return nil, Refusef("That concerns a server. Ask for it in a channel of that server.")
	case b.o.Model == nil:
		return &Answer{Said: sayReadHere + " " + sayNoModel}, nil
	}
	refused := b.o.Platform.MayManageServer(ctx, r.Asker, r.Here.Server)
	if refused != nil && refusal(refused) == nil {
		return nil, refused
	}
	terms := b.o.Model.Gate.To().Terms()
	switch {
	case r.Privacy.Action == ShowModel, r.Privacy.Action == AllowModel && r.Privacy.Terms != terms && refused == nil:
		return b.askForModel(ctx, r, refused == nil)
	case refused != nil:
		return nil, refused
	}
	given := r.Privacy.Action == AllowModel
	if err := b.o.Model.Gate.Decide(ctx, b.account(r.Here.Server), given, r.Asker); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	to := b.o.Model.Gate.To()
	a := &Answer{Said: "From now on nothing that is written in this server goes to a language model. I read it myself. What went there before can't be called back."}
	what := "kept this server's messages from the language model"
	if given {
		a.Said = "From now on a language model reads this server's debates: " + modelWords(to) + ". You can take that back at any time: " + sayHowToForbid
		what = "let a language model read this server's messages: " + to.Terms()
	}
	b.note(ctx, r.Asker, Place{Server: r.Here.Server}, what)
	return a, nil
}

// askForModel says who reads, what it means to have the language model read, and offers whoever may decide that to do so.
func (b *Bot) askForModel(ctx context.Context, r Request, mayDecide bool) (*Answer, error) {
	reads, allowed, err := b.readBy(ctx, r)
	if err != nil {
		return nil, err
	}
	to := b.o.Model.Gate.To()
	lines := []string{reads}
	if !allowed {
		lines = append(lines, "If that is allowed:")
	}
	lines = append(lines,
		"• What I am asked about in this server goes to "+to.Vendor+" to be read, and so does what is written in channels that I follow here; private channels that I am in too.",
		"• "+namesWords(to),
		"• Messages of programs, and of members who opted out (/debate privacy), don't go there. What was deleted before doesn't either; what went there can't be called back.",
		"• "+budgetWords(b.o.Model.Gate.Budget()),
		"• The model may change; the vendor doesn't without a new question to those who manage this server.",
		"• Who manages the whole server can take that back at any time: "+sayHowToForbid+" From then on nothing goes there.",
	)
	a := &Answer{}
	if mayDecide {
		a.Request = r
		a.Request.Privacy = PrivacyOrder{Action: ShowModel, Terms: to.Terms()}
		if !allowed {
			a.Offers = append(a.Offers, Offer{Action: ActAllowModel, Label: sayAllowModel})
		}
		a.Offers = append(a.Offers, Offer{Action: ActForbidModel, Label: sayForbidModel})
	} else {
		lines = append(lines, "Who manages the whole server can allow it here.")
	}
	a.Said = strings.Join(lines, "\n")
	return a, nil
}

const (
	sayReadHere = "What is written here is read on the machine that runs me, and goes to nobody else."
	sayNoModel  = "Whoever runs me has set up no language model."
	// What is in quotation marks is a choice where there are choices, and is typed where people type.
	sayHowToForbid = "/debate privacy, and there “forbid the language model”."
	sayHowToDecide = "Who manages the whole server decides that: /debate privacy, and there “language model”."
)

// readerWords say who reads the messages of the server in which r is asked, and how that is decided.
func (b *Bot) readerWords(ctx context.Context, r Request) (string, error) {
	words, _, err := b.readBy(ctx, r)
	if err == nil && b.o.Model != nil && r.Here.Server != "" {
		words += " " + sayHowToDecide
	}
	return words, err
}

// readBy says who reads the messages of the server in which r is asked, and whether that is a language model.
func (b *Bot) readBy(ctx context.Context, r Request) (words string, isModel bool, err error) {
	server := r.Here.Server
	if b.o.Model == nil || server == "" {
		return sayReadHere, false, nil
	}
	g := b.o.Model.Gate
	c, err := g.Consent(ctx, b.account(server))
	if err != nil {
		return "", false, fmt.Errorf("bot: %w", err)
	}
	to := g.To()
	if c.Given && c.Terms == to.Terms() {
		return "What is written here is read by a language model: " + modelWords(to) + ". " + b.decided(ctx, r, c, "allowed"), true, nil
	}
	words = sayReadHere + " Whoever runs me would have a language model read it: " + modelWords(to) + ". "
	switch {
	case c.Given:
		words += "What was allowed before is something else: " + c.Terms + "."
	case c.At.IsZero():
		words += "Nobody who manages this server has allowed that."
	default:
		words += b.decided(ctx, r, c, "did not allow")
	}
	return words, false, nil
}

// decided says who decided, and when.
func (b *Bot) decided(ctx context.Context, r Request, c gate.Consent, verb string) string {
	who := b.namesKnown(ctx, r.Asker, r.Here.Server)[c.By]
	if who == "" {
		who = "Somebody who manages this server"
	}
	return who + " " + verb + " that on " + stamp(c.At) + "."
}

// modelWords is how a model and who runs it are called.
func modelWords(to gate.Destination) string {
	words := to.Model + " by " + to.Vendor
	if to.Private {
		words = to.Model + " on " + to.Vendor + ", in the network of whoever runs me"
	}
	return words
}

func namesWords(to gate.Destination) string {
	if to.Named {
		return "People's names go there with what they wrote."
	}
	return "People's names don't go there: they are called P1, P2 and so on, also in what others write, as far as I recognize them."
}

func budgetWords(budget gate.Budget) string {
	bounds := boundsOf(budget)
	if bounds == "" {
		return "Whoever runs me has set no bound to what that may cost in a day."
	}
	return "At most " + bounds + " go into that in a day. After that I read here myself for the rest of the day, and say so."
}

// boundsOf is a budget in words, "" where there is none.
func boundsOf(budget gate.Budget) string {
	var bounds []string
	if budget.Tokens > 0 {
		bounds = append(bounds, Count(budget.Tokens, "token"))
	}
	if budget.USD > 0 {
		bounds = append(bounds, dollars(budget.USD))
	}
	return strings.Join(bounds, " and ")
}

func dollars(usd float64) string { return english.Sprintf("%.2f US dollars", usd) }
