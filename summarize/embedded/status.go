package embedded

import (
	"cmp"
	"math"
	"slices"

	"crux/summarize"
)

// What a later unit does to an objection: the classes of the replies model.
const (
	replyNone = iota
	replyAnswer
	replyConcede
	replyDefer
	replyWithdraw
	replyCount
)

// reply is a unit that may respond to an objection.
type reply struct {
	unit int
	does [replyCount]float64
}

// responding is the probability that it responds at all.
func (p *reply) responding() float64 { return 1 - p.does[replyNone] }

const (
	replyWindow     = 150 // messages of the debate after an objection that are searched for replies
	replyCandidates = 24
)

// replies finds the units that may respond to an objection, in order of time.
func (r *reading) replies(d *debate, u *unit) []reply {
	start, _ := slices.BinarySearch(d.messages, u.message)
	f := features{values: make([]float64, 0, 192)}
	hidden := make([]float64, 0, r.replier.width)
	var found []reply
	for _, i := range d.messages[min(start+1, len(d.messages)):min(start+1+replyWindow, len(d.messages))] {
		m := &r.messages[i]
		for k := m.first; k < m.last; k++ {
			f.values = f.values[:0]
			r.replyFeatures(&f, d, u, m, &r.units[k])
			p := reply{unit: k}
			r.replier.probabilities(f.values, hidden, p.does[:0])
			r.temper(&p, d, u, &r.units[k])
			if p.responding() > 0.02 {
				found = append(found, p)
			}
		}
	}
	return found
}

// replyFeatures describes an objection and a later unit that may respond to it.
func (r *reading) replyFeatures(f *features, d *debate, u *unit, m *message, v *unit) {
	o := &r.messages[u.message]
	own := m.author != nobody && m.author == o.author
	same, opposite := d.relation(m.author, o.author)
	direct, indirect, elsewhere := 0.0, 0.0, 0.0
	for _, l := range m.links {
		switch {
		case l.to == o.index:
			direct = max(direct, l.sure)
		case r.linksTo(l.to, o.index) > 0:
			indirect = max(indirect, l.sure*r.linksTo(l.to, o.index))
		default:
			elsewhere = max(elsewhere, l.sure)
		}
	}
	challenged := 0
	targetAuthor := nobody
	if len(o.links) > 0 {
		targetAuthor = r.messages[o.links[0].to].author
	}
	if targetAuthor != nobody && targetAuthor == m.author {
		challenged = 1
	}
	distance := float64(m.index - o.index)
	others := r.othersBetween(o, m)
	f.flag("raiser", own)
	f.flag("raiser's side", same && !own)
	f.flag("other side", opposite)
	f.flag("neutral", m.author != nobody && d.side[m.author] == noSide)
	f.add("challenged", float64(challenged))
	f.add("challenged, responds", float64(challenged)*direct)
	f.add("responds", direct)
	f.flag("responds at all", direct > 0)
	f.add("responds, other side", direct*b2f(opposite))
	f.add("responds to a response", indirect)
	f.add("responds to a response, raiser", indirect*b2f(own))
	f.add("responds elsewhere", elsewhere)
	f.add("log distance", math.Log(distance))
	f.flag("next", others == 0)
	f.flag("next, other side", others == 0 && opposite)
	f.add("log minutes", math.Log1p(gap(o.time, m.time).Minutes()))
	covers, similar := r.compare.covers(u, v), r.compare.similar(u, v)
	f.add("covers", covers)
	f.add("covers, other side", covers*b2f(opposite))
	f.add("similar", similar)
	keyword := r.compare.keyword(u, v)
	f.add("takes up its keyword", keyword)
	f.flag("takes up its very keyword", keyword > 0.99)
	f.add("is covered by it", r.compare.covers(v, u))
	f.add("takes up its keyword, other side", keyword*b2f(opposite))
	f.add("quotes it in the unit", r.unitQuotes(m, v, u))
	f.add("similar, raiser", similar*b2f(own))
	rival := r.bestRival(o, u, v)
	f.add("covers another unit more", max(0, rival.covers-covers))
	f.add("takes up another's keyword more", max(0, rival.keyword-keyword))
	f.add("is covered by another more", max(0, rival.covered-r.compare.covers(v, u)))
	f.flag("disputes its keyword", r.disputesKeyword(o, u, v) && opposite)
	f.flag("fits it best of its message", similar > 0 && similar >= rival.similar)
	f.flag("several units raised", o.last-o.first > 1)
	f.flag("addresses the raiser", slices.Contains(m.addressed, o.author))
	f.flag("names the raiser", slices.Contains(m.named, o.author))
	f.flag("names another", len(m.named) > 0 && !slices.Contains(m.named, o.author))
	f.add("quotes it", r.quotedFrom(m, o))
	f.add("argues", v.arguing())
	f.add("objects", v.role[roleObjection])
	f.add("argues, responds", v.arguing()*direct)
	f.flag("asks", v.asks)
	f.flag("objection asks", u.asks)
	f.add("log words", math.Log1p(float64(v.words)))
	f.flag("under 4 words", v.words < 4)
	f.flag("only unit", m.last-m.first == 1)
	f.flag("first unit", v.index == 0)
	near := u.meaning.near(&v.meaning)
	f.add("near in meaning", near)
	f.add("near in meaning, other side", near*b2f(opposite))
	f.add("nearer to another in meaning", max(0, rival.near-near))
	meaningFeatures(f, v)
	for _, class := range r.replyCues {
		f.addEach("has ", class.name, "", math.Log1p(float64(v.cues.count[class.number])))
	}
	for _, class := range r.settlingCues {
		has := math.Log1p(float64(v.cues.count[class.number]))
		f.addEach("has ", class.name, ", responds", has*direct)
		f.addEach("has ", class.name, ", raiser", has*b2f(own))
		f.addEach("has ", class.name, ", raiser, after a response", has*indirect*b2f(own))
		f.addEach("has ", class.name, ", other side", has*b2f(opposite))
		f.addEach("has ", class.name, ", covers", has*covers)
		f.flagEach("opens ", class.name, ", responds", v.cues.opens.has(class.number) && direct > 0)
	}
}

