// Takes the pictures of docs/pictures, in both languages, of the demonstration shop:
//   node scripts/pictures.mjs PROGRAM [name ...]
// With KUPETS_DIST=1 the pages are those of dist/ instead of the program's own. Chromium: /usr/bin/chromium or KUPETS_CHROMIUM.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [program, ...only] = process.argv.slice(2);
if (!program) throw new Error('Say which program to show: node scripts/pictures.mjs target/release/kupets');

const OUT = process.env.KUPETS_PICTURES ?? join(import.meta.dirname, '../../../docs/pictures');
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const QUESTIONS = { en: 'Revenue by category last month', ru: 'Выручка по категориям за прошлый месяц' };
const SQL = `SELECT channel, count(DISTINCT purchase_id) AS orders, sum(amount) AS revenue
FROM purchases
GROUP BY channel
ORDER BY revenue DESC`;

/** What is taken: an address, and what is done there before. */
const PICTURES = [
  { name: 'overview', path: '/' },
  { name: 'overview-dark', path: '/', scheme: 'dark' },
  { name: 'customers', path: '/customers?filter=orders%3E%3D2' },
  { name: 'customer', path: '/customers', act: openFirstCustomer },
  { name: 'retention-dark', path: '/reports/cohort_retention', scheme: 'dark' },
  { name: 'drill', path: '/reports/categories', act: drill },
  { name: 'forecast', path: '/forecast?grain=week' },
  { name: 'assistant', path: '/assistant', act: askSomething },
  { name: 'sql', path: `/sql?q=${encodeURIComponent(SQL)}`, act: run },
  { name: 'connect', path: '/connect' },
  { name: 'overview-phone', path: '/', size: PHONE },
  { name: 'recommendations-phone', path: '/recommendations', size: PHONE },
];

async function openFirstCustomer(page) {
  const link = page.locator('main table a').first();
  const path = await link.getAttribute('href');
  await page.goto(path);
}

async function drill(page) {
  await page.locator('main tbody tr[data-opens]').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('[role="dialog"] table').waitFor();
}

async function askSomething(page, lang) {
  const field = page.locator('main textarea').first();
  await field.fill(QUESTIONS[lang]);
  await field.press('Enter');
  await page.locator('main table').first().waitFor();
}

async function run(page) {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await page.locator('main table').first().waitFor();
}

/** No skeleton is left, and drawings are drawn. */
async function settled(page) {
  await page.waitForFunction(
    () =>
      document.querySelector('h1') &&
      !document.querySelector('.mantine-Skeleton-root') &&
      [...document.querySelectorAll('main canvas')].every((canvas) => canvas.width > 0),
  );
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
}

/** The demonstration, once it has told how to come in. */
async function demo(lang) {
  const data = await mkdtemp(join(tmpdir(), 'kupets-pictures-'));
  const args = ['demo', '--lines', '30000', '--language', lang, '--data', data, '--listen', '127.0.0.1:0'];
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const known = {};
  await new Promise((ready, fail) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = /https?:\/\/[\d.:\w]+/.exec(line)?.[0];
      if (address && !known.url) known.url = address;
      if (line.includes('demo@example.com')) known.password = null;
      else if (known.password === null) known.password = line.trim().split(/\s+/).at(-1);
      else if (known.password && /kp_/.test(line)) ready();
    });
    server.on('exit', (code) => fail(new Error(`${program} ended with ${code}`)));
  });
  const stop = async () => {
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true, force: true });
  };
  return { ...known, stop };
}

/** The build before the program, where its own pages are older. */
async function front(url) {
  if (!process.env.KUPETS_DIST) return { url, stop: async () => {} };
  process.env.KUPETS_URL = url;
  const { preview } = await import('vite');
  const server = await preview({
    root: join(import.meta.dirname, '..'),
    preview: { port: 0, host: '127.0.0.1' },
  });
  return { url: server.resolvedUrls.local[0].replace(/\/$/, ''), stop: () => server.close() };
}

await mkdir(OUT, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.KUPETS_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
for (const lang of ['en', 'ru']) {
  const shop = await demo(lang);
  const pages = await front(shop.url);
  for (const { name, path, size = WIDE, scheme = 'light', act } of PICTURES) {
    if (only.length > 0 && !only.includes(name)) continue;
    const context = await browser.newContext({
      viewport: size,
      locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
      timezoneId: lang === 'ru' ? 'Europe/Moscow' : 'UTC',
      colorScheme: scheme,
      baseURL: pages.url,
    });
    const entered = await context.request.post('/v1/auth/login', {
      data: { email: 'demo@example.com', password: shop.password },
      headers: { origin: pages.url },
    });
    if (!entered.ok())
      throw new Error(`signing in was answered ${entered.status()}: ${await entered.text()}`);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(path);
    await settled(page);
    await act?.(page, lang);
    await settled(page);
    await page.screenshot({ path: join(OUT, `${name}-${lang}.png`) });
    console.log(`${name}-${lang}.png`);
    await context.close();
  }
  await pages.stop();
  await shop.stop();
}
await browser.close();
