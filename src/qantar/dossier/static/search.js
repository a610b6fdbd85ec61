/* Search in the browser alone. Parts of the data are classic scripts, put in one after the
   other; nothing is fetched, and evidence text only ever becomes textContent. */
"use strict";

/* The same folding as `qantar.model.text`, so that a text is found here as it is in a case. */
var qantarText = (function () {
  var RUSSIAN_KEYBOARD = {
    "ё": "е", "ъ": "ь", "қ": "к", "ң": "н", "ғ": "г", "ү": "у",
    "ұ": "у", "ө": "о", "ә": "а", "һ": "х", "і": "и"
  };
  var KAZAKH = /[ёъқңғүұөәһі]/g;
  var UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;
  var LATIN_MARKS = /([a-z])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+/g;
  var STRESS = /([аеиоуыэюя])[\u0300\u0301]/g;
  var WORD = /[\p{L}\p{N}][\p{L}\p{N}\u0300-\u036f]*/gu;
  var ASCII = /^[\x00-\x7f]*$/;

  var CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/;
  var known = new Map();

  /* Letter by letter: lower case of a whole word would look at neighbours (final sigma).
     Through upper case, because a folded ß is ss. A dotless ı keeps its form until later,
     and Cherokee, whose small letters are the newer ones, folds to capitals. */
  function caseless(char) {
    if (!known.has(char)) {
      var small = char.toLowerCase().toUpperCase().toLowerCase();
      known.set(char, char === "ı" ? char : CHEROKEE.test(char) ? char.toUpperCase() : small);
    }
    return known.get(char);
  }

  function fold(text) {
    if (ASCII.test(text)) { return text.toLowerCase(); }
    for (var before = text, after = foldOnce(text); after !== before; after = foldOnce(before)) { before = after; }
    return before;
  }

  function foldOnce(text) {
    var seen = text.replace(UNSEEN, "").normalize("NFKC");
    var cased = Array.from(seen, caseless).join("").normalize("NFKC").replace(KAZAKH, function (letter) {
      return RUSSIAN_KEYBOARD[letter];
    });
    var parted = cased.normalize("NFD").replaceAll("ı", "i");
    return parted.replace(LATIN_MARKS, "$1").replace(STRESS, "$1").normalize("NFC");
  }

  function words(text) {
    return fold(text).match(WORD) || [];
  }

  return { fold: fold, words: words };
}());

