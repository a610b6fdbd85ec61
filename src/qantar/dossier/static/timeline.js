/* Filters the timeline by place, kind and voice. Without this script every entry is shown.
   The state stands in the address after "#", so that a link can carry it to another part. */
"use strict";
(function () {
  var data = window.QANTAR_TIMELINE;
  var form = document.getElementById("filters");
  if (!data || !form) { return; }
  var count = document.getElementById("count");
  var select = {
    place: document.getElementById("f-place"),
    kind: document.getElementById("f-kind"),
    voice: document.getElementById("f-voice")
  };
  var days = Array.prototype.map.call(document.querySelectorAll("#timeline .daybox"), function (box) {
    return { box: box, entries: Array.prototype.map.call(box.querySelectorAll(".entry"), read) };
  });
  var entries = days.reduce(function (all, day) { return all.concat(day.entries); }, []);

  /* An entry lies in its places and in all that these lie in. */
  function around(number) {
    var found = [];
    while (number >= 0 && found.indexOf(number) < 0) {
      found.push(number);
      number = data.places[number][2];
    }
    return found;
  }

  function numbers(text) { return text ? text.split(" ").map(Number) : []; }

  function read(box) {
    var places = numbers(box.dataset.places).map(around);
    return {
      box: box,
      kind: [Number(box.dataset.kind)],
      place: places.reduce(function (all, some) { return all.concat(some); }, []),
      voice: numbers(box.dataset.voices)
    };
  }

  function offer(name, options) {
    var held = options.map(function () { return 0; });
    entries.forEach(function (entry) {
      new Set(entry[name]).forEach(function (number) { held[number] += 1; });
    });
    options.forEach(function (option, number) {
      var made = document.createElement("option");
      made.value = option.id;
      made.textContent = option.words + " (" + held[number] + ")";
      select[name].appendChild(made);
    });
  }

  function numberOf(name, id) {
    var list = { place: ids.place, kind: ids.kind, voice: ids.voice }[name];
    return id ? list.indexOf(id) : -1;
  }

  var ids = {
    place: data.places.map(function (place) { return place[0]; }),
    kind: data.kinds.map(function (kind) { return kind[0]; }),
    voice: data.voices
  };

  /* What the address asks for; a name that this dossier does not know is left out. */
  function fromAddress() {
    var asked = new URLSearchParams(window.location.hash.slice(1));
    Object.keys(select).forEach(function (name) {
      var id = asked.get(name) || "";
      select[name].value = numberOf(name, id) >= 0 ? id : "";
    });
  }

  function toAddress() {
    var asked = new URLSearchParams();
    Object.keys(select).forEach(function (name) {
      if (select[name].value) { asked.set(name, select[name].value); }
    });
    return asked.toString();
  }

  function show() {
    var wanted = Object.keys(select).map(function (name) {
      return { name: name, number: numberOf(name, select[name].value) };
    }).filter(function (one) { return one.number >= 0; });
    var shown = 0;
    days.forEach(function (day) {
      var here = 0;
      day.entries.forEach(function (entry) {
        var fits = wanted.every(function (one) { return entry[one.name].indexOf(one.number) >= 0; });
        entry.box.hidden = !fits;
        here += fits ? 1 : 0;
      });
      day.box.hidden = wanted.length > 0 && here === 0;
      shown += here;
    });
    tell(shown, wanted.length > 0);
    carry();
  }

  function tell(shown, filtered) {
    var text = filtered ? form.dataset.some : form.dataset.all;
    text = text.replace("{shown}", String(shown)).replace("{all}", String(entries.length));
    var parts = document.querySelector("a[data-part]");
    count.textContent = filtered && parts ? text + " " + form.dataset.more : text;
  }

  /* The links to the other parts take the filters with them. */
  function carry() {
    var state = toAddress();
    document.querySelectorAll("a[data-part]").forEach(function (link) {
      link.href = link.getAttribute("href").split("#")[0] + (state ? "#" + state : "");
    });
  }

  function changed() {
    /* "#all" instead of nothing: an empty address part would scroll to the top. */
    window.location.replace("#" + (toAddress() || "all"));
    show();
  }

  offer("place", data.places.map(function (place) { return { id: place[0], words: place[1] }; }));
  offer("kind", data.kinds.map(function (kind) { return { id: kind[0], words: kind[1] }; }));
  offer("voice", data.voices.map(function (voice) { return { id: voice, words: voice }; }));
  Object.keys(select).forEach(function (name) { select[name].addEventListener("change", changed); });
  document.getElementById("f-clear").addEventListener("click", function () {
    Object.keys(select).forEach(function (name) { select[name].value = ""; });
    changed();
  });
  window.addEventListener("hashchange", function () { fromAddress(); show(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  fromAddress();
  show();
}());
