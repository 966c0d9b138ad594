// What search.js needs of MiniSearch: cmd/assets bundles both as one classic
// script, which sets window.minisearch. Pages load it when a reader begins to
// search.
import MiniSearch from "minisearch";

// A word may be the beginning of another, and a long one may be misspelt. A
// number may not: INC-212 is not INC-213.
const options = {
  combineWith: "AND",
  prefix: true,
  fuzzy: (term) => (term.length > 3 && !/\d/.test(term) ? 0.2 : false),
  boost: { id: 3, title: 2 },
};

// open joins the indexes of several shards, as generator/search writes them, to
// one in which all can be found, with the scores of one that was made at once.
export function open(shards) {
  const index = merge(shards);
  return MiniSearch.loadJS(index, { fields: Object.keys(index.fieldIds) });
}

// find returns the ids of the documents that have all words of the text, the
// best first.
export function find(index, text) {
  return index.search(text, options).map((hit) => hit.id);
}

function merge(shards) {
  const all = {
    documentCount: 0, nextId: 0, documentIds: {}, fieldIds: shards[0].fieldIds, fieldLength: {},
    averageFieldLength: shards[0].averageFieldLength.map(() => 0), storedFields: {}, index: [], serializationVersion: 2,
  };
  const terms = new Map();
  const total = shards.reduce((sum, shard) => sum + shard.documentCount, 0);
  for (const shard of shards) {
    const first = all.documentCount; // documents are numbered from here on
    for (const n in shard.documentIds) {
      all.documentIds[first + +n] = shard.documentIds[n];
      all.fieldLength[first + +n] = shard.fieldLength[n];
    }
    shard.averageFieldLength.forEach((length, field) => {
      all.averageFieldLength[field] += (length * shard.documentCount) / total;
    });
    for (const [term, fields] of shard.index) {
      let at = terms.get(term);
      if (!at) {
        terms.set(term, (at = {}));
        all.index.push([term, at]);
      }
      for (const field in fields) {
        at[field] = at[field] || {};
        for (const n in fields[field]) at[field][first + +n] = fields[field][n];
      }
    }
    all.documentCount += shard.documentCount;
  }
  all.nextId = all.documentCount;
  return all;
}
