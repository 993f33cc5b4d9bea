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

  it('compares typed whole units with units, as the assistant does', () => {
    const typed = (from: string, to: string, compare?: 'year') => of({ from, to, compare }).compared?.days;
    expect(typed('2026-02-01', '2026-02-28')).toEqual(['2026-01-01', '2026-01-31']);
    expect(typed('2025-10-01', '2025-12-31')).toEqual(['2025-07-01', '2025-09-30']);
    expect(typed('2026-01-01', '2026-02-28')).toEqual(['2025-11-01', '2025-12-31']);
    expect(typed('2025-02-10', '2025-02-28', 'year')).toEqual(['2024-02-10', '2024-02-28']);
    expect(typed('2025-02-01', '2025-02-28', 'year')).toEqual(['2024-02-01', '2024-02-29']);
  });

  it('compares a running period with a year before up to the same clock', () => {
    const month = of({ period: 'this_month', compare: 'year' }).compared;
    expect(month).toEqual({
      from: '2025-03-01',
      to: '2025-03-26T11:30:00.000Z',
      days: ['2025-03-01', '2025-03-26'],
      until: NOW.minutes,
    });
    expect(of({ from: '2026-03-01', to: '2026-03-31' }).compared).toEqual(
      of({ period: 'this_month' }).compared,
    );
    expect(of({ from: '2026-03-24', to: '2026-03-26' }).compared?.days).toEqual(['2026-03-21', '2026-03-23']);
  });

  it('compares weeks by their number, to the same weekday and clock', () => {
    expect(of({ period: 'this_week' }).span.days).toEqual(['2026-03-23', '2026-03-26']);
    expect(of({ period: 'this_week' }).compared).toMatchObject({
      days: ['2026-03-16', '2026-03-19'],
      until: NOW.minutes,
    });
    expect(of({ period: 'last_week' }).compared?.days).toEqual(['2026-03-09', '2026-03-15']);
    // Week 12 of 2025; and of the 53 weeks of 2020 the last stands beside the 52nd of 2019.
    expect(of({ period: 'last_week', compare: 'year' }).compared?.days).toEqual(['2025-03-17', '2025-03-23']);
    expect(of({ from: '2020-12-28', to: '2021-01-03', compare: 'year' }).compared?.days).toEqual([
      '2019-12-23',
      '2019-12-29',
    ]);
  });

  it('compares thirty days with thirty, also where they are a month', () => {
    const end = resolvePeriod({ period: 'last_30_days' }, 'UTC', { day: '2026-05-01', minutes: 0 });
    expect(end.span.days).toEqual(['2026-04-01', '2026-04-30']);
    expect(end.compared?.days).toEqual(['2026-03-02', '2026-03-31']);
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
