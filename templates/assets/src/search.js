// Narrows and searches the list of postmortems. A classic script without
// imports, embedded as it is; the list is whole without it.
//
// What a reader chose is in the address behind the #, which works from a disk
// too, so that a list can be sent to somebody and the back button restores it:
//
//   #q=failover&service=Ledger&service=Checkout+API&year=2026
//
// Values of one facet widen the list, facets narrow it. The page says which
// rows there are, each with its facets; where it lists some years only, scripts
// have the rows of each year. They are loaded at the first choice, and what the
// search needs when a reader goes to its field. Each hands its data over:
//
//   tribune.rows([[id, facets, HTML], …])   tribune.index({…})
(function () {
  "use strict";

  var list = document.getElementById("list");
  var found = document.getElementById("found");
  var head = document.getElementById("found-head");
  var told = document.getElementById("told");
  var table = found.querySelector("table");
  var body = found.querySelector("tbody");
  var more = found.querySelector(".more");
  var field = document.getElementById("q");
  var of = +list.dataset.of;

  var step = 40; // rows that are shown at once: more of them would take longer than typing

  // The data.

  var rows = null; // id → {facets: key → values, element}
  var index = null; // of MiniSearch
  var shards = [];
  var rowLists = [];

  tribune.index = function (shard) {
    shards.push(shard);
  };
  tribune.rows = function (list) {
    rowLists.push(list);
  };

  function load(src) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = src;
      script.async = false; // run in order: the latest year first
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    });
  }

  function loadAll(links) {
    return Promise.all(links.split(" ").filter(Boolean).map(load));
  }

  // once returns a function that begins the work at its first call, and again
  // after a failure.
  function once(work) {
    var begun = null;
    return function () {
      begun = begun || work();
      begun.catch(function () {
        begun = null;
      });
      return begun;
    };
  }

  var loadRows = once(function () {
    rowLists = [];
    return loadAll(list.dataset.rows).then(readRows);
  });

  var loadIndex = once(function () {
    shards = [];
    return loadAll(list.dataset.library + " " + list.dataset.indexes).then(function () {
      index = minisearch.open(shards);
      shards = [];
    });
  });

  function readRows() {
    rows = new Map();
    if (!list.dataset.rows) {
      list.querySelectorAll("tr[data-id]").forEach(function (tr) {
        rows.set(tr.dataset.id, {
          facets: readFacets(tr.dataset.facets),
          element: function () {
            return tr.cloneNode(true);
          },
        });
      });
    }
    rowLists.forEach(function (year) {
      year.forEach(function (row) {
        rows.set(row[0], { facets: readFacets(row[1]), element: parse.bind(null, row[2]) });
      });
    });
    rowLists = [];
  }

  function readFacets(lines) {
    var facets = {};
    lines.split("\n").forEach(function (line) {
      var at = line.indexOf("=");
      if (at < 0) return;
      var key = line.slice(0, at);
      (facets[key] = facets[key] || []).push(line.slice(at + 1));
    });
    return facets;
  }

  // parse makes a row of the HTML that was rendered for it. Its links begin in
  // the tribe's folder.
  function parse(html) {
    var template = document.createElement("template");
    template.innerHTML = html;
    var row = template.content.firstChild;
    row.querySelectorAll("a").forEach(function (a) {
      a.setAttribute("href", list.dataset.root + a.getAttribute("href"));
    });
    return row;
  }

  // What a reader chose.

  var chosen = { text: "", values: {} }; // key → values

  function read(hash) {
    var c = { text: "", values: {} };
    new URLSearchParams(hash.slice(1)).forEach(function (value, key) {
      if (key === "q") c.text = value.trim();
      else if (facets[key]) (c.values[key] = c.values[key] || []).push(value);
    });
    return c;
  }

  function write(c) {
    var p = new URLSearchParams();
    if (c.text) p.append("q", c.text);
    Object.keys(facets).forEach(function (key) {
      (c.values[key] || []).forEach(function (value) {
        p.append(key, value);
      });
    });
    return "#" + (p.toString() || "show=all");
  }

  function toggled(key, value) {
    var values = Object.assign({}, chosen.values);
    var now = values[key] || [];
    values[key] = now.includes(value)
      ? now.filter(function (v) {
          return v !== value;
        })
      : now.concat(value);
    return { text: chosen.text, values: values };
  }

  function isAll(c) {
    return write(c) === "#show=all";
  }

  // matches reports whether a row has a chosen value of each facet but one.
  function matches(row, but) {
    return Object.keys(chosen.values).every(function (key) {
      var values = chosen.values[key];
      if (key === but || !values.length) return true;
      return (row.facets[key] || []).some(function (v) {
        return values.includes(v);
      });
    });
  }

  // The link that clears the choice: without this script it leads to the list.

  function wireClear() {
    document.querySelectorAll('#found a[href="#all"]').forEach(function (a) {
      a.setAttribute("href", "#show=all");
    });
  }

  // The facets: the counts of the page become links.

  var facets = {}; // key → [{value, link, count, total}]

  function wireFacets() {
    document.querySelectorAll("[data-facet]").forEach(function (group) {
      var key = group.dataset.facet;
      facets[key] = [];
      group.querySelectorAll("li[data-value]").forEach(function (li) {
        var link = document.createElement("a");
        var count = li.lastElementChild;
        link.textContent = li.dataset.value;
        li.firstElementChild.replaceWith(link);
        facets[key].push({ value: li.dataset.value, li: li, link: link, count: count, total: count.textContent });
      });
    });
  }

  function showFacets(candidates) {
    Object.keys(facets).forEach(function (key) {
      var counts = new Map();
      if (candidates) {
        candidates.forEach(function (row) {
          if (!matches(row, key)) return;
          (row.facets[key] || []).forEach(function (v) {
            counts.set(v, (counts.get(v) || 0) + 1);
          });
        });
      }
      facets[key].forEach(function (f) {
        var on = (chosen.values[key] || []).includes(f.value);
        var n = candidates ? counts.get(f.value) || 0 : +f.total;
        f.count.textContent = n;
        f.li.classList.toggle("none", n === 0 && !on);
        if (n > 0 || on || f.link === document.activeElement) f.link.href = write(toggled(key, f.value));
        else f.link.removeAttribute("href");
        if (on) {
          f.link.setAttribute("aria-current", "true");
          var closed = f.li.closest("details:not([open])");
          if (closed && !closed.classList.contains("facets")) closed.open = true;
        } else f.link.removeAttribute("aria-current");
      });
    });
  }

  // The list of what is left.

  var left = []; // rows, the best or the latest first
  var turn = 0; // counts choices, so that an answer to an earlier one is not shown

  function show() {
    var mine = ++turn;
    if (isAll(chosen)) {
      if (!found.hidden) say("All " + of);
      found.hidden = true;
      list.hidden = false;
      showFacets(null);
      return;
    }
    var needed = chosen.text ? [loadRows(), loadIndex()] : [loadRows()];
    if (rows && (index || !chosen.text)) return narrow();
    Promise.all(needed).then(
      function () {
        if (mine === turn) narrow();
      },
      function () {
        if (mine === turn) fail();
      }
    );
  }

  function narrow() {
    var candidates = chosen.text
      ? minisearch.find(index, chosen.text).map(function (id) {
          return rows.get(id);
        })
      : Array.from(rows.values());
    left = candidates.filter(function (row) {
      return matches(row);
    });
    table.hidden = !left.length;
    body.textContent = "";
    showRows();
    showFacets(candidates);
    say((left.length || "None") + " of " + of);
    list.hidden = true;
    found.hidden = false;
  }

  // say tells what was found above the list, and to those who do not see it.
  function say(text) {
    head.textContent = text;
    told.textContent = text + " postmortems";
  }

  function showRows() {
    var from = body.children.length;
    left.slice(from, from + step).forEach(function (row) {
      body.appendChild(row.element());
    });
    more.hidden = body.children.length >= left.length;
    more.textContent = "Show " + Math.min(step, left.length - body.children.length) + " more";
  }

  function fail() {
    head.textContent = told.textContent = "The search could not be loaded";
    table.hidden = more.hidden = true;
    found.hidden = list.hidden = false;
  }

  // The address and the field.

  function follow() {
    var place = location.hash && !location.hash.includes("="); // such as #main
    if (!place) chosen = read(location.hash);
    if (field.value.trim() !== chosen.text) field.value = chosen.text;
    show();
  }

  var later = 0;

  // remember puts what was typed in the address, as one step of the history for
  // all that is typed without a pause between.
  function remember() {
    clearTimeout(later);
    var hash = write(chosen);
    var before = read(location.hash);
    if (hash === write(before)) return;
    history[before.text && chosen.text ? "replaceState" : "pushState"](null, "", hash);
  }

  function type() {
    chosen = { text: field.value.trim(), values: chosen.values };
    show();
    clearTimeout(later);
    later = setTimeout(remember, 400);
  }

  function ready() {
    wireFacets();
    wireClear();
    if (list.dataset.library) {
      document.querySelector(".search").hidden = false;
      field.addEventListener("focus", function () {
        loadRows().catch(function () {});
        loadIndex().catch(function () {});
      });
      field.addEventListener("input", type);
      field.addEventListener("blur", remember);
    }
    var narrowing = document.querySelector(".narrowing");
    narrowing.setAttribute("aria-label", "Filters");
    narrowing.querySelector(".facets").open = matchMedia("(min-width: 62.01rem)").matches;
    more.addEventListener("click", function () {
      var first = body.children.length;
      showRows();
      body.children[first].querySelector("a").focus();
    });
    window.addEventListener("hashchange", follow);
    follow();
  }

  ready();
})();
