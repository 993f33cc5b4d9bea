import { describe, expect, it } from 'vitest';
import { addMonths, startOf } from './day';
import { spanOf } from './span';
import { clockIn, momentOf } from './zone';

describe('zones', () => {
  it('shows the clock of the zone, not of the browser', () => {
    expect(clockIn('Asia/Kolkata', new Date('2026-01-01T20:00:00Z'))).toEqual({
      day: '2026-01-02',
      minutes: 90,
    });
  });

  it.each([
    ['Europe/Berlin', '2026-03-28', 23 * 60 + 59],
    ['Europe/Berlin', '2026-03-29', 3 * 60],
    ['America/New_York', '2026-11-01', 12 * 60],
    ['Pacific/Apia', '2026-06-15', 0],
  ])('finds the moment that a clock in %s showed on %s', (zone, day, minutes) => {
    expect(clockIn(zone, momentOf(zone, { day, minutes }))).toEqual({ day, minutes });
  });

  it('tells a half-open span by its first and last day in the zone', () => {
    expect(spanOf('2026-01-31T21:00:00Z', '2026-02-28T21:00:00Z', 'Europe/Moscow').days).toEqual([
      '2026-02-01',
      '2026-02-28',
    ]);
    expect(spanOf('2026-02-01', '2026-03-01', 'Europe/Moscow').days).toEqual(['2026-02-01', '2026-02-28']);
  });
});

describe('days', () => {
  it('begins weeks on Monday', () => {
    expect(startOf('week', '2026-03-01')).toBe('2026-02-23');
    expect(startOf('week', '2026-02-23')).toBe('2026-02-23');
  });

  it('stays in the month', () => {
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2028-02-29', -12)).toBe('2027-02-28');
    expect(addMonths('2026-01-15', -2)).toBe('2025-11-15');
  });
});
