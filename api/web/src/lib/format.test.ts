import { describe, expect, it } from 'vitest';
import { deviceName } from './device';
import {
  formatAgo,
  formatChange,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSpan,
  formatStep,
  formatTime,
  formatUnit,
  NONE,
} from './format';
import { sortRows } from './sort';

/** The spaces of `Intl` as plain ones. */
const plain = (text: string | null) => text?.replace(/[\u00a0\u202f\u2009]/g, ' ');

describe('figures', () => {
  it('keeps the hundredths of money and leaves out those that are none', () => {
    expect(plain(formatMoney(1234.5, 'GBP', 'en'))).toBe('£1,234.50');
    expect(plain(formatMoney(1234, 'GBP', 'en'))).toBe('£1,234');
    expect(plain(formatMoney('1234.50', 'RUB', 'ru'))).toBe('1 234,50 ₽');
    expect(plain(formatMoney(-3, 'USD', 'en'))).toBe('-$3');
  });

  it('tells nothing as nothing, never as zero', () => {
    for (const value of [null, undefined, '', 'x']) {
      expect(formatNumber(value, 'en')).toBe(NONE);
      expect(formatUnit(value, 'ratio', 'ru')).toBe(NONE);
    }
    expect(formatNumber(0, 'en')).toBe('0');
  });

  it('tells shares and changes in per cent, changes with their sign', () => {
    expect(plain(formatPercent(0.1234, 'ru'))).toBe('12,3 %');
    expect(formatChange(0.1, 'en')).toBe('+10%');
    expect(plain(formatChange(-0.256, 'ru'))).toBe('-25,6 %');
    expect(formatChange(0, 'en')).toBe('0%');
  });
});

describe('times', () => {
  it('are on the workspace clock, whatever the browser has', () => {
    expect(formatTime('2026-01-01T22:30:00Z', 'en', 'Europe/Moscow')).toContain('2 Jan 2026');
    expect(formatTime(null, 'en', 'UTC')).toBe(NONE);
  });

  it('tells a span by first and last day, with the year where it is not this one', () => {
    expect(plain(formatSpan({ days: ['2026-03-01', '2026-03-31'] }, 'en', '2026-05-05'))).toMatch(
      /^1 ?– ?31 Mar$/,
    );
    expect(formatSpan({ days: ['2025-12-01', '2025-12-31'] }, 'en', '2026-05-05')).toContain('2025');
    expect(formatSpan({}, 'en', '2026-05-05')).toBeNull();
  });

  it('names steps by their grain', () => {
    expect(formatStep('2026-01-01T00:00:00', 'month', 'en')).toBe('Jan 2026');
    expect(formatStep('2026-04-01', 'quarter', 'en')).toBe('Q2 2026');
    expect(formatStep('2026-04-01', 'year', 'ru')).toBe('2026');
    expect(plain(formatStep('2026-03-02', 'week', 'en'))).toMatch(/^2 ?– ?8 Mar 2026$/);
  });

  it('tells how long ago', () => {
    const now = Date.parse('2026-01-10T10:00:00Z');
    const ago = (value: string, zone = 'UTC') => formatAgo(value, 'en', zone, now);
    expect(ago('2026-01-08T00:00:00Z')).toBe('2 days ago');
    expect(ago('2026-01-10T09:59:50Z')).toBe('10 seconds ago');
    expect(ago('2026-01-10T08:20:00Z')).toBe('1 hour ago');
    // Three and a half days are three days of the calendar in one zone and four in another, as the dates beside it say.
    expect(ago('2026-01-06T22:00:00Z')).toBe('4 days ago');
    expect(ago('2026-01-06T22:00:00Z', 'Europe/Moscow')).toBe('3 days ago');
    expect(ago('2025-11-20T00:00:00Z')).toBe('last month');
    expect(ago('2023-06-01T00:00:00Z')).toBe('2 years ago');
  });

  it('gives every sum of a column the digits of its currency', () => {
    const column = (value: number, currency: string) =>
      plain(formatMoney(value, currency, 'ru', { column: true }));
    expect(column(89, 'USD')).toBe('89,00 $');
    expect(column(59.9, 'USD')).toBe('59,90 $');
    expect(column(1200, 'JPY')).toBe('1 200 ¥');
    expect(plain(formatMoney(89, 'USD', 'ru'))).toBe('89 $');
  });
});

describe('rows', () => {
  it('are sorted as numbers where they are numbers, with nothing at the end', () => {
    const by = (values: unknown[], descending: boolean) => sortRows(values, (value) => value, descending);
    expect(by([10, null, 9, 100], false)).toEqual([9, 10, 100, null]);
    expect(by(['10', '9', null], true)).toEqual(['10', '9', null]);
    expect(by(['б', 'а'], false)).toEqual(['а', 'б']);
  });
});

describe('devices', () => {
  it('are named by browser and system', () => {
    const agent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';
    expect(deviceName(agent)).toBe('Chrome, Linux');
    expect(deviceName('curl/8.0')).toBe('curl/8.0');
    expect(deviceName(null)).toBeNull();
  });
});
