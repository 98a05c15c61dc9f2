package slack

import (
	"encoding/json"
	"errors"
)

// command is a slash command that somebody typed.
type command struct {
	Channel string `json:"channel_id"`
	User    string `json:"user_id"`
	Text    string `json:"text"`
	Hook    string `json:"response_url"`
	Trigger string `json:"trigger_id"`
}

// commandDelivery is the delivery of a command. It comes without an id, but no two have the same trigger.
func commandDelivery(raw json.RawMessage) (delivery, error) {
	var c command
	if err := json.Unmarshal(raw, &c); err != nil {
		return delivery{}, err
	}
	if c.Trigger == "" || c.Channel == "" || c.User == "" {
		return delivery{}, errors.New("no command")
	}
	kept, err := json.Marshal(c)
	return delivery{Kind: aCommand, ID: c.Trigger, Raw: kept}, err
}

// interaction is a button that somebody pressed, a form that they filled in, or a shortcut that they chose on a message.
type interaction struct {
	Type     string `json:"type"`
	Callback string `json:"callback_id"`
	Trigger  string `json:"trigger_id"`
	Hook     string `json:"response_url"`
	User     struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message struct {
		TS     string `json:"ts"`
		Thread string `json:"thread_ts"`
	} `json:"message"`
	Container struct {
		Channel     string `json:"channel_id"`
		TS          string `json:"message_ts"`
		Thread      string `json:"thread_ts"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		ID    string `json:"action_id"`
		Value string `json:"value"`
		Time  string `json:"action_ts"`
	} `json:"actions"`
	View submission `json:"view,omitzero"`
}

// Types of interaction.
const (
	blockActions  = "block_actions"
	messageAction = "message_action"
	viewSubmitted = "view_submission"
)

// interactionDelivery is the delivery of an interaction, of which only that is kept which answering needs.
func interactionDelivery(raw json.RawMessage) (delivery, error) {
	var i interaction
	if err := json.Unmarshal(raw, &i); err != nil {
		return delivery{}, err
	}
	if i.Type != viewSubmitted {
		i.View = submission{} // the home, whose buttons lead elsewhere
	}
	if i.delivered() == "" || i.User.ID == "" {
		return delivery{}, errors.New("no interaction")
	}
	kept, err := json.Marshal(i)
	return delivery{Kind: anInteraction, ID: i.delivered(), Raw: kept}, err
}
