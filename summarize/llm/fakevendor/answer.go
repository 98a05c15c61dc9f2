package fakevendor

import "time"

// Answer is what a vendor does with one request.
type Answer struct {
	// Thought is what a reasoning model writes before its answer, Text the answer.
	Thought, Text string
	// End is how it ends: well, where it is "".
	End End
	// Usage is what the vendor says of the tokens; where it is nil, the fake counts. NoUsage
	// has it say nothing, as some servers do.
	Usage   *Usage
	NoUsage bool
	// Piece is how many bytes come at a time; 16 where it is 0.
	Piece int

	// Status, where it isn't 0, is what it answers instead, with Body or, where that is "",
	// with an error of the vendor's own form that is called Error.
	Status int
	Error  string
	Body   string
	// RetryAfter is how long the client must wait then; ShouldRetry is the header of that name.
	RetryAfter  time.Duration
	ShouldRetry string
	// Location is where a redirect leads.
	Location string
}

// Usage is what a vendor says that an answer cost: tokens read anew, read and put into its
// cache, read from there, and written.
type Usage struct{ Input, Kept, Cached, Output int }

// End is how an answer ends.
type End string

// The ends of an answer, which come after its text.
const (
	// TooLong is the bound on tokens, Full that on the model's context.
	TooLong End = "too long"
	Full    End = "full"
	// Refused is the model's own refusal, Filtered a filter's of the vendor.
	Refused  End = "refused"
	Filtered End = "filtered"
	// Cut breaks the connection off, Stopped ends the stream without an end to the answer.
	Cut     End = "cut"
	Stopped End = "stopped"
	// Failed is an error within the stream, called Answer.Error.
	Failed End = "failed"
	// Stalled says nothing more, Silent nothing at all, not even the headers.
	Stalled End = "stalled"
	Silent  End = "silent"
	// Endless repeats the text until the client goes.
	Endless End = "endless"
)

// Refusal is how a server refuses what it does not know.
type Refusal struct {
	Status int
	Body   string
}

// How servers say that they take no schema, or not this one. Each comes from its source or from
// what people report.
var (
	LlamaCpp   = Refusal{500, `{"error":{"code":500,"message":"response_format type must be one of \"text\" or \"json_object\", but got: json_schema","type":"server_error"}}`}
	VLLM       = Refusal{400, `{"object":"error","message":"[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\"}]","type":"BadRequestError","param":null,"code":400}`}
	Ollama     = Refusal{400, `{"error":{"message":"invalid format: expected \"json\" or a JSON schema","type":"invalid_request_error","param":null,"code":null}}`}
	OpenRouter = Refusal{404, `{"error":{"message":"No endpoints found that can handle the requested parameters.","code":404}}`}
	OpenAI     = Refusal{400, `{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","type":"invalid_request_error","param":"response_format","code":null}}`}
	FastAPI    = Refusal{422, `{"detail":[{"type":"literal_error","loc":["body","response_format","type"],"msg":"Input should be 'text'"}]}`}
	Anthropic  = Refusal{400, `{"type":"error","error":{"type":"invalid_request_error","message":"output_config.format: structured outputs are not supported by this model"}}`}
)
