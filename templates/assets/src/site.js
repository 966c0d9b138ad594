// Everything that tribune's pages do in a browser beyond what HTML and CSS do:
// remember the colours a reader chose, and draw interactive figures when they
// scroll into view. A classic script without imports, embedded as it is; pages
// load it in their head, and are whole without it.
//
// A figure is an element
//
//   <div class="figure" data-figure="ID" data-src="figure.js" data-lib="echarts.js"
//        data-instead="ID of the static mark that it replaces" hidden></div>
//
// whose data script calls tribune.figure(ID, option, height). The option is JSON:
// it names colours of the stylesheet ("--ink") and formatters (see formatters),
// which are given their meaning here. If the library or the data cannot be
// loaded the figure stays hidden and the static mark stays.
(function () {
  "use strict";

  var root = document.documentElement;
  var themes = ["system", "light", "dark"];

  // Colours. The choice is an attribute of the root element, which the
  // stylesheet reads; it is set before the page is painted.

  function storedTheme() {
    try {
      return localStorage.getItem("tribune-theme");
    } catch (e) {
      return null; // storage may be off, and is for some pages from a disk
    }
  }

  function applyTheme(theme) {
    if (theme === "light" || theme === "dark") {
      root.setAttribute("data-theme", theme);
    } else {
      root.removeAttribute("data-theme");
    }
  }

  applyTheme(storedTheme());

  function wireThemes() {
    var stored = storedTheme();
    themes.forEach(function (theme) {
      var radio = document.getElementById("theme-" + theme);
      if (!radio) return;
      radio.checked = theme === (themes.indexOf(stored) < 0 ? "system" : stored);
      radio.addEventListener("change", function () {
        applyTheme(theme);
        try {
          localStorage.setItem("tribune-theme", theme);
        } catch (e) {
          // then the choice holds for this page only
        }
        redrawAll();
      });
    });
  }

  // The way from a tribe to the organisation is absolute, since a tribe's folder
  // may be published alone. On a disk and on this machine it is the folder above.

  function wireUp() {
    var local = /^(localhost|127\.[0-9.]+|\[::1\])$/.test(location.hostname);
    if (location.protocol !== "file:" && !local) return;
    document.querySelectorAll("a[data-up]").forEach(function (a) {
      a.setAttribute("href", a.dataset.up);
    });
  }

  // Figures.

  var options = {}; // what data scripts registered, by ID
  var drawn = []; // the figures on the page that are drawn

  window.tribune = {
    figure: function (id, option, height) {
      options[id] = { option: option, height: height };
    },
  };

  var scripts = {}; // promises of scripts by address: several figures share a library

  function load(src) {
    if (!scripts[src]) {
      scripts[src] = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = src;
        script.onload = resolve;
        script.onerror = reject;
        document.head.appendChild(script);
      });
    }
    return scripts[src];
  }

  function watchFigures() {
    var figures = document.querySelectorAll(".figure[data-figure]");
    if (!figures.length || !window.IntersectionObserver || !window.ResizeObserver) return;
    var observer = new IntersectionObserver(
      function (entries) {
        entries.forEach(function (entry) {
          if (!entry.isIntersecting) return;
          observer.unobserve(entry.target);
          begin(entry.target);
        });
      },
      { rootMargin: "200px" }
    );
    figures.forEach(function (el) {
      el.hidden = false; // what is hidden never scrolls into view
      observer.observe(el);
    });
  }

  function begin(el) {
    Promise.all([load(el.dataset.lib), load(el.dataset.src)])
      .then(function () {
        var figure = options[el.dataset.figure];
        if (!figure || !window.echarts) throw new Error("no figure " + el.dataset.figure);
        draw(el, figure);
      })
      .catch(function () {
        el.hidden = true;
      });
  }

  function draw(el, figure) {
    var canvas = document.createElement("div");
    canvas.style.height = figure.height + "px";
    el.style.height = "auto"; // the stylesheet's height keeps the place until now
    el.appendChild(canvas);
    var label = document.createElement("p");
    label.className = "visually-hidden";
    label.setAttribute("aria-live", "polite");
    el.appendChild(label);
    var state = {
      el: el,
      canvas: canvas,
      figure: figure,
      chart: null,
      at: -1,
      say: label,
      instead: document.getElementById(el.dataset.instead),
    };
    el.tabIndex = 0;
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", description(figure.option) + " Left and right arrow keys read the values, plus and minus zoom.");
    el.addEventListener("keydown", function (event) {
      if (onKey(state, event.key)) event.preventDefault();
    });
    drawn.push(state);
    paint(state);
    if (state.instead) state.instead.hidden = true;
    new ResizeObserver(function () {
      if (canvas.clientWidth > 0) state.chart.resize();
    }).observe(canvas);
  }

  function description(option) {
    return (option.aria && option.aria.label && option.aria.label.description) || "Figure.";
  }

  // paint draws a figure in the colours of the moment, keeping its zoom.
  function paint(state) {
    var zoom = null;
    if (state.chart) {
      zoom = zoomOf(state.chart);
      state.chart.dispose();
    }
    var colours = palette();
    state.chart = window.echarts.init(state.canvas, theme(colours), { renderer: "svg" });
    var option = meaning(state.figure.option, colours);
    option.series.forEach(function (series) {
      if (series.label && series.label.formatter === formatters.cell) series.label.rich = glyphStyles(colours);
    });
    state.chart.setOption(option);
    state.chart.on("click", function (p) {
      if (p.data && /^#/.test(p.data.href)) location.hash = p.data.href; // to its row
    });
    if (zoom) state.chart.dispatchAction({ type: "dataZoom", start: zoom.start, end: zoom.end });
  }

  function redrawAll() {
    drawn.forEach(paint);
  }

  function zoomOf(chart) {
    var zooms = chart.getOption().dataZoom;
    return zooms && zooms.length ? zooms[0] : null;
  }

  // onKey reads values with the arrow keys and zooms with + and -. It reports
  // whether the key meant anything.
  function onKey(state, key) {
    var step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step) {
      read(state, step);
      return true;
    }
    var factor = { "+": 0.5, "=": 0.5, "-": 2 }[key];
    var zoom = factor && zoomOf(state.chart);
    if (!zoom) return false;
    var middle = (zoom.start + zoom.end) / 2;
    var half = Math.min(50, ((zoom.end - zoom.start) / 2) * factor);
    middle = Math.min(Math.max(middle, half), 100 - half);
    state.chart.dispatchAction({ type: "dataZoom", start: middle - half, end: middle + half });
    return true;
  }

  // read shows the next value in the direction of step that is in view, and says
  // it.
  function read(state, step) {
    var data = state.figure.option.series[0].data;
    var at = state.at < 0 && step < 0 ? data.length : state.at;
    tipText = "";
    while (!tipText && data[at + step]) {
      at += step;
      state.chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
    }
    if (tipText) state.at = at;
    state.say.textContent = tipText;
  }

  // A datum is an array, or an object that holds one as its value.
  function value(datum) {
    return Array.isArray(datum) ? datum : datum.value;
  }

  // Colours of figures.

  var colourNames = [
    "--paper", "--ink", "--ink-2", "--mark", "--rule", "--accent",
    "--healthy", "--watch", "--at-risk", "--exhausted",
    "--incidents", "--unexplained", "--background",
  ];

  // palette reads the stylesheet's colours from a probe: custom properties hold
  // light-dark(), which only a real property resolves.
  function palette() {
    var probe = document.createElement("span");
    probe.hidden = true;
    document.body.appendChild(probe);
    var colours = {};
    colourNames.forEach(function (name) {
      probe.style.color = "var(" + name + ")";
      colours[name] = getComputedStyle(probe).color;
    });
    probe.remove();
    return colours;
  }

  function theme(c) {
    var text = { color: c["--ink-2"], fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 };
    var axis = {
      axisLine: { lineStyle: { color: c["--mark"] } },
      axisTick: { lineStyle: { color: c["--mark"] } },
      axisLabel: text,
      nameTextStyle: Object.assign({ align: "left" }, text),
      splitLine: { lineStyle: { color: c["--rule"] } },
    };
    return {
      textStyle: { fontFamily: text.fontFamily },
      categoryAxis: axis,
      timeAxis: axis,
      valueAxis: axis,
      legend: { textStyle: text },
      tooltip: {
        backgroundColor: c["--paper"],
        borderColor: c["--ink"],
        borderWidth: 1,
        textStyle: { color: c["--ink"], fontFamily: text.fontFamily, fontSize: 12 },
        axisPointer: { lineStyle: { color: c["--ink"] }, crossStyle: { color: c["--ink"] } },
      },
      dataZoom: {
        backgroundColor: "transparent",
        borderColor: c["--rule"],
        fillerColor: colour("--mark@0.18", c),
        handleStyle: { color: c["--paper"], borderColor: c["--ink"] },
        moveHandleStyle: { color: c["--mark"] },
        dataBackground: { lineStyle: { color: c["--mark"] }, areaStyle: { color: c["--background"] } },
        selectedDataBackground: { lineStyle: { color: c["--ink"] }, areaStyle: { color: c["--background"] } },
        textStyle: text,
      },
    };
  }

  // colour resolves a name such as "--ink" or, with its opacity, "--mark@0.3".
  function colour(name, colours) {
    var parts = String(name).split("@");
    var rgb = colours[parts[0]];
    if (!rgb) return name;
    return parts[1] ? rgb.replace("rgb(", "rgba(").replace(")", ", " + parts[1] + ")") : rgb;
  }

  // glyphStyles colour the shapes of states within a label.
  function glyphStyles(c) {
    var quiet = { color: c["--ink-2"] };
    return {
      healthy: { color: c["--healthy"] },
      watch: { color: c["--watch"] },
      at_risk: { color: c["--at-risk"] },
      exhausted: { color: c["--exhausted"] },
      exception: quiet,
      little: quiet,
      incomplete: quiet,
      nodata: quiet,
    };
  }

  // meaning copies an option and puts in what its names stand for. A formatter
  // without a meaning is left out: no text of an option ever becomes a template.
  function meaning(x, colours, key) {
    if (Array.isArray(x)) {
      return x.map(function (y) {
        return meaning(y, colours);
      });
    }
    if (x && typeof x === "object") {
      var copy = {};
      Object.keys(x).forEach(function (k) {
        copy[k] = meaning(x[k], colours, k);
      });
      return copy;
    }
    if (/formatter$/i.test(key || "")) return Object.prototype.hasOwnProperty.call(formatters, x) ? formatters[x] : undefined;
    if (/color$/i.test(key || "")) return colour(x, colours);
    return x;
  }

  // Words and numbers of figures.

  function number(x, digits) {
    return x.toLocaleString("en", { maximumFractionDigits: digits }).replace("-", "−");
  }

  function percent(x) {
    if (x > 0 && x < 0.0001) return "<0.0001%";
    return number(x, x > 99 && x < 100 ? 4 : x < 1 ? 4 : 2) + "%";
  }

  // moment writes a time of a figure. Its times are the clock of the site's zone
  // written as if it were UTC.
  function moment(ms) {
    return new Date(ms).toLocaleString("en-GB", {
      timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
    });
  }

  // tipText is what the last tooltip says, for those who do not see it.
  var tipText = "";

  function tip(rows) {
    tipText = rows.join("\n");
    return tipText;
  }

  var formatters = {
    percent: percent,
    count: function (x) {
      return x.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
    },
    name: function (p) {
      return p.name;
    },
    number: function (p) {
      return p.data.number;
    },
    cell: function (p) {
      return "{" + p.data.class.replace("-", "_") + "|" + p.data.glyph + "} " + p.data.text;
    },
    timeline: function (params) {
      return tip(
        [moment(value(params[0].data)[0])].concat(
          params.map(function (p) {
            var v = value(p.data)[1];
            if (v === null) return p.seriesName + ": no data";
            return p.seriesName + ": " + (p.seriesIndex === 0 ? percent(v) : number(v, 0));
          })
        )
      );
    },
    around: function (params) {
      return tip(
        [moment(value(params[0].data)[0])].concat(
          params.map(function (p) {
            if (p.seriesType === "scatter") return p.name;
            var v = value(p.data);
            return v[1] === null ? "no traffic" : percent(v[1]) + " of " + number(v[2], 0) + " events failed";
          })
        )
      );
    },
    budget: function (p) {
      return tip([p.name]);
    },
  };

  // On paper the static marks stand, not the figures.

  function printing(now) {
    drawn.forEach(function (state) {
      state.el.hidden = now;
      if (state.instead) state.instead.hidden = !now;
    });
  }

  function ready() {
    wireThemes();
    wireUp();
    watchFigures();
    window.addEventListener("beforeprint", printing.bind(null, true));
    window.addEventListener("afterprint", printing.bind(null, false));
    if (window.matchMedia) {
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", ready);
  } else {
    ready();
  }
})();
