// What a browser loads for a page, gzipped, by the manifest of the build. Fails over the budget of the first route.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET = 250 * 1024;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** A chunk, what it needs at once, and their styles. */
function closure(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const other of chunk.imports ?? []) closure(other, found);
  return found;
}

async function gzipped(files) {
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync(await readFile(new URL(file, dist))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const [texts, allTexts] = ['src/i18n/ru/first.ts', 'src/i18n/ru/rest.ts'];
const routes = {
  'sign in': ['src/pages/auth/SignIn.tsx'],
  'sign up': ['src/pages/auth/SignUp.tsx'],
  overview: ['src/app/Shell.tsx', 'src/pages/overview/Overview.tsx'],
  customers: [allTexts, 'src/app/Shell.tsx', 'src/pages/customers/Customers.tsx'],
  report: [allTexts, 'src/app/Shell.tsx', 'src/pages/reports/ReportPage.tsx'],
  sql: [allTexts, 'src/app/Shell.tsx', 'src/pages/sql/SqlPage.tsx'],
};
let over = false;
for (const [name, keys] of Object.entries(routes)) {
  const files = new Set();
  for (const key of ['index.html', texts, ...keys]) closure(key, files);
  const size = await gzipped(files);
  // Whoever comes for the first time comes to a door, whoever is known to the overview; the other pages are shown, not bounded.
  if ((name.startsWith('sign') || name === 'overview') && size > BUDGET) over = true;
  console.log(`${name.padEnd(10)} ${(size / 1024).toFixed(1)} KiB gzipped in ${files.size} files`);
}
console.log(
  `charts     ${((await gzipped(closure('src/ui/echarts.ts'))) / 1024).toFixed(1)} KiB gzipped, with the first one`,
);
if (over) {
  console.error(`Over the budget of ${BUDGET / 1024} KiB for a first route.`);
  process.exit(1);
}
