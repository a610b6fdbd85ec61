/* The zoomable map. Without this script the picture and the table show the same.
   Evidence text reaches the page as text content only, never as markup. */
"use strict";
(function () {
  var data = window.QANTAR_MAP;
  var box = document.getElementById("map");
  if (!data || !box || !window.L) { return; }
  var say = box.dataset;
  var NARROW = 600;
  var home = L.latLngBounds(data.view);

  /* A line is its first point and then the way from each point to the next, in whole steps. */
  function decoded(flat, steps) {
    var lon = 0, lat = 0, points = [];
    for (var at = 0; at < flat.length; at += 2) {
      lon += flat[at];
      lat += flat[at + 1];
      points.push([lat / steps, lon / steps]);
    }
    return points;
  }

  function drawLayer(layer, style, named) {
    layer.shapes.forEach(function (shape) {
      var lines = shape[2].map(function (line) { return decoded(line, layer.steps); });
      var drawn = shape[1]
        ? L.polygon(lines.map(function (line) { return [line]; }), style)
        : L.polyline(lines, style);
      drawn.addTo(map);
      if (named && shape[0]) { drawn.bindTooltip(text("span", shape[0]), { sticky: true }); }
    });
  }

  function text(tag, words, name) {
    var made = document.createElement(tag);
    made.textContent = words;
    if (name) { made.className = name; }
    return made;
  }

  function link(address, words) {
    var made = text("a", words);
    made.href = address;
    return made;
  }

  function events(number) {
    return number === 1 ? say.one : say.many.replace("{n}", number.toLocaleString());
  }

  function popup(spot) {
    var made = document.createElement("div");
    made.appendChild(text("strong", spot.name));
    if (spot.kind) { made.appendChild(text("span", " " + spot.kind, "meta")); }
    made.appendChild(text("p", events(spot.events)));
    if (spot.within > spot.events) {
      made.appendChild(text("p", say.within.replace("{n}", spot.within.toLocaleString())));
    }
    var links = text("p", "");
    links.appendChild(link(spot.timeline, say.timeline));
    if (spot.page) {
      links.appendChild(document.createTextNode(" · "));
      links.appendChild(link(spot.page, say.place));
    }
    made.appendChild(links);
    return made;
  }

  /* Circles are reached with Tab and opened with Enter, as by a mouse. */
  function withKeyboard(circle, spot) {
    var element = circle.getElement();
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", spot.name + ": " + events(spot.events));
    element.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        circle.openPopup();
      }
    });
  }

  function drawSpot(spot) {
    var circle = L.circleMarker([spot.lat, spot.lon], {
      radius: Math.max(spot.radius, 4), color: "#ffffff", weight: 1,
      fillColor: "#0072b2", fillOpacity: 0.6, className: "spot"
    }).addTo(map);
    circle.bindPopup(popup(spot));
    circle.bindTooltip(text("span", spot.name + " · " + events(spot.events)));
    withKeyboard(circle, spot);
    return circle;
  }

  /* The first free place for a name of this length beside a circle: right, lower, higher, left. */
  function room(place, reach, long, taken) {
    var right = place.x + reach, left = place.x - reach - long;
    return [[right, 0], [right, 8], [right, -8], [left, 0]].map(function (at) {
      return { left: at[0], right: at[0] + long, y: place.y + at[1], down: at[1], before: at[0] === left };
    }).find(function (spot) {
      return spot.left > 0 && spot.right < map.getSize().x && taken.every(function (other) {
        return Math.abs(spot.y - other.y) > 13 || spot.right < other.left || spot.left > other.right;
      });
    });
  }

  /* Names beside the circles, those with most events first, as far as there is room. What lies
     under a larger circle is not named: the name would be taken for the larger one's. A phone
     has room for three. */
  function nameSpots() {
    names.clearLayers();
    var taken = [];
    var most = window.innerWidth < NARROW ? 3 : 40;
    data.spots.forEach(function (spot, at) {
      var place = map.latLngToContainerPoint(circles[at].getLatLng());
      var hidden = data.spots.slice(0, at).some(function (larger, number) {
        var centre = map.latLngToContainerPoint(circles[number].getLatLng());
        return centre.distanceTo(place) < circles[number].getRadius();
      });
      var words = spot.name + " " + spot.events.toLocaleString();
      var reach = circles[at].getRadius();
      var free = hidden || taken.length >= most ? null : room(place, reach, 12 + 7 * words.length, taken);
      if (!free) { return; }
      taken.push(free);
      names.addLayer(L.tooltip({
        permanent: true, direction: free.before ? "left" : "right", className: "spot-label",
        offset: [free.before ? 4 - reach : reach - 4, free.down]
      }).setLatLng(circles[at].getLatLng()).setContent(text("span", words)));
    });
  }

  function svg(tag, attributes) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return made;
  }

  /* Below the map, where it hides no place. */
  function legend() {
    var made = text("p", say.legend + " ", "map-legend");
    data.legend.forEach(function (pair) {
      var size = 2 * Math.max(pair[1], 4) + 2;
      var drawing = svg("svg", { width: size, height: size, "aria-hidden": "true" });
      drawing.appendChild(svg("circle", {
        cx: size / 2, cy: size / 2, r: size / 2 - 1, fill: "#0072b2", "fill-opacity": 0.6
      }));
      made.appendChild(drawing);
      made.appendChild(text("span", pair[0].toLocaleString()));
    });
    box.insertAdjacentElement("afterend", made);
  }

  function homeButton() {
    var control = L.control({ position: "topleft" });
    control.onAdd = function () {
      var button = text("button", "⤢", "map-home");
      button.type = "button";
      button.title = say.home;
      button.setAttribute("aria-label", say.home);
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", function () { map.fitBounds(home); });
      return button;
    };
    control.addTo(map);
  }

  /* map.html#place=ID shows that place. */
  function fromAddress() {
    var wanted = new URLSearchParams(window.location.hash.slice(1)).get("place");
    data.spots.forEach(function (spot, at) {
      if (spot.key === wanted) {
        map.setView([spot.lat, spot.lon], 11, { animate: false });
        circles[at].openPopup();
      }
    });
  }

  box.hidden = false;
  document.getElementById("map-picture").className = "for-print";
  /* The wheel scrolls the page until somebody turns to the map. */
  var map = L.map(box, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.5, minZoom: 2, maxZoom: 17,
    scrollWheelZoom: false
  });
  map.on("focus", function () { map.scrollWheelZoom.enable(); });
  map.on("blur", function () { map.scrollWheelZoom.disable(); });
  map.fitBounds(home);
  L.control.zoom({ zoomInTitle: say.zoomIn, zoomOutTitle: say.zoomOut }).addTo(map);
  homeButton();
  drawLayer(data.outline, {
    color: "#a9a99f", weight: 1, fillColor: "#f7f6f0", fillOpacity: 1, interactive: false
  }, false);
  if (data.boundaries) {
    drawLayer(data.boundaries, { color: "#5b2a86", weight: 1.6, fill: false }, true);
  }
  var circles = data.spots.map(drawSpot);
  var names = L.layerGroup().addTo(map);
  map.on("zoomend resize", nameSpots);
  nameSpots();
  legend();
  fromAddress();
  window.addEventListener("hashchange", fromAddress);
}());
