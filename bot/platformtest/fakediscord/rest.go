package fakediscord

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"crux/bot/platformtest/wire"
)

// answer is what a route answers: a status and a body, nil for none.
type answer struct {
	status int
	body   any
}

func ok(body any) answer { return answer{http.StatusOK, body} }

var noContent = answer{http.StatusNoContent, nil}

// refuse is an error as Discord words it.
func refuse(status, code int, message string) answer {
	return answer{status, object{"message": message, "code": code}}
}

// Errors of Discord's that more than one route gives.
var (
	unknownChannel     = refuse(404, 10003, "Unknown Channel")
	unknownGuild       = refuse(404, 10004, "Unknown Guild")
	unknownMember      = refuse(404, 10007, "Unknown Member")
	unknownMessage     = refuse(404, 10008, "Unknown Message")
	unknownUser        = refuse(404, 10013, "Unknown User")
	unknownWebhook     = refuse(404, 10015, "Unknown Webhook")
	unknownInteraction = refuse(404, 10062, "Unknown interaction")
	unknownCommand     = refuse(404, 10063, "Unknown application command")
	missingAccess      = refuse(403, 50001, "Missing Access")
	missingPermissions = refuse(403, 50013, "Missing Permissions")
)

func invalid(what string) answer {
	return answer{http.StatusBadRequest, object{
		"message": "Invalid Form Body", "code": 50035,
		"errors": object{"_errors": []object{{"code": "FAKE", "message": what}}},
	}}
}

// call is one request on its way through a route; d.mu is held meanwhile.
type call struct {
	path  func(name string) string
	query url.Values
	body  []byte
	kind  string // content type
	name  string // method and path, for violations
}

const maxBody = 32 << 20

// handler serves REST, the gateway and the files.
func (d *Discord) handler() http.Handler {
	routes := d.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if websocket.IsWebSocketUpgrade(r) {
			d.serveGateway(w, r)
			return
		}
		if name, found := strings.CutPrefix(r.URL.Path, "/attachments/"); found {
			d.serveFile(w, r, name)
			return
		}
		d.serveREST(w, r, routes)
	})
}

func (d *Discord) serveREST(w http.ResponseWriter, r *http.Request, routes http.Handler) {
	p, found := strings.CutPrefix(r.URL.Path, "/api/v9")
	if !found {
		p, found = strings.CutPrefix(r.URL.Path, "/api/v10")
	}
	if !found {
		d.mu.Lock()
		d.violate("unknown address: %s %s", r.Method, r.URL.Path)
		d.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return // the client has gone
	}
	logged := &Request{Method: r.Method, Path: p, Query: r.URL.RawQuery, Body: body, At: time.Now()}
	d.arrived(logged)
	out := &wire.Recorder{ResponseWriter: w}
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		logged.Status = out.Status
		d.notify()
	}()
	if !needsNoToken(p) && r.Header.Get("Authorization") != "Bot "+d.Token {
		send(out, answer{http.StatusUnauthorized, object{"message": "401: Unauthorized", "code": 0}})
		return
	}
	if wait := d.overGlobalLimit(p, time.Now()); wait > 0 {
		out.Header().Set("X-RateLimit-Global", "true")
		out.Header().Set("X-RateLimit-Scope", "global")
		send(out, answer{http.StatusTooManyRequests, object{"message": "You are being rate limited.", "retry_after": wait.Seconds(), "global": true}})
		return
	}
	if d.interfere(out, logged, r.Context().Done()) {
		if out.Status == 0 {
			panic(http.ErrAbortHandler) // net/http breaks the connection off
		}
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = p, ""
	inner.Body = io.NopCloser(bytes.NewReader(body))
	reply := wire.NewReply()
	routes.ServeHTTP(reply, inner)
	if !d.traffic.Finish(logged, r.Context().Done()) || d.takeLoss(logged) {
		panic(http.ErrAbortHandler)
	}
	reply.Send(out)
}

// needsNoToken says of which routes the path itself carries a token.
func needsNoToken(p string) bool {
	return p == "/gateway" || strings.HasPrefix(p, "/webhooks/") || strings.HasPrefix(p, "/interactions/")
}

