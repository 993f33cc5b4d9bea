import { addDays, type Day, daysBetween } from './day';
import type { Span } from './period';
import { clockIn } from './zone';

export type Language = 'en' | 'ru';

/** Tags of the languages for `Intl`. */
const TAGS: Record<Language, string> = { en: 'en-GB', ru: 'ru-RU' };

/** Nothing to show; never a zero. */
export const NONE = '–';

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${language}${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) {
    found = new Intl.NumberFormat(TAGS[language], options);
    cache.set(key, found);
  }
  return found;
}

function dates(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${language}${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!found) {
    found = new Intl.DateTimeFormat(TAGS[language], options);
    cache.set(key, found);
  }
  return found;
}

/** Values as the API gives them: numbers, or decimals as text. */
export type Value = number | string | null | undefined;

export function toNumber(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A unit that is a currency: three capital letters, as ISO 4217 spells them. */
export function isCurrency(unit: string | null | undefined): boolean {
  return /^[A-Z]{3}$/.test(unit ?? '');
}

export interface Figures {
  /** Short, for axes and tight cards: 1.2M. */
  compact?: boolean;
  /** Digits after the point, where the unit does not say. */
  digits?: number;
  /** Under one another: every sum with the digits of its currency, so that the points stand in line. */
  column?: boolean;
  /** All of `digits`, zeros too: for figures under one another. */
  fixed?: boolean;
}

export function formatNumber(
  value: Value,
  language: Language,
  { compact, digits = 2, fixed }: Figures = {},
): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  return numbers(language, {
    minimumFractionDigits: fixed ? digits : 0,
    maximumFractionDigits: compact ? 1 : digits,
    notation: compact && Math.abs(number) >= 10_000 ? 'compact' : 'standard',
  }).format(number);
}

/** Digits after the point under which all values of a column stand in line. */
export function digitsIn(values: unknown[], most = 2): number {
  const unit = 10 ** most;
  return values.reduce<number>((digits, value) => {
    const rounded = Math.round((toNumber(value) ?? 0) * unit) / unit;
    return Math.max(digits, String(rounded).split('.')[1]?.length ?? 0);
  }, 0);
}

/** Digits after the point that the currency has: none for yen. */
export function digitsOf(currency: string): number {
  return numbers('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney(
  value: Value,
  currency: string,
  language: Language,
  { compact, column }: Figures = {},
): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  const short = compact && Math.abs(number) >= 10_000;
  const own = digitsOf(currency);
  // Alone, whole sums are told without hundredths, others with all digits, so that what is shown is what was stored.
  const isRound = compact && Math.abs(number) >= 1_000;
  const digits = isRound || (!column && Number.isInteger(number)) ? 0 : own;
  return numbers(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: short ? 1 : isRound ? 0 : own,
    notation: short ? 'compact' : 'standard',
  }).format(number);
}

export function formatPercent(value: Value, language: Language, digits = 1, fixed = false): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  return numbers(language, {
    style: 'percent',
    minimumFractionDigits: fixed ? digits : 0,
    maximumFractionDigits: digits,
  }).format(number);
}

/** A change with its sign: +12.3 %, −4 %. */
export function formatChange(value: Value, language: Language): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  return numbers(language, {
    style: 'percent',
    maximumFractionDigits: Math.abs(number) < 1 ? 1 : 0,
    signDisplay: 'exceptZero',
  }).format(number);
}

/** A value of a unit: money, a share, a count. */
export function formatUnit(
  value: Value,
  unit: string | null | undefined,
  language: Language,
  how: Figures = {},
): string {
  if (isCurrency(unit)) return formatMoney(value, unit as string, language, how);
  if (unit === 'ratio') return formatPercent(value, language, 1, how.column);
  return formatNumber(value, language, how);
}

export function formatDay(day: Day, language: Language, withYear = true): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone: 'UTC' };
  if (withYear) options.year = 'numeric';
  return dates(language, options).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

/** First and last day, both included. */
export function formatSpan(span: Span, language: Language, today: Day): string | null {
  if (!span.days) return null;
  const [first, last] = span.days;
  const date = (day: Day) => new Date(`${day}T00:00:00Z`);
  const sameYear = first.slice(0, 4) === last.slice(0, 4) && last.slice(0, 4) === today.slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone: 'UTC' };
  if (!sameYear) options.year = 'numeric';
  return dates(language, options).formatRange(date(first), date(last));
}

/** A moment on the workspace's clock. */
export function formatTime(value: string | null | undefined, language: Language, zone: string): string {
  if (!value) return NONE;
  return dates(language, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(new Date(value));
}

/** The time of day on the clock of this device. */
export function formatClock(at: number, language: Language): string {
  return dates(language, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** The day of a moment on the workspace's clock. */
export function formatDate(value: string | null | undefined, language: Language, zone: string): string {
  if (!value) return NONE;
  return dates(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(
    new Date(value),
  );
}

export function formatMinutes(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** The beginning of a step by its grain: a period of a report has no zone, it is on the workspace's clock already. */
export function formatStep(period: string, grain: string, language: Language): string {
  const moment = new Date(
    period.includes('T') ? `${period.replace(/Z$/, '')}Z` : `${period.slice(0, 10)}T00:00:00Z`,
  );
  const year = moment.getUTCFullYear();
  const utc = { timeZone: 'UTC' } as const;
  switch (grain) {
    case 'hour':
      return dates(language, {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        ...utc,
      }).format(moment);
    case 'month':
      return dates(language, { month: 'short', year: 'numeric', ...utc }).format(moment);
    case 'quarter':
      return `Q${Math.floor(moment.getUTCMonth() / 3) + 1} ${year}`;
    case 'year':
      return String(year);
    case 'week': {
      const first = moment.toISOString().slice(0, 10);
      const range = [first, addDays(first, 6)].map((day) => new Date(`${day}T00:00:00Z`)) as [Date, Date];
      return dates(language, { day: 'numeric', month: 'short', year: 'numeric', ...utc }).formatRange(
        ...range,
      );
    }
    default:
      return formatDay(moment.toISOString().slice(0, 10), language);
  }
}

/** "3 days ago": whole hours of the same day, else days of the calendar on the workspace's clock, as the list of days shows them. */
export function formatAgo(
  value: string | null | undefined,
  language: Language,
  zone: string,
  now: number = Date.now(),
): string {
  if (!value) return NONE;
  const at = new Date(value);
  const format = new Intl.RelativeTimeFormat(TAGS[language], { numeric: 'auto' });
  const days = daysBetween(clockIn(zone, new Date(now)).day, clockIn(zone, at).day);
  const seconds = Math.trunc((at.getTime() - now) / 1000);
  const hours = Math.trunc(seconds / 3600);
  // What happened an hour ago is not "yesterday", on whichever side of midnight.
  if (days === 0 || Math.abs(hours) < 6) {
    if (hours !== 0) return format.format(hours, 'hour');
    const minutes = Math.trunc(seconds / 60);
    return minutes === 0 ? format.format(seconds, 'second') : format.format(minutes, 'minute');
  }
  const years = Math.trunc(days / 365.2425);
  if (years !== 0) return format.format(years, 'year');
  const months = Math.trunc(days / 30.44);
  return months === 0 ? format.format(days, 'day') : format.format(months, 'month');
}

/** The size of a file, in steps of a thousand. */
export function formatBytes(value: number, language: Language): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return numbers(language, {
    style: 'unit',
    unit: units[step],
    // "470 byte" is no word of any language.
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(value / 1000 ** step);
}
