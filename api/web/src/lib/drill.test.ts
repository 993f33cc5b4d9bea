import { describe, expect, it } from 'vitest';
import type { Report, Result } from '~/api/types';
import { canDrillOwn, drillStatements, linesBehind, linesOfCause, linesOfOwn } from './drill';
import { canDrill } from './drillable';

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
        "status = 'completed'",
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
    expect(canDrill(report('segment_movement'))).toBe(false);
    expect(linesBehind(report('segment_movement'), result('customers'), [2], context)).toBeNull();
    expect(linesBehind(report('basket_pairs'), result('lift'), [2], context)).toBeNull();
    // A segment of another moment than now is in no table.
    expect(linesBehind(report('rfm_segments'), result('segment'), ['loyal'], context)).toBeNull();
    expect(linesBehind(report('sales_over_time'), result('period'), ['never'], context)).toBeNull();
    expect(drillStatements.purchases('TRUE')).toContain('WHERE TRUE');
  });

  it('of a margin are those of the part that was opened', () => {
    const of = (figure?: string) =>
      linesBehind(report('margin'), result('period'), ['2026-02-01'], { ...context, figure });
    expect(of()).toContain('cost IS NOT NULL');
    expect(of('shipping')).toContain("kind = 'shipping'");
    expect(of('revenue')).not.toMatch(/cost|kind/);
  });

  it('are those of the metric only', () => {
    const of = (metric: string) => linesBehind(report('sales_summary'), result('metric'), [metric], context);
    expect(of('revenue')).not.toContain('amount >');
    expect(of('refunds')).toContain('amount < 0');
    expect(of('units')).toContain("kind = 'product'");
    expect(of('orders')).toContain('purchase_amount > 0');
    expect(of('new_customers')).toContain("HAVING min(occurred_at) >= utc_time('2026-01-10')");
    expect(of('repeat_rate')).toContain('HAVING count(*) > 1');
    const returning = linesBehind(report('new_vs_returning'), result('period'), ['2026-02-01'], {
      ...context,
      figure: 'revenue_returning',
    });
    expect(returning).toContain("min(occurred_at) < utc_time('2026-02-01')");
  });

  it('of an own report go by the columns that purchases have', () => {
    const own = result('channel', 'revenue');
    expect(canDrillOwn(own.columns)).toBe(true);
    expect(linesOfOwn(own, ['web', 5], {}, 'EUR')).toBe("channel = 'web'\n  AND currency = 'EUR'");
    expect(linesOfOwn(result('revenue'), [5], {}, 'EUR')).toBeNull();
    expect(linesOfCause('product', 'p1', { ...context, span: {} })).toContain(
      "product_id = 'p1'\n  AND kind = 'product'",
    );
    expect(linesOfCause('weekday', '1', context)).toBeNull();
  });

  it('of a cohort are the orders of its customers in that step', () => {
    const lines = linesBehind(
      report('cohort_retention'),
      result('cohort', 'age'),
      ['2026-01-01', 1],
      context,
    );
    expect(lines).toContain("occurred_at >= utc_time('2026-02-01') AND occurred_at < utc_time('2026-03-01')");
    expect(lines).toContain("HAVING min(occurred_at) >= utc_time('2026-01-01')");
  });

  it('are found by segments, stages, attributes, pairs and contacts', () => {
    const now = { ...context, span: {} };
    expect(linesBehind(report('rfm_segments'), result('segment'), ['loyal'], now)).toContain(
      "segment = 'loyal'",
    );
    expect(linesBehind(report('lifecycle'), result('stage'), ['lost'], now)).toContain("lifecycle = 'lost'");
    const city = { ...now, values: { attribute: 'city' } };
    expect(linesBehind(report('by_attribute'), result('key'), ['Kazan'], city)).toContain(
      "json_as_text(attributes, 'city') = 'Kazan'",
    );
    const pair = linesBehind(report('basket_pairs'), result('antecedent', 'consequent'), ['a', 'b'], context);
    expect(pair).toContain("product_id IN ('a', 'b')");
    const contacts = result('kind', 'channel');
    expect(linesBehind(report('interactions_summary'), contacts, ['email', null], now)).toContain(
      "i.kind = 'email' AND i.channel IS NULL",
    );
  });
});