// disputesKeyword is true where a unit opens with dissent and takes up what the
// objection, more than the rest of its message, is most about.
func (r *reading) disputesKeyword(o *message, u, v *unit) bool {
	if !v.cues.opens.has(r.lexicon.class("disagree")) && !v.cues.opens.has(r.lexicon.class("dispute")) {
		return false
	}
	keyword := r.compare.keyword(u, v)
	return keyword > 0.99 && keyword > r.bestRival(o, u, v).keyword
}

// unitQuotes is how much of what a unit of m has in quotation marks stands in u.
func (r *reading) unitQuotes(m *message, v, u *unit) float64 {
	best := 0.0
	for i := range m.quoted {
		if q := &m.quoted[i]; q.inProse && q.start >= v.start && q.end <= v.end {
			best = max(best, r.compare.covers(q, u))
		}
	}
	return best
}

// temper takes back what the model can't know from so few examples: who concedes
// or withdraws says so in one of the known ways, and a reply that fits another part of the
// objection's message better is less likely to be one to this part.
func (r *reading) temper(p *reply, d *debate, u, v *unit) {
	has := func(class string) bool { return v.cues.count[r.lexicon.class(class)] > 0 }
	if !v.concedes && !v.withdraws && !v.agrees {
		instead := replyAnswer
		if has("defer") {
			instead = replyDefer
		}
		p.does[instead] += p.does[replyConcede]
		p.does[replyConcede] = 0
	}
	if !v.withdraws && !v.concedes && !has("thanks") && !v.agrees {
		p.does[replyWithdraw] = 0
	}
	raiser, author := r.messages[u.message].author, r.messages[v.message].author
	same, opposite := d.relation(raiser, author)
	if opposite && p.does[replyAnswer] < disputedKeyword && r.disputesKeyword(&r.messages[u.message], u, v) {
		rest := (1 - disputedKeyword) / (1 - p.does[replyAnswer])
		for c := range p.does {
			p.does[c] *= rest
		}
		p.does[replyAnswer] = disputedKeyword
	}
	if same {
		p.does[replyAnswer], p.does[replyConcede], p.does[replyDefer] = 0, 0, 0 // one's own side settles nothing
	}
	if author != raiser {
		p.does[replyWithdraw] = 0
	}
	own := r.compare.similar(u, v)
	rival := r.bestRival(&r.messages[u.message], u, v)
	share := (own + rivalFloor) / (max(own, rival.similar) + rivalFloor)
	p.does[replyNone] = 1
	for c := replyAnswer; c < replyCount; c++ {
		p.does[c] *= share
		p.does[replyNone] -= p.does[c]
	}
}

// disputedKeyword is how likely a unit at least answers an objection whose keyword
// it disputes: few examples show it, and it leaves little doubt.
const disputedKeyword = 0.7

const rivalFloor = 0.05 // how much similarity means nothing

// linksTo is how surely one message responds to another.
func (r *reading) linksTo(from, to int) float64 {
	for _, l := range r.messages[from].links {
		if l.to == to {
			return l.sure
		}
	}
	return 0
}

// fit is how well a reply fits an objection by its words.
type fit struct{ covers, covered, keyword, similar, near float64 }

// bestRival is how well v fits the other units of the objection's message, the
// best of each: an answer to another part of a message closes nothing.
func (r *reading) bestRival(o *message, u, v *unit) fit {
	var best fit
	for k := o.first; k < o.last; k++ {
		rival := &r.units[k]
		if rival.start >= u.start && rival.end <= u.end || rival.words <= 3 {
			continue
		}
		best.covers = max(best.covers, r.compare.covers(rival, v))
		best.covered = max(best.covered, r.compare.covers(v, rival))
		best.keyword = max(best.keyword, r.compare.keyword(rival, v))
		best.similar = max(best.similar, r.compare.similar(rival, v))
		best.near = max(best.near, rival.meaning.near(&v.meaning))
	}
	return best
}

