// Reads the feeds and calendars that are named on standard input, a file a line,
// with the parsers of others, and prints what they read of each.
import fs from "node:fs";
import {XMLValidator} from "fast-xml-parser";
import {parseAtomFeed} from "feedsmith";
import ICAL from "ical.js";

function atom(text) {
	const wellFormed = XMLValidator.validate(text); // feedsmith forgives what is not
	if (wellFormed !== true) throw new Error(JSON.stringify(wellFormed.err));
	const feed = parseAtomFeed(text);
	return {
		id: feed.id, title: feed.title.value, updated: feed.updated, authors: feed.authors.map((a) => a.name),
		links: Object.fromEntries(feed.links.map((l) => [l.rel, l.href])),
		entries: (feed.entries ?? []).map((e) => ({id: e.id, title: e.title.value, summary: e.summary?.value ?? "", link: e.links[0].href, updated: e.updated})),
	};
}

function calendar(text) {
	const read = new ICAL.Component(ICAL.parse(text));
	return {
		title: read.getFirstPropertyValue("x-wr-calname"),
		entries: read.getAllSubcomponents().map((c) => {
			const e = new ICAL.Event(c);
			if (c.name !== "vevent" || !e.startDate.isDate) throw new Error(`${e.uid} is not a day`);
			return {id: e.uid, title: e.summary, summary: e.description ?? "", link: c.getFirstPropertyValue("url") ?? "", updated: e.startDate.toString()};
		}),
	};
}

const files = fs.readFileSync(0, "utf8").split("\n").filter(Boolean);
const read = files.map((file) => {
	try {
		return [file, (file.endsWith(".ics") ? calendar : atom)(fs.readFileSync(file, "utf8"))];
	} catch (error) {
		throw new Error(`${file}: ${error.message}`);
	}
});
console.log(JSON.stringify(Object.fromEntries(read)));
