package fakeslack

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// answer is what a method answers.
type answer = object

func ok(more object) answer { return merge(object{"ok": true}, more) }

// refuse is an error as Slack words it.
func refuse(code string) answer { return object{"ok": false, "error": code} }

// call is one call of a method; s.mu is held meanwhile.
type call struct {
	method string
	args   url.Values
}

func (c *call) get(name string) string { return c.args.Get(name) }

// is says whether an argument is true.
func (c *call) is(name string) bool { return slices.Contains([]string{"1", "true", "t"}, c.get(name)) }

// said returns a bool that may not have been sent, nil then.
func (c *call) said(name string) *bool {
	if !c.args.Has(name) {
		return nil
	}
	is := c.is(name)
	return &is
}

const maxBody = 64 << 20

// handler serves the Web API, sockets, response URLs, uploads and files.
func (s *Slack) handler() http.Handler {
	methods := s.methods()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if websocket.IsWebSocketUpgrade(r) {
			s.serveSocket(w, r)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return // the client has gone
		}
		if r.URL.Query().Has("token") || strings.Contains(r.URL.String(), s.BotToken) || strings.Contains(r.URL.String(), s.AppToken) {
			s.violation("%s: a token in the address", r.URL.Path)
		}
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		last := parts[len(parts)-1]
		log := &Request{Method: last, Args: url.Values{}, Body: body, At: time.Now()}
		switch parts[0] {
		case "api":
			s.serveMethod(w, r, log, methods)
		case "actions":
			log.Method = "response_url"
			s.serve(w, r, log, func(out http.ResponseWriter) { s.serveResponse(out, log, last) })
		case "upload":
			log.Method = "upload"
			s.serve(w, r, log, func(out http.ResponseWriter) { s.serveUpload(out, r, log, last) })
		case "files-pri":
			s.serveFile(w, r, parts)
		default:
			s.violation("unknown address: %s %s", r.Method, r.URL.Path)
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

// serve logs a request, lets the faults at it, and carries it out.
func (s *Slack) serve(w http.ResponseWriter, r *http.Request, log *Request, carryOut func(http.ResponseWriter)) {
	s.arrived(log)
	out := &wire.Recorder{ResponseWriter: w}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		log.Status = out.Status
		s.notify()
	}()
	if !s.interfere(out, log, r.Context().Done()) {
		reply := wire.NewReply()
		carryOut(reply)
		if s.traffic.Finish(log, r.Context().Done()) && !s.takeLoss(log) {
			reply.Send(out)
		}
	}
	if out.Status == 0 {
		panic(http.ErrAbortHandler) // net/http breaks the connection off
	}
}

func send(w http.ResponseWriter, a answer) { sendStatus(w, http.StatusOK, a) }

func sendStatus(w http.ResponseWriter, status int, a answer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(mustJSON(a))
}

func (s *Slack) serveMethod(w http.ResponseWriter, r *http.Request, log *Request, methods map[string]method) {
	args, token, problem := s.arguments(r, log)
	log.Args = args
	s.serve(w, r, log, func(out http.ResponseWriter) {
		if problem != "" {
			s.refused(log, problem)
			send(out, refuse(problem))
			return
		}
		raw, code, scopes := s.callNow(log, methods, token)
		if code == "ratelimited" {
			tooMany(out, throttleEvery)
			return
		}
		out.Header().Set("X-OAuth-Scopes", scopes)
		out.Header().Set("Content-Type", "application/json; charset=utf-8")
		out.WriteHeader(http.StatusOK)
		_, _ = out.Write(raw)
	})
}

// refused notes the error with which a request is answered.
func (s *Slack) refused(log *Request, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	log.Error = code
}

// callNow carries a call out under the lock.
func (s *Slack) callNow(log *Request, methods map[string]method, token string) (raw json.RawMessage, code, scopes string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.call(&call{log.Method, log.Args}, methods, token)
	code, _ = a["error"].(string)
	log.Error = code
	return mustJSON(a), code, strings.Join(s.scopesNow(), ",")
}

func (s *Slack) serveResponse(w http.ResponseWriter, log *Request, secret string) {
	status, a := s.respond(secret, log.Body)
	if code, is := a["error"].(string); is {
		s.refused(log, code)
	}
	if status == http.StatusOK {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("ok"))
		return
	}
	sendStatus(w, status, a)
}

// call authorizes a call and carries it out.
func (s *Slack) call(c *call, methods map[string]method, token string) answer {
	m, known := methods[c.method]
	if !known {
		s.violate("unknown method: %s", c.method)
		return refuse("unknown_method")
	}
	if m.token != noToken {
		wanted, other := s.BotToken, s.AppToken
		if m.token == appToken {
			wanted, other = other, wanted
		}
		switch {
		case token == "":
			return refuse("not_authed")
		case token == other:
			return refuse("not_allowed_token_type")
		case token != wanted:
			return refuse("invalid_auth")
		case s.revoked:
			s.late++
			if s.late > maxLate {
				s.violate("%s: call %d after the app was removed", c.method, s.late)
			}
			return refuse("account_inactive")
		}
	}
	if !s.granted(m.scope) {
		return s.missing(m.scope)
	}
	return m.serve(c)
}

// maxLate is how many calls after its removal an app may need to understand.
const maxLate = 10

// arguments reads a call's arguments and its token, from the header or from among them.
func (s *Slack) arguments(r *http.Request, log *Request) (args url.Values, token, problem string) {
	args = r.URL.Query()
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var body url.Values
	switch kind {
	case "application/json":
		body, problem = jsonArguments(log.Body)
	case "multipart/form-data":
		body, problem = multipartArguments(log.Body, params["boundary"])
	default:
		var err error
		if body, err = url.ParseQuery(string(log.Body)); err != nil {
			problem = "invalid_form_data"
		}
	}
	if problem != "" {
		s.violation("%s: %s", log.Method, problem)
	}
	for key, values := range body {
		args[key] = values
	}
	token = args.Get("token")
	args.Del("token")
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
		token = bearer
	}
	return args, token, problem
}

func jsonArguments(body []byte) (url.Values, string) {
	args := url.Values{}
	if len(bytes.TrimSpace(body)) == 0 || string(bytes.TrimSpace(body)) == "null" {
		return args, ""
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return args, "invalid_json"
	}
	for key, raw := range fields {
		var text string
		switch {
		case string(raw) == "null":
		case json.Unmarshal(raw, &text) == nil:
			args.Set(key, text)
		default:
			args.Set(key, string(raw))
		}
	}
	return args, ""
}

func multipartArguments(body []byte, boundary string) (url.Values, string) {
	args := url.Values{}
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil {
		return args, "invalid_form_data"
	}
	for key, values := range form.Value {
		args[key] = values
	}
	return args, ""
}
