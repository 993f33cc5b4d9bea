import { describe, expect, it } from 'vitest';
import type { Plan } from '~/api/assistant';
import {
  comparisonOf,
  daysOf,
  withComparison,
  withDimension,
  withFilter,
  withMetric,
  withPeriod,
} from './plan';

const ZONE = 'Europe/Moscow';
const NOW = new Date('2026-05-15T09:30:00Z');

const plan: Plan = {
  intent: 'value',
  metrics: ['revenue'],
  dimensions: [],
  filters: [{ field: 'channel', op: 'in', values: ['web'], labels: ['Web'] }],
  period: {
    from: '2026-03-31T21:00:00Z',
    to: '2026-04-30T21:00:00Z',
    label: '1–30 Apr 2026',
    expr: { x: 1 },
  },
  compared_with: null,
  order: null,
  assumed: ['x'],
};

describe('an edited plan', () => {
  it('has days where the server has moments', () => {
    expect(daysOf(plan.period, ZONE)).toEqual(['2026-04-01', '2026-05-01']);
    expect(daysOf({ from: '2026-04-01', to: '2026-05-01' }, ZONE)).toEqual(['2026-04-01', '2026-05-01']);
    expect(daysOf({ from: '2026-04-01', to: null }, ZONE)).toBeNull();
  });

  it('drops the words of the period that it no longer has', () => {
    const next = withPeriod(plan, ['2026-01-01', '2026-04-01'], ZONE, NOW);
    expect(next.period).toEqual({ from: '2026-01-01', to: '2026-04-01' });
    expect(next.assumed).toEqual([]);
    expect(withPeriod(plan, null, ZONE, NOW).period).toEqual({ from: null, to: null });
  });

  it('is compared with the calendar unit before, as many of them, else as many days', () => {
    const compared = (from: string, to: string) =>
      withComparison({ ...plan, period: { from, to } }, 'previous', ZONE, NOW).compared_with;
    expect(compared('2026-04-01', '2026-05-01')).toEqual({ from: '2026-03-01', to: '2026-04-01' });
    expect(compared('2026-01-01', '2026-04-01')).toEqual({ from: '2025-10-01', to: '2026-01-01' });
    expect(compared('2026-02-01', '2026-05-01')).toEqual({ from: '2025-11-01', to: '2026-02-01' });
    expect(compared('2026-04-03', '2026-04-13')).toEqual({ from: '2026-03-24', to: '2026-04-03' });
  });

  it('compares a running period with the part of the one before that had passed by then', () => {
    const running = { ...plan, period: { from: '2026-05-01', to: '2026-05-16', running: true } };
    const next = withComparison(running, 'previous', ZONE, NOW);
    expect(next.compared_with).toEqual({ from: '2026-04-01', to: '2026-04-15T09:30:00.000Z' });
    expect(next.intent).toBe('compare');
  });

  it('keeps what it is compared with when the period moves', () => {
    const year = withComparison(plan, 'year', ZONE, NOW);
    expect(year.compared_with).toEqual({ from: '2025-04-01', to: '2025-05-01' });
    expect(comparisonOf(year, ZONE, NOW)).toBe('year');
    const moved = withPeriod(year, ['2026-03-01', '2026-04-01'], ZONE, NOW);
    expect(moved.compared_with).toEqual({ from: '2025-03-01', to: '2025-04-01' });
    expect(withComparison(moved, 'none', ZONE, NOW)).toMatchObject({ intent: 'value', compared_with: null });
  });

  it('sorts by the metric that it has now', () => {
    const listed: Plan = {
      ...plan,
      intent: 'list',
      dimensions: ['product'],
      order: { by: 'revenue', descending: true },
    };
    expect(withMetric(listed, 'units').order).toEqual({ by: 'units', descending: true });
    expect(withDimension(listed, 0, null)).toMatchObject({ intent: 'value', dimensions: [] });
    expect(withDimension(listed, 0, 'channel').dimensions).toEqual(['channel']);
  });

  it('takes a filter off, or gives it other values without the old names', () => {
    expect(withFilter(plan, 0, null).filters).toEqual([]);
    expect(withFilter(plan, 0, ['shop']).filters?.[0]).toMatchObject({
      field: 'channel',
      op: 'in',
      values: ['shop'],
    });
    expect(withFilter(plan, 0, ['shop']).filters?.[0]).not.toHaveProperty('labels');
  });
});