func send(w http.ResponseWriter, a answer) {
	limitHeaders(w.Header())
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	raw, err := json.Marshal(a.body)
	if err != nil {
		panic("fakediscord: an answer cannot be encoded: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(raw)
}

// routes is the table of what the fake knows. Whatever else is asked for is a violation.
func (d *Discord) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(*call) answer{
		"GET /gateway":                                                 d.getGateway,
		"GET /gateway/bot":                                             d.getGatewayBot,
		"GET /users/@me":                                               d.getMe,
		"GET /users/@me/guilds":                                        d.getMyGuilds,
		"POST /users/@me/channels":                                     d.openDM,
		"GET /users/{user}":                                            d.getUser,
		"GET /applications/@me":                                        d.getApplication,
		"GET /oauth2/applications/@me":                                 d.getApplication,
		"GET /guilds/{guild}":                                          d.getGuild,
		"GET /guilds/{guild}/roles":                                    d.getRoles,
		"GET /guilds/{guild}/channels":                                 d.getChannels,
		"GET /guilds/{guild}/members/{user}":                           d.getMember,
		"GET /guilds/{guild}/threads/active":                           d.getActiveThreads,
		"GET /channels/{channel}":                                      d.getChannel,
		"POST /channels/{channel}/typing":                              d.postTyping,
		"GET /channels/{channel}/thread-members":                       d.getThreadMembers,
		"GET /channels/{channel}/thread-members/{user}":                d.getThreadMember,
		"PUT /channels/{channel}/thread-members/@me":                   d.joinThread,
		"GET /channels/{channel}/threads/archived/public":              d.getArchivedThreads,
		"GET /channels/{channel}/threads/archived/private":             d.getArchivedThreads,
		"GET /channels/{channel}/messages":                             d.getMessages,
		"GET /channels/{channel}/messages/{message}":                   d.getMessage,
		"POST /channels/{channel}/messages":                            d.createMessage,
		"PATCH /channels/{channel}/messages/{message}":                 d.editMessage,
		"DELETE /channels/{channel}/messages/{message}":                d.deleteMessage,
		"POST /interactions/{interaction}/{token}/callback":            d.callback,
		"POST /webhooks/{app}/{token}":                                 d.createFollowup,
		"GET /webhooks/{app}/{token}/messages/{message}":               d.getWebhookMessage,
		"PATCH /webhooks/{app}/{token}/messages/{message}":             d.editWebhookMessage,
		"DELETE /webhooks/{app}/{token}/messages/{message}":            d.deleteWebhookMessage,
		"GET /applications/{app}/commands":                             d.getCommands,
		"POST /applications/{app}/commands":                            d.createCommand,
		"PUT /applications/{app}/commands":                             d.replaceCommands,
		"GET /applications/{app}/commands/{command}":                   d.getCommand,
		"PATCH /applications/{app}/commands/{command}":                 d.editCommand,
		"DELETE /applications/{app}/commands/{command}":                d.deleteCommand,
		"GET /applications/{app}/guilds/{guild}/commands":              d.getCommands,
		"POST /applications/{app}/guilds/{guild}/commands":             d.createCommand,
		"PUT /applications/{app}/guilds/{guild}/commands":              d.replaceCommands,
		"GET /applications/{app}/guilds/{guild}/commands/{command}":    d.getCommand,
		"PATCH /applications/{app}/guilds/{guild}/commands/{command}":  d.editCommand,
		"DELETE /applications/{app}/guilds/{guild}/commands/{command}": d.deleteCommand,
		"/": func(c *call) answer {
			d.violate("unknown route: %s", c.name)
			return refuse(404, 0, "404: Not Found")
		},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			c := &call{r.PathValue, r.URL.Query(), body, r.Header.Get("Content-Type"), r.Method + " " + r.URL.Path}
			send(w, d.serve(c, serve))
		})
	}
	return mux
}

func (d *Discord) serve(c *call, route func(*call) answer) answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return route(c)
}

// decode reads a JSON body; malformed JSON is a violation.
func (d *Discord) decode(c *call, into any) (answer, bool) {
	if err := json.Unmarshal(c.body, into); err != nil {
		d.violate("%s carried malformed JSON: %v", c.name, err)
		return refuse(400, 50109, "The request body contains invalid JSON."), false
	}
	return answer{}, true
}

func (d *Discord) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) == 3 {
		if data, found := d.file(parts[0], parts[1]); found {
			_, _ = w.Write(data)
			return
		}
	}
	http.NotFound(w, r)
}

func (d *Discord) file(channel, id string) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.channels[channel]
	if c == nil {
		return nil, false
	}
	standing := c.messages
	for _, m := range d.ephemeral {
		if m.channel == c {
			standing = append(standing[:len(standing):len(standing)], m)
		}
	}
	for _, m := range standing {
		for _, f := range m.files {
			if f.id == id {
				return f.Data, true
			}
		}
	}
	return nil, false
}