// verdict is what became of an objection.
type verdict struct {
	status    summarize.Status
	replies   []reply // that justify it, the best first
	closed    float64 // the probability that it is not open
	uncertain bool
}

// outcomeFeatures describes all that was found in reply to an objection.
func (r *reading) outcomeFeatures(f *features, d *debate, u *unit, found []reply) {
	var top [replyCount]float64
	var none [replyCount]float64
	for i := range none {
		none[i] = 1
	}
	second, first := 0.0, 0.0
	for i := range found {
		for c := replyAnswer; c < replyCount; c++ {
			top[c] = max(top[c], found[i].does[c])
			none[c] *= 1 - found[i].does[c]
		}
		p := found[i].responding()
		if p > first {
			first, second = p, first
		} else {
			second = max(second, p)
		}
	}
	for c, name := range [...]string{"", "answer", "concede", "defer", "withdraw"} {
		if c == replyNone {
			continue
		}
		f.addEach("best ", name, "", top[c])
		f.addEach("any ", name, "", 1-none[c])
		f.addEach("log best ", name, "", math.Log(top[c]+0.01))
	}
	f.add("best", first)
	f.add("second", second)
	m := &r.messages[u.message]
	f.flag("asks", u.asks)
	f.add("objects", u.role[roleObjection])
	f.add("points", u.role[rolePoint])
	f.flag("only unit", m.last-m.first == 1)
	after := 0.0
	for _, i := range d.messages {
		if i > m.index {
			after++
		}
	}
	f.add("log messages after", math.Log1p(after))
	f.add("share after", after/float64(len(d.messages)))
	linked := 0.0
	for _, i := range d.messages {
		if i > m.index {
			linked += r.linksTo(i, m.index) * b2f(r.messages[i].author != m.author)
		}
	}
	f.add("responded to", math.Log1p(linked))
}

// The classes of the outcomes model, in order.
var outcomes = [...]summarize.Status{
	summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn,
}

// justifies names the class of reply that each outcome rests on.
var justifies = [...]int{replyNone, replyDefer, replyAnswer, replyConcede, replyWithdraw}

const (
	openThreshold     = 0.5 // an objection is open where it is likelier than this
	certainConfidence = 0.6 // below this, surfaces say "unclear"
	mostReplies       = 3
	leastReply        = 0.02 // what is less likely of a class is never shown as one
)

// settle says what became of an objection.
func (r *reading) settle(d *debate, objection []int) verdict {
	u := r.together(objection)
	found := r.replies(d, &u)
	f := features{values: make([]float64, 0, 32)}
	r.outcomeFeatures(&f, d, &u, found)
	p := r.outcomes.probabilities(f.values, make([]float64, 0, len(outcomes)))
	v := verdict{closed: p[2] + p[3] + p[4]}
	candidates := []int{2, 3, 4}
	if 1-v.closed >= openThreshold {
		candidates = []int{0, 1}
	}
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	v.status = summarize.Unanswered
	shown := slices.IndexFunc(candidates, func(c int) bool {
		v.replies = bestReplies(found, justifies[c])
		return len(v.replies) > 0 || justifies[c] == replyNone
	})
	if shown >= 0 {
		v.status = outcomes[candidates[shown]]
	} else {
		v.closed = min(v.closed, 0.5) // nothing to show for it
	}
	v.uncertain = v.confidence() < certainConfidence || shown != 0
	return v
}

// confidence is the probability that open-or-closed is judged right.
func (v *verdict) confidence() float64 {
	if v.status.Open() {
		return 1 - v.closed
	}
	return v.closed
}

// bestReplies are the likeliest of a class: the best, unless it can't well be one, and those not much less likely. There are none of replyNone.
func bestReplies(found []reply, class int) []reply {
	if class == replyNone {
		return nil
	}
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b reply) int {
		if a.does[class] == b.does[class] {
			return 0
		}
		return compareDescending(a.does[class], b.does[class])
	})
	keep := 0
	for keep < min(len(sorted), mostReplies) && sorted[keep].does[class] > max(leastReply, 0.5*sorted[0].does[class]) {
		keep++
	}
	return sorted[:keep]
}

// together is the units of one objection as one unit, which stands where the
// first of them does.
func (r *reading) together(units []int) unit {
	u := r.units[units[0]]
	for _, k := range units[1:] {
		v := &r.units[k]
		if v.message != u.message {
			continue // the same objection raised again; how it was put first counts
		}
		u.end = max(u.end, v.end)
		u.terms = addVectors(u.terms, v.terms)
		v.meaning.addTo(&u.meaning, 1)
		u.words += v.words
		u.asks = u.asks || v.asks
		for c, n := range v.cues.count {
			u.cues.count[c] += n
		}
		for role, p := range v.role {
			u.role[role] = max(u.role[role], p)
		}
	}
	u.norm, u.self = u.terms.norm(), u.terms.total()
	u.meaning.scale()
	return u
}
