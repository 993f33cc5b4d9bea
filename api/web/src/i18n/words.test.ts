import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownParameters } from '~/pages/reports/own';
import { texts as en } from './en';
import { texts as ru } from './ru';

/** Words that the server gives as data: each has a text of ours in both languages. */

const ROOT = join(import.meta.dirname, '../../../..');
const document = JSON.parse(readFileSync(join(ROOT, 'api/web/openapi.json'), 'utf8'));

function rust(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return rust(path);
    return entry.name.endsWith('.rs') ? [readFileSync(join(ROOT, path), 'utf8')] : [];
  });
}

function found(sources: string[], pattern: RegExp): string[] {
  return [...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? '')))];
}

function has(texts: object, path: string): boolean {
  let at: unknown = texts;
  for (const part of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
  return typeof at === 'string';
}

function missing(groups: string | string[], names: string[]): string[] {
  const all = [groups].flat();
  return names.flatMap((name) =>
    ([en, ru] as object[]).flatMap((texts, index) =>
      all.some((group) => has(texts, `${group}.${name}`)) ? [] : [`${index ? 'ru' : 'en'} ${all[0]}.${name}`],
    ),
  );
}

const enumOf = (schema: string): string[] => document.components.schemas[schema].enum;
const parameterOf = (path: string, name: string): string[] =>
  document.paths[path].get.parameters.find((one: { name: string }) => one.name === name).schema.enum;

const server = [...rust('api/src'), ...rust('api/auth/src')];

describe('words of the audit', () => {
  it('say every action', () => {
    const actions = found(
      [readFileSync(join(ROOT, 'api/auth/src/action.rs'), 'utf8')],
      /^ {4}\w+ = "(\w+)",/gm,
    );
    expect(actions.length).toBeGreaterThan(40);
    expect(missing('settings.audit.actions', actions)).toEqual([]);
  });

  it('say what it was done to', () => {
    const kinds = [
      ...found(server, /Subject::of\("(\w+)"/g),
      ...found(server, /download::note\([^"]*"(\w+)"/g),
    ];
    expect(kinds).toContain('telegram_link');
    expect(kinds).toContain('saved_report');
    expect(missing('settings.audit.kinds', kinds)).toEqual([]);
  });

  it('say every detail', () => {
    const details = server.flatMap((text) =>
      [
        ...text.matchAll(
          /Subject::(?:of|none|person)\([\s\S]{0,80}?\.with\((?:serde_json::)?json!\(\{([^}]*)\}/g,
        ),
      ].flatMap(([, body]) => [...(body ?? '').matchAll(/"(\w+)":/g)].map(([, name]) => name ?? '')),
    );
    expect(details).toContain('delete_at');
    expect(missing('settings.audit.details', [...new Set(details), 'kind', 'role', 'fields'])).toEqual([]);
  });
});

describe('words of the description of the API', () => {
  // What a statement works out is told by its parts, and a value by itself.
  const STATEMENTS = ['value', 'list', 'compare'];
  const recommended = parameterOf('/v1/recommendations', 'kind');
  it.each<[string, string | string[], string[]]>([
    ['roles', 'settings.roles', document.components.schemas.Account.properties.role.enum ?? []],
    ['alerts', 'sending.deliveries.alerts', enumOf('AlertType')],
    ['channels', 'sending.deliveries', enumOf('DeliveryChannel')],
    ['deliveries', 'sending.deliveries.kinds', enumOf('DeliveryKind')],
    ['how often', 'sending.deliveries.every', enumOf('Every')],
    ['files', 'sending.exports.kinds', enumOf('ExportKind')],
    ['formats', 'sending.formats', enumOf('ExportFormat')],
    ['intents', 'assistant.intents', enumOf('Intent').filter((name) => !STATEMENTS.includes(name))],
    ['operators', 'assistant.operators', enumOf('PlanOperator').filter((name) => name !== 'in')],
    ['sources', 'assistant.sources', enumOf('AnswerSource')],
    ['advice', 'recommendations.statuses', enumOf('RecommendationStatus')],
    ['kinds of advice', 'recommendations.kinds', recommended],
    ['types of parameters', 'reports.own.types', enumOf('SavedParameterType')],
    ['drawings', 'common.chart.kinds', enumOf('SavedChartKind')],
    ['tasks', 'work.tasks.statuses', enumOf('TaskStatus')],
    ['metrics', 'common.metrics', parameterOf('/v1/trends', 'metric')],
    ['steps', 'common.grains', parameterOf('/v1/reports/{id}', 'grain')],
    ['sources of attributes', 'reports.choices', parameterOf('/v1/reports/{id}', 'source')],
    ['webhooks', 'sending.webhooks.names', enumOf('WebhookEvent').map(snake)],
    ['cards', 'work.boards.kinds', enumOf('CardKind')],
  ])('say %s', (_, group, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(missing(group, names)).toEqual([]);
  });

  it('say every parameter of a report', () => {
    const queries = readdirSync(join(ROOT, 'queries')).filter((name) => name.endsWith('.sql'));
    const names = queries.flatMap((name) =>
      found([readFileSync(join(ROOT, 'queries', name), 'utf8')], /\[\[parameters\]\]\n-- name = "(\w+)"/g),
    );
    expect(names).toContain('days');
    expect(missing('reports.names', names)).toEqual([]);
    const ofQuery = document.paths['/v1/reports/{id}'].get.parameters
      .filter((one: { in: string }) => one.in === 'query')
      .map(({ name }: { name: string }) => ({ name }));
    const own = ownParameters({ parameters: ofQuery } as never).map(({ name }) => name);
    expect(
      missing(
        'reports.names',
        own.filter((name) => !['csv_guard', 'format'].includes(name)),
      ),
    ).toEqual([]);
  });
});

/** `CustomerCreated` or `customer.created` as a key. */
function snake(name: string): string {
  return name
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .replace('.', '_')
    .toLowerCase();
}
