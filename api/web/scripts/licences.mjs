// The licences of everything that the bundle can hold: what `dependencies` lead to. Only permissive ones pass.
import { readFile } from 'node:fs/promises';

const root = new URL('../', import.meta.url);
const PERMISSIVE = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
]);
/** Fonts have licences of their own; this one lets them be embedded and served. */
const FONTS = new Set(['OFL-1.1']);

async function read(path) {
  return JSON.parse(await readFile(new URL(path, root), 'utf8'));
}

/** Whether an expression of SPDX is met by what we accept. */
function isPermissive(expression, isFont) {
  const terms = expression.replace(/[()]/g, '').split(/\s+OR\s+/);
  const accepted = (id) => PERMISSIVE.has(id) || (isFont && FONTS.has(id));
  return terms.some((term) => term.split(/\s+AND\s+/).every(accepted));
}

const lock = await read('package-lock.json');
const shipped = Object.entries(lock.packages).filter(
  ([path, entry]) => path && !entry.dev && !entry.devOptional,
);
const bad = [];
const counts = new Map();
for (const [path] of shipped) {
  let manifest;
  try {
    manifest = await read(`${path}/package.json`);
  } catch {
    // An optional package of another system is not installed, and so cannot be bundled.
    continue;
  }
  const licence =
    typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? 'none');
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  if (!isPermissive(licence, manifest.name.startsWith('@fontsource')))
    bad.push(`${manifest.name} ${manifest.version}: ${licence}`);
}
for (const [path, entry] of Object.entries(lock.packages)) {
  const resolved = entry.resolved;
  if (resolved && !resolved.startsWith('https://registry.npmjs.org/'))
    bad.push(`${path}: comes from ${resolved}`);
}
if (bad.length > 0) {
  console.error(`Not to be shipped:\n${bad.join('\n')}`);
  process.exit(1);
}
console.log([...counts].map(([licence, count]) => `${licence}: ${count}`).join(', '));
