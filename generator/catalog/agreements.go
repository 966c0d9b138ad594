package catalog

// exclusions reads data/exclusions.toml.
func (l *loader) exclusions() {
	var f exclusionsFile
	if !l.read("data/exclusions.toml", true, &f) {
		return
	}
	for _, t := range f.Maintenance {
		ids := l.mention("maintenance", t.IDs)
		if span, ok := l.span(t.From, t.To); ok {
			l.cat.Maintenance = append(l.cat.Maintenance, Maintenance{IDs: ids, Span: span, Reason: string(t.Reason.V), Pos: t.pos})
		}
	}
	for _, t := range f.Exclusions {
		ids := l.mention("exclusions", t.IDs)
		span, ok := l.span(t.From, t.To)
		if !ok {
			continue
		}
		if l.buckets {
			l.cat.edges = append(l.cat.edges, edge{ids, span.From, "from", t.From.pos}, edge{ids, span.To, "to", t.To.pos})
		}
		l.cat.Exclusions = append(l.cat.Exclusions, Exclusion{
			IDs: ids, Span: span, Reason: string(t.Reason.V), ApprovedBy: string(t.ApprovedBy.V), Pos: t.pos,
		})
	}
	for _, t := range f.Exceptions {
		ids := l.mention("exceptions", t.IDs)
		l.inOrder("granted", t.Granted, "review", t.Review)
		if t.Review.V.IsZero() { // without an end it would hold for ever
			continue
		}
		l.cat.Exceptions = append(l.cat.Exceptions, Exception{
			IDs: ids, Reason: string(t.Reason.V), Granted: t.Granted.V.Date, Review: t.Review.V.Date, ApprovedBy: string(t.ApprovedBy.V), Pos: t.pos,
		})
	}
}

// decisions reads data/decisions.toml.
func (l *loader) decisions() {
	var f decisionsFile
	if !l.read("data/decisions.toml", true, &f) {
		return
	}
	for _, t := range f.Decisions {
		l.inOrder("date", t.Date, "done", t.Done)
		l.cat.Decisions = append(l.cat.Decisions, Decision{
			IDs: l.mention("decisions", t.IDs), Date: t.Date.V.Date, Text: string(t.Text.V), Owner: string(t.Owner.V),
			Due: t.Due.V.Date, Done: t.Done.V.Date, Pos: t.pos,
		})
	}
}

// mention returns the ids of a list as they are called now, and keeps where they
// stand for CheckNames.
func (l *loader) mention(list string, ids list[text]) (current []string) {
	for _, v := range ids.items {
		if v.wrong {
			continue
		}
		id := l.cat.current(string(v.V))
		current = append(current, id)
		l.cat.mentions = append(l.cat.mentions, mention{id, list, v.pos})
	}
	return current
}
