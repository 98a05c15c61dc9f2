package fakediscord

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"time"
)

// payload is what a client sends to make or change a message. What is nil was not sent.
type payload struct {
	Content         *string         `json:"content"`
	Embeds          *[]Embed        `json:"embeds"`
	Components      *[]Component    `json:"components"`
	AllowedMentions json.RawMessage `json:"allowed_mentions"`
	Flags           *int            `json:"flags"`
	Nonce           json.RawMessage `json:"nonce"`
	EnforceNonce    bool            `json:"enforce_nonce"`
	Reference       *struct {
		MessageID       string `json:"message_id"`
		FailIfNotExists *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
	Attachments *[]struct {
		ID          json.RawMessage `json:"id"`
		Filename    string          `json:"filename"`
		Description string          `json:"description"`
	} `json:"attachments"`
	Choices []Choice `json:"choices"`
	// Of a dialog:
	CustomID string `json:"custom_id"`
	Title    string `json:"title"`

	files map[string]File // by their number, as the attachments name them
	order []string
}

// response is a callback to an interaction.
type response struct {
	Type int      `json:"type"`
	Data *payload `json:"data"`
}

func (d *Discord) payload(c *call) (*payload, answer, bool) {
	p := &payload{}
	refusal, good := d.form(c, p, p)
	return p, refusal, good
}

// form decodes a JSON body, or a form of one and files, which go to filesOf.
func (d *Discord) form(c *call, into any, filesOf *payload) (answer, bool) {
	kind, params, err := mime.ParseMediaType(c.kind)
	if err != nil || kind != "multipart/form-data" {
		return d.decode(c, into)
	}
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	found := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			d.violate("%s carried a malformed form", c.name)
			return invalid("malformed form"), false
		}
		data, err := io.ReadAll(part)
		if err != nil {
			d.violate("%s carried a form that breaks off", c.name)
			return invalid("malformed form"), false
		}
		if part.FormName() == "payload_json" {
			inner := *c
			inner.body, found = data, true
			if refusal, good := d.decode(&inner, into); !good {
				return refusal, false
			}
			continue
		}
		filesOf.addFile(part.FormName(), File{Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data})
	}
	if !found {
		d.violate("%s carried a form without payload_json", c.name)
		return invalid("payload_json is missing"), false
	}
	return answer{}, true
}

func (p *payload) addFile(form string, f File) {
	n := strings.TrimSuffix(strings.TrimPrefix(form, "files["), "]")
	if p.files == nil {
		p.files = map[string]File{}
	}
	p.files[n] = f
	p.order = append(p.order, n)
}

// fill lays what was sent over a message. New files are added; of the old ones,
// those stay that the attachments name, or all if there are no attachments.
func (d *Discord) fill(m *message, p *payload) {
	if p.Content != nil {
		m.content = *p.Content
	}
	if p.Embeds != nil {
		m.embeds = *p.Embeds
		for i := range m.embeds {
			m.embeds[i].Type = "rich"
		}
	}
	if p.Components != nil {
		m.components = *p.Components
	}
	if p.AllowedMentions != nil {
		m.allowed = p.AllowedMentions
	}
	if p.Flags != nil {
		kept := m.flags & (FlagEphemeral | FlagLoading)
		m.flags = kept | *p.Flags&^(FlagEphemeral|FlagLoading)
	}
	m.flags &^= FlagLoading
	described := map[string]string{}
	if p.Attachments != nil {
		var kept []attachment
		for _, a := range *p.Attachments {
			described[text(a.ID)] = a.Description
			for _, old := range m.files {
				if old.id == text(a.ID) {
					kept = append(kept, old)
				}
			}
		}
		m.files = kept
	}
	for _, n := range p.order {
		f := p.files[n]
		f.Description = described[n]
		m.files = append(m.files, attachment{id: d.mint(time.Time{}), File: f})
	}
}
