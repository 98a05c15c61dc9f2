package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"regexp"
	"strings"
	"testing"

	"crux/summarize/llm/fakevendor"
)

// modelKey is the key that the vendor of newModels wants.
const modelKey = "k3y-s3cr3t"

// newModels starts a vendor that processes can reach: OpenAI's protocol at /v1 of the URL,
// Anthropic's at it. Its models are careful, which reads as it should, idle, which finds
// nothing, plain, which takes no schema, prose, which doesn't answer as it is told, busy and broke.
func newModels(t *testing.T) (url string, vendor *fakevendor.Vendor) {
	t.Helper()
	vendor = fakevendor.New(t, modelKey)
	vendor.Otherwise(answerAs)
	mux := http.NewServeMux()
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", r.In.Host },
		Transport: vendor.Client().Transport,
		ErrorLog:  log.New(io.Discard, "", 0), // of clients that have gone
	}
	mux.HandleFunc("POST /v1/", func(w http.ResponseWriter, r *http.Request) {
		// A server closes the body of a request when it begins to answer, which may be before the proxy has seen its end.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+modelKey && r.Header.Get("X-Api-Key") != modelKey {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprint(w, `{"object":"list","data":[{"id":"careful"},{"id":"idle"},{"id":"prose"},{"id":"busy"},{"id":"broke"}]}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL, vendor
}

func answerAs(r fakevendor.Request) fakevendor.Answer {
	var body struct{ Model string }
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return fakevendor.Answer{Status: http.StatusBadRequest, Error: "invalid_request_error"}
	}
	switch body.Model {
	case "plain":
		if r.Schema != "" {
			return fakevendor.Answer{Status: fakevendor.LlamaCpp.Status, Body: fakevendor.LlamaCpp.Body}
		}
		return fakevendor.Answer{Text: readWithCare(r)}
	case "careful", "claude-sonnet-5-5":
		return fakevendor.Answer{Text: readWithCare(r)}
	case "idle":
		return fakevendor.Answer{Text: `{"debates":[]}`}
	case "prose":
		return fakevendor.Answer{Text: "They talk about a queue, and I would rather not take sides."}
	case "busy":
		return fakevendor.Answer{Status: http.StatusTooManyRequests, Error: "rate_limit_error"}
	case "broke":
		return fakevendor.Answer{Status: http.StatusPaymentRequired, Error: "billing_error"}
	}
	return fakevendor.Answer{Status: http.StatusNotFound, Error: "not_found_error"}
}

var sheetLine = regexp.MustCompile(`(?m)^\{"n":(\d+),"by":"([^"]*)".*(polling loses messages|nobody drains the queue)`)

// objectionID is what a prompt calls the objection that is to be judged.
var objectionID = regexp.MustCompile(`"id":"((?:d[0-9]+)?o[0-9]+)"`)

// readWithCare reports the one debate that there is in the tests, between who wants a queue and who asks who drains it.
func readWithCare(r fakevendor.Request) string {
	if strings.Contains(r.Schema+strings.Join(r.Turns, ""), `"verdicts"`) {
		id := objectionID.FindStringSubmatch(strings.Join(r.Turns, "\n"))
		if id == nil {
			return `{"verdicts":[]}`
		}
		return fmt.Sprintf(`{"verdicts":[{"objection":%q,"why":"Nobody came back to it.","status":"unanswered","responses":[],"sure":0.9}]}`, id[1])
	}
	found := sheetLine.FindAllStringSubmatch(strings.Join(r.Turns, "\n"), -1)
	if len(found) < 2 {
		return `{"debates":[]}`
	}
	point, objection := found[0], found[1]
	return fmt.Sprintf(`{"debates":[{"question":"Should we ship the queue?","messages":"%[1]s-%[3]s",
"sides":[{"id":"A","label":"ship the queue","members":[%[2]q]},{"id":"B","label":"not before it is drained","members":[%[4]q]}],"neutral":[],
"points":[{"id":"p1","side":"A","gist":"Polling loses messages.","quotes":[{"n":%[1]s,"text":"polling loses messages"}]}],
"objections":[{"id":"o1","side":"B","gist":"Nobody drains the queue.","target":"p1","quotes":[{"n":%[3]s,"text":"nobody drains the queue"}]}],
"agreements":[]}]}`, point[1], point[2], objection[1], objection[2])
}