(function () {
  var box = document.getElementById("search");
  if (!box || typeof MiniSearch === "undefined") { return; }

  var SHORTEST_STEM = 3, MOST_WORDS = 32, STEP = 50, NAMES = -1, SHOWN = 320;
  var about = window.qantarSearch;
  var form = document.getElementById("ask");
  var field = document.getElementById("q");
  var filter = document.getElementById("kind");
  var status = document.getElementById("status");
  var list = document.getElementById("hits");
  var more = document.getElementById("more");
  var records = [];
  var names = new Map();
  var longest = 1;
  var found = [];
  var shown = 0;
  var read = 0;
  var index = new MiniSearch({
    fields: ["title", "rest"],
    tokenize: qantarText.words,
    processTerm: function (term) { return term; },
    searchOptions: { boost: { title: 2 } }
  });

  function learnNames(forms) {
    var keys = forms.map(function (name) { return qantarText.words(name); })
      .filter(function (key) { return key.length; });
    keys.forEach(function (key) {
      var known = names.get(key.join(" ")) || new Map();
      keys.forEach(function (other) { known.set(other.join(" "), other); });
      names.set(key.join(" "), known);
      longest = Math.max(longest, key.length);
    });
  }

  /* Part what was typed into names, the longest first from the left, and single words. */
  function terms(typed) {
    var made = [], at = 0;
    while (at < typed.length) {
      var end = Math.min(typed.length, at + longest);
      while (end > at + 1 && !names.has(typed.slice(at, end).join(" "))) { end -= 1; }
      var known = names.get(typed.slice(at, end).join(" "));
      made.push(known ? Array.from(known.values()) : [typed.slice(at, end)]);
      at = end;
    }
    return made;
  }

  function isStem(word, at, all) {
    return at === all.length - 1 && word.length >= SHORTEST_STEM;
  }

  function query(text) {
    var typed = qantarText.words(text).slice(0, MOST_WORDS);
    if (!typed.length) { return []; }
    var wanted = {
      combineWith: "AND",
      queries: terms(typed).map(function (forms) {
        return {
          combineWith: "OR",
          queries: forms.map(function (words) {
            return { combineWith: "AND", prefix: isStem, queries: [words.join(" ")] };
          })
        };
      })
    };
    return index.search(wanted).map(function (hit) { return records[hit.id]; });
  }

  function element(name, text, className) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }

  /* A long passage is cut around the first word that was looked for, where it stands as typed. */
  function cut(title) {
    if (title.length <= SHOWN) { return title; }
    var plain = title.toLocaleLowerCase();
    var first = Math.min.apply(null, field.value.toLocaleLowerCase().split(/\s+/).map(function (word) {
      var at = word ? plain.indexOf(word) : -1;
      return at < 0 ? title.length : at;
    }));
    var start = first === title.length ? 0 : Math.max(0, Math.min(first - SHOWN / 4, title.length - SHOWN));
    return (start ? "…" : "") + title.slice(start, start + SHOWN) + (start + SHOWN < title.length ? "…" : "");
  }

  function hit(record) {
    var item = element("li", "", "hit");
    var link = element("a", cut(record.title));
    link.href = record.url;
    item.append(link, " ", element("span", about.kinds[record.kind][1], "kind"));
    if (record.meta) { item.append(element("span", record.meta, "meta")); }
    if (record.evidence >= 0) {
      item.append(element("span", about.evidence[record.evidence] + " · " + about.texts.wording, "meta"));
    }
    return item;
  }

  function showMore() {
    found.slice(shown, shown + STEP).forEach(function (record) { list.append(hit(record)); });
    shown = Math.min(found.length, shown + STEP);
    more.hidden = shown >= found.length;
  }

  function show() {
    var wanted = filter.value;
    var asked = field.value.trim();
    found = query(asked).filter(function (record) {
      return !wanted || about.kinds[record.kind][0] === wanted;
    });
    list.textContent = "";
    shown = 0;
    showMore();
    var counted = asked ? about.texts.found + " " + found.length.toLocaleString(document.documentElement.lang) + ". " : "";
    status.textContent = counted + (read < about.parts ? about.texts.loading + " " + read + "/" + about.parts : "");
  }

  function remember() {
    var parts = new URLSearchParams();
    if (field.value.trim()) { parts.set("q", field.value.trim()); }
    if (filter.value) { parts.set("kind", filter.value); }
    var text = parts.toString();
    /* Replaced, not set: every letter typed would be a step back otherwise. */
    if (text !== location.hash.slice(1)) { location.replace("#" + text); }
  }

  function recall() {
    var parts = new URLSearchParams(location.hash.slice(1));
    if (parts.get("q") !== null && parts.get("q") !== field.value.trim()) { field.value = parts.get("q"); }
    if (parts.get("kind") !== null) { filter.value = parts.get("kind"); }
    show();
  }

  function take(rows) {
    var fresh = [];
    rows.forEach(function (row) {
      if (row[0] === NAMES) { learnNames(row.slice(1)); return; }
      var record = { kind: row[0], evidence: row[1], title: row[2], meta: row[3], url: row[5] };
      fresh.push({ id: records.length, title: row[2], rest: row[3] + " " + row[4] });
      records.push(record);
    });
    return index.addAllAsync(fresh, { chunkSize: 400 });
  }

  function readPart(number) {
    if (number > about.parts) { return; }
    var script = document.createElement("script");
    script.src = "data/search-" + number + ".js";
    script.addEventListener("load", function () {
      var name = "qantarSearch" + number;
      var rows = window[name];
      delete window[name];
      take(rows).then(function () {
        read = number;
        box.setAttribute("data-read", String(read));
        show();
        readPart(number + 1);
      });
    });
    script.addEventListener("error", function () { status.textContent = about.texts.missing; });
    document.head.append(script);
  }

  var waiting = 0;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(function () { remember(); show(); }, 150);
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); soon(); });
  field.addEventListener("input", soon);
  filter.addEventListener("change", soon);
  more.addEventListener("click", showMore);
  window.addEventListener("hashchange", recall);
  document.getElementById("no-scripts").hidden = true;
  box.hidden = false;
  recall();
  readPart(1);
}());
