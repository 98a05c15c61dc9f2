package slack

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
)

const (
	// formReword is the callback id of the form in which somebody says what they meant.
	formReword = "crux1_reword"
	// formInput is the id of its block and of the input in it.
	formInput = "words"
	// triggerLife is how long Slack lets a press open a form.
	triggerLife = 3 * time.Second
)

// form is what a form carries: which item it is about, and where the answer is to be seen.
type form struct {
	Token   string `json:"token"`
	Item    string `json:"item"`
	Channel string `json:"channel"`
	Thread  string `json:"thread,omitempty"`
}

// submission is a form that somebody filled in.
type submission struct {
	ID       string `json:"id"`
	Hash     string `json:"hash"`
	Callback string `json:"callback_id"`
	// Private is the form's, as openForm wrote it.
	Private string `json:"private_metadata"`
	State   struct {
		Values map[string]map[string]struct {
			Value string `json:"value"`
		} `json:"values"`
	} `json:"state"`
}

// form is what the form carried, zero where it is none of ours.
func (s *submission) form() form {
	var f form
	if s.Callback != formReword || json.Unmarshal([]byte(s.Private), &f) != nil ||
		!isChannel(f.Channel) || (f.Thread != "" && !isTS(f.Thread)) || !isKey(f.Token) || !isKey(f.Item) {
		return form{}
	}
	return f
}

// words are what was written in it.
func (s *submission) words() string {
	return strings.TrimSpace(s.State.Values[formInput][formInput].Value)
}

// openForm asks what the asker meant. Slack waits for it no longer than triggerLife.
func (t *talk) openForm(ctx context.Context, f form) error {
	if t.a.o.Now().Sub(t.d.at) > triggerLife {
		return errFormLate
	}
	view, err := drawForm(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, triggerLife, errFormLate)
	defer cancel()
	err = t.a.rest.do(ctx, "views.open", false, func(ctx context.Context, c *api.Client) error {
		_, err := c.OpenViewContext(ctx, t.interaction.Trigger, view)
		return err
	})
	if hasCode(err, "expired_trigger_id", "trigger_expired", "invalid_trigger_id", "exchanged_trigger_id", "trigger_exchanged") || errors.Is(err, bot.ErrThrottled) {
		return &bot.Refusal{Reason: errFormLate.Reason, Err: err}
	}
	return err
}

// errFormLate is said where the form did not come in time.
var errFormLate = bot.Refusef("Slack gave me too little time to ask you. Press the button again.")

// drawForm is the form in which somebody says what they meant.
func drawForm(f form) (api.ModalViewRequest, error) {
	private, err := json.Marshal(f)
	if err != nil {
		return api.ModalViewRequest{}, err
	}
	input := api.NewPlainTextInputBlockElement(nil, formInput)
	input.Multiline, input.MinLength, input.MaxLength, input.FocusOnLoad = true, 1, bot.LongestCorrection, true
	return api.ModalViewRequest{
		Type:            api.VTModal,
		CallbackID:      formReword,
		PrivateMetadata: string(private),
		Title:           plainText(bot.SayReword),
		Submit:          plainText("Save"),
		Close:           plainText("Cancel"),
		Blocks: api.Blocks{BlockSet: []api.Block{
			api.NewInputBlock(formInput, plainText("In your own words"), plainText(bot.SayRewordHint), input),
		}},
	}, nil
}

// submitted is what a form asks for that somebody filled in.
func (t *talk) submitted(ctx context.Context) (asked, error) {
	f, words := t.interaction.View.form(), t.interaction.View.words()
	switch {
	case f == form{}:
		return asked{}, bot.Refusef("I don't know this form any more. Ask again with %s.", slashCommand)
	case words == "":
		return asked{}, bot.Refusef("Say what you meant in a few words, and press the button again.")
	}
	r, err := t.b.Again(ctx, f.Token, t.asker, t.here)
	if err != nil {
		return asked{}, err
	}
	return asked{request: bot.ActReword.Apply(r, f.Item, words)}, nil
}

// delivered is the id of what was delivered, the same whenever that happens again. A form may come without a trigger.
func (i *interaction) delivered() string {
	if i.Trigger == "" && i.View.ID != "" {
		return i.View.ID + "/" + i.View.Hash
	}
	return i.Trigger
}
