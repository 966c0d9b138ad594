package audience

// SRE reports whether the readers of a build may see the SRE team's page and
// its JSON. How many posts there are, what their hours went into, which deadlines
// were missed and which agreements are lacking is the organisation's own: nothing
// in the files can say that it is for everybody, so a public build has none of it.
func SRE(audience string) bool { return audience == Org || audience == Tribe }
