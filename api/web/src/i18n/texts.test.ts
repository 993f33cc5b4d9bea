import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { texts as en } from './en';
import { texts as firstTexts } from './en/first';
import { texts as ru } from './ru';

const SOURCE = join(import.meta.dirname, '..');
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flatten(value: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, inner] of Object.entries(value)) {
    const key = path ? `${path}.${name}` : name;
    if (typeof inner === 'string') found.set(key, inner);
    else for (const entry of flatten(inner, key)) found.set(...entry);
  }
  return found;
}

const all = { en: flatten(en), ru: flatten(ru) };

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.|schema\.d/.test(entry.name) ? [path] : [];
  });
}

/** Used by pages that come with all texts only. */
const allowed = ['app/language.ts'];

// Paths of the project alone: where it lies says nothing of its texts.
const code = sources(SOURCE).map((path) => ({
  path: path.slice(SOURCE.length),
  text: readFileSync(path, 'utf8'),
}));

describe('texts', () => {
  it('are in both languages', () => {
    const names = (language: 'en' | 'ru') =>
      new Set([...all[language].keys()].map((key) => key.replace(PLURAL, '')));
    expect([...names('en')].filter((key) => !names('ru').has(key))).toEqual([]);
    expect([...names('ru')].filter((key) => !names('en').has(key))).toEqual([]);
  });

  it.each(['en', 'ru'] as const)('have all plural forms of %s', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plurals = new Set(
      [...all[language].keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')),
    );
    const missing = [...plurals]
      .flatMap((key) => forms.map((form) => `${key}_${form}`))
      .filter((key) => !all[language].has(key));
    expect(missing).toEqual([]);
  });

  it('say something, with the same placeholders in both', () => {
    const holes = (text: string) =>
      [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();
    for (const [key, text] of all.ru) {
      expect(text.trim(), key).not.toBe('');
      const english = all.en.get(key) ?? all.en.get(key.replace(PLURAL, '_other'));
      expect(holes(text), key).toEqual(holes(english ?? ''));
    }
  });

  it('are in Russian where they are Russian', () => {
    const same = /^(sql|CSV|Excel|Parquet|E-mail|ABC|TSB|API)|^[^а-яё]*$/i;
    const allowed = ['shell.language.en', 'shell.spotlight.to_english'];
    const foreign = [...all.ru].filter(
      ([key, text]) => same.test(text) && !/[а-яё]/i.test(text) && !allowed.includes(key),
    );
    const fine = foreign.filter(
      ([, text]) => !/^(SQL|CSV|Excel \(XLSX\)|Parquet|NDJSON|E-mail|TSB|\{\{\w+\}\})$/.test(text),
    );
    expect(fine).toEqual([]);
  });

  it('are there for every key that the code names', () => {
    const known = new Set([...all.en.keys()].map((key) => key.replace(PLURAL, '')));
    const missing = code.flatMap(({ path, text }) =>
      [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)]
        .map(([, key]) => key ?? '')
        .filter((key) => !known.has(key))
        .map((key) => `${path}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('are there for every group that the code names', () => {
    const groups = code.flatMap(({ path, text }) =>
      [...text.matchAll(/\btextOf\(\s*'([\w.]+)'/g)].map(([, group]) => ({ path, group: group ?? '' })),
    );
    const known = [...all.en.keys()];
    expect(groups.filter(({ group }) => !known.some((key) => key.startsWith(`${group}.`)))).toEqual([]);
  });

  it('of the first page are enough for it', () => {
    const first = code.filter(
      ({ path }) => /\/(app|ui|lib|pages\/auth|pages\/overview)\//.test(path) && !/Spotlight/.test(path),
    );
    const areas = Object.keys(firstTexts);
    const foreign = first.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:t|textOf)\(\s*['`]([a-z]+)\./g)]
        .map(([, area]) => area ?? '')
        .filter((area) => !areas.includes(area))
        .map((area) => `${path}: ${area}`),
    );
    expect(foreign.filter((line) => !allowed.some((path) => line.includes(path)))).toEqual([]);
  });

  it('are all used', () => {
    const whole = code.map(({ text }) => text).join('\n');
    const groups = [...whole.matchAll(/(?:`|')([a-z_]+(?:\.[a-z_]+)+)(?:\.\$\{|'\s*,)/g)].map(
      ([, group]) => group ?? '',
    );
    const unused = [...all.en.keys()]
      .map((key) => key.replace(PLURAL, ''))
      .filter((key) => !whole.includes(`'${key}'`) && !groups.some((group) => key.startsWith(`${group}.`)));
    expect([...new Set(unused)]).toEqual([]);
  });

  it('never stand in the code itself', () => {
    const found: string[] = [];
    for (const { path, text } of code.filter(({ path }) => path.endsWith('.tsx'))) {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
      const look = (node: ts.Node) => {
        const isText = ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text);
        const isLabel =
          ts.isJsxAttribute(node) &&
          /^(aria-label|title|label|placeholder|description|alt)$/.test(node.name.getText(file)) &&
          node.initializer !== undefined &&
          ts.isStringLiteral(node.initializer) &&
          /\p{L}{2,}/u.test(node.initializer.text);
        if (isText || isLabel) found.push(`${path}: ${node.getText(file).trim()}`);
        ts.forEachChild(node, look);
      };
      look(file);
    }
    // A key of the keyboard has one name everywhere, and so has an address.
    expect(found.filter((line) => !/Ctrl|https:/.test(line))).toEqual([]);
  });
});
