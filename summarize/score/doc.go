// Package score measures debate reports against gold debates: transcripts of
// which a careful reader has said what the debates in them are.
//
// ReadGold reads a gold file, a Tally counts how reports compare with gold,
// Figures are the rates that follow from the counts, and Reliability is how far
// the confidences in the reports can be trusted. All figures are micro-averages
// over the debates counted. Offsets are in code points.
//
// A row, that is a point or an objection, matches a gold row where at least a
// third of its quotes touch the gold row's. A quote touches a gold quote of the
// same message where they share half of the gold quote and the quote is at most
// five times as long as what is shared, or where it lies inside the gold quote
// (nine tenths of it) and covers three tenths of it. Rows are matched one to one,
// greedily: best overlap first, then the higher index of the report's row, then
// of the gold row.
package score
