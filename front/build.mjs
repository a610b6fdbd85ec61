// Puts the dossier's browser parts in one folder: node build.mjs [OUT]
//
// Reads node_modules only, writes into OUT only, needs no network. The same lock
// file gives the same bytes on every machine. Deletes nothing: hatch_build.py
// empties the shipped folder before it calls this.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { feature } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = resolve(process.argv[2] ?? join(here, "../src/qantar/dossier/static/vendor"));

// Three decimals are about 100 m, finer than the 1:50m data: no line moves visibly.
const DEGREE_STEPS = 1000;

// Classic scripts, because a page opened from disk may load no modules.
const COPIED = [
  ["leaflet/dist/leaflet.js", "leaflet.js"],
  ["leaflet/dist/leaflet.css", "leaflet.css"],
  ["minisearch/dist/umd/index.js", "minisearch.js"],
];

// What each package gave to the dossier, and the file its licence stands in.
const LICENCES = [
  ["leaflet", "LICENSE", "leaflet.js, leaflet.css, images/"],
  ["minisearch", "LICENSE.txt", "minisearch.js"],
  ["world-atlas", "LICENSE", "outline.json, made from Natural Earth data, which is in the public domain"],
];

/** Text of a package's file, with line feeds only. */
function read(path) {
  return readFileSync(join(modules, path), "utf8").replaceAll("\r\n", "\n");
}

/** A source map is not shipped; a comment that names one would make the browser ask for it. */
function withoutSourceMap(text) {
  const kept = text.replace(/^\/\/[#@] sourceMappingURL=.*$/gm, "").replace(/\/\*[#@] sourceMappingURL=.*?\*\//g, "");
  return kept.trimEnd() + "\n";
}

/** Coordinates at any depth (a point, a ring, a polygon), rounded. */
function rounded(value) {
  return Array.isArray(value) ? value.map(rounded) : Math.round(value * DEGREE_STEPS) / DEGREE_STEPS;
}

/** One country as GeoJSON; `id` is ISO 3166-1 numeric, null where none is assigned. */
function country(shape) {
  return {
    type: "Feature",
    properties: { name: shape.properties.name, id: shape.id ?? null },
    geometry: { type: shape.geometry.type, coordinates: rounded(shape.geometry.coordinates) },
  };
}

/** Countries at 1:50m as a GeoJSON FeatureCollection, one country a line. */
function outline() {
  const topology = JSON.parse(read("world-atlas/countries-50m.json"));
  const lines = feature(topology, topology.objects.countries).features.map((shape) => JSON.stringify(country(shape)));
  return `{"type":"FeatureCollection","features":[\n${lines.join(",\n")}\n]}\n`;
}

/** The licence texts, each under the package, its version and what was taken from it. */
function licences() {
  const parts = LICENCES.map(([name, file, gave]) => {
    const { version, license } = JSON.parse(read(`${name}/package.json`));
    return `${name} ${version} (${license}): ${gave}\n\n${read(`${name}/${file}`).trim()}\n`;
  });
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}

mkdirSync(out, { recursive: true });
for (const [from, to] of COPIED) writeFileSync(join(out, to), withoutSourceMap(read(from)));
cpSync(join(modules, "leaflet/dist/images"), join(out, "images"), { recursive: true });
writeFileSync(join(out, "outline.json"), outline());
writeFileSync(join(out, "LICENSES.txt"), licences());
