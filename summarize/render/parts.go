package render

import "crux/summarize"

// What those need who draw, beside reports, single things that people said.

// Statement is what people said, cleaned and ordered as in a View. by may be empty.
func (o Options) Statement(gist string, quotes []summarize.Quote, by []string) Statement {
	return newStatementView(cleaner{o}, gist, quotes, by)
}

// Quote is a quote, cleaned as in a View.
func (o Options) Quote(q summarize.Quote) Quote { return newQuoteView(cleaner{o}, q) }

// Names joins what people are called: "Ann", "Ann and Ben", "Ann, Ben and 7 others"; "" for
// nobody. Who has no name is someone.
func (o Options) Names(ids []string) string { return cleaner{o}.names(ids) }
