import { describe, expect, it } from 'vitest';
import { grainOf, PRESETS, readPeriod, resolvePeriod } from './period';

const ZONE = 'Europe/Moscow';
// A Thursday, 14:30.
const NOW = { day: '2026-03-26', minutes: 14 * 60 + 30 };

function of(search: Parameters<typeof resolvePeriod>[0]) {
  return resolvePeriod(search, ZONE, NOW);
}

describe('periods', () => {
  it('takes whole units before the running one for "last"', () => {
    expect(of({ period: 'last_7_days' }).span).toEqual({
      from: '2026-03-19',
      to: '2026-03-26',
      days: ['2026-03-19', '2026-03-25'],
    });
    expect(of({ period: 'last_month' }).span.days).toEqual(['2026-02-01', '2026-02-28']);
    expect(of({ period: 'last_12_months' }).span.days).toEqual(['2025-03-01', '2026-02-28']);
    expect(of({ period: 'last_quarter' }).span.days).toEqual(['2025-10-01', '2025-12-31']);
  });

  it('ends a running unit at the next midnight', () => {
    const month = of({ period: 'this_month' });
    expect(month.running).toBe(true);
    expect(month.span).toEqual({ from: '2026-03-01', to: '2026-03-27', days: ['2026-03-01', '2026-03-26'] });
  });

  it('compares a calendar unit with the unit before, not with as many days', () => {
    expect(of({ period: 'last_month' }).compared?.days).toEqual(['2026-01-01', '2026-01-31']);
    expect(of({ period: 'last_7_days' }).compared?.days).toEqual(['2026-03-12', '2026-03-18']);
    expect(of({ from: '2026-03-02', to: '2026-03-04' }).compared?.days).toEqual(['2026-02-27', '2026-03-01']);
  });

  it('compares a running unit with the same elapsed part, to the minute', () => {
    expect(of({ period: 'this_month' }).compared).toEqual({
      from: '2026-02-01',
      to: '2026-02-26T11:30:00.000Z',
      days: ['2026-02-01', '2026-02-26'],
      until: NOW.minutes,
    });
    expect(of({ period: 'today' }).compared?.to).toBe('2026-03-25T11:30:00.000Z');
  });

  it('takes the last day of a month that lacks the day', () => {
    const end = resolvePeriod({ period: 'this_month' }, 'UTC', { day: '2026-03-31', minutes: 0 });
    expect(end.compared?.days).toEqual(['2026-02-01', '2026-02-28']);
  });

  it('compares with a year before by first and last day', () => {
    expect(of({ period: 'last_month', compare: 'year' }).compared?.days).toEqual([
      '2025-02-01',
      '2025-02-28',
    ]);
  });

  it('has nothing before all time, and nothing where none is asked for', () => {
    expect(of({ period: 'all' })).toEqual({ preset: 'all', span: {}, running: true, comparison: 'none' });
    expect(of({ period: 'last_month', compare: 'none' }).compared).toBeUndefined();
  });

  it('reads only what it knows from an address', () => {
    expect(readPeriod({ period: 'last_month', compare: 'year' })).toEqual({
      period: 'last_month',
      compare: 'year',
    });
    expect(readPeriod({ period: 'next_year', compare: 'moon', from: '2026-13-01', to: 'x' })).toEqual({});
    expect(readPeriod({ from: '2026-02-03', to: '2026-02-01' })).toEqual({});
  });

  it('knows every preset', () => {
    for (const period of PRESETS) expect(of({ period }).preset).toBe(period);
  });

  it('draws at a step that can be read', () => {
    expect(grainOf(of({ period: 'today' }).span)).toBe('hour');
    expect(grainOf(of({ period: 'last_30_days' }).span)).toBe('day');
    expect(grainOf(of({ period: 'last_12_months' }).span)).toBe('week');
    expect(grainOf(of({ period: 'all' }).span)).toBe('month');
  });
});
