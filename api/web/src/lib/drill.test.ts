import { describe, expect, it } from 'vitest';
import type { Report, Result } from '~/api/types';
import { canDrill, drillStatements, linesBehind } from './drill';

const report = (id: string) => ({ id }) as Report;
const result = (...names: string[]) =>
  ({ columns: names.map((name) => ({ name, type: 'VARCHAR' })) }) as Result;
const context = { grain: 'month', span: { from: '2026-01-10', to: '2026-03-01' }, currency: 'EUR' };

describe('lines behind a row', () => {
  it('are those of its step within the period', () => {
    expect(
      linesBehind(report('sales_over_time'), result('period', 'revenue'), ['2026-02-01', 5], context),
    ).toBe(
      [
        "occurred_at >= utc_time('2026-01-10') AND occurred_at < utc_time('2026-03-01')",
        "occurred_at >= utc_time('2026-02-01') AND occurred_at < utc_time('2026-03-01')",
        "currency = 'EUR'",
      ].join('\n  AND '),
    );
    const hour = { ...context, grain: 'hour', span: {} };
    expect(linesBehind(report('refunds'), result('period'), ['2026-02-01T23:00:00'], hour)).toContain(
      "utc_time('2026-02-01T23:00:00') AND occurred_at < utc_time('2026-02-02T00:00:00')",
    );
  });

  it('are picked by names with quotes in them, and by none', () => {
    const of = (key: string | null) => linesBehind(report('categories'), result('key'), [key], context);
    expect(of("Tea 'n' more")).toContain("category = 'Tea ''n'' more'");
    expect(of(null)).toContain('category IS NULL');
  });

  it('are not guessed where a report has none', () => {
    expect(canDrill(report('basket_pairs'))).toBe(false);
    expect(linesBehind(report('basket_pairs'), result('lift'), [2], context)).toBeNull();
    expect(linesBehind(report('sales_over_time'), result('period'), ['never'], context)).toBeNull();
    expect(drillStatements.purchases('TRUE')).toContain('WHERE TRUE');
  });
});
