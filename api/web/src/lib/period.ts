import { before } from './compare';
import { addDays, addUnits, type Day, daysBetween, isDay, startOf, type Unit } from './day';
import type { Clock } from './zone';

/**
 * What period words mean is one rule for reports, assistant, bot and this page: weeks begin on Monday, "last N" are whole
 * units, a running unit is compared with the same elapsed part of the one before.
 */
export const PRESETS = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_12_months',
  'all',
] as const;
export type Preset = (typeof PRESETS)[number];

export const COMPARISONS = ['previous', 'year', 'none'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What stands in the address. */
export interface PeriodSearch {
  period?: Preset;
  from?: Day;
  /** The last day, which belongs to the period: what people say. */
  to?: Day;
  compare?: Comparison;
}

/** A half-open span as the API takes it; without ends, all records. */
export interface Span {
  from?: string;
  to?: string;
  /** First and last day for people, both included. */
  days?: [Day, Day];
  /** The clock at which a running span ends, in minutes since midnight. */
  until?: number;
}

export interface Period {
  preset: Preset | 'custom';
  span: Span;
  /** Has begun and not ended. */
  running: boolean;
  comparison: Comparison;
  /** What the figures are compared with; absent when there is nothing before. */
  compared?: Span;
}

export const DEFAULT_PERIOD: Preset = 'last_30_days';

const RUNNING: Partial<Record<Preset, Unit>> = {
  today: 'day',
  this_week: 'week',
  this_month: 'month',
  this_quarter: 'quarter',
  this_year: 'year',
};

const WHOLE: Partial<Record<Preset, [Unit, number]>> = {
  yesterday: ['day', 1],
  last_7_days: ['day', 7],
  last_30_days: ['day', 30],
  last_90_days: ['day', 90],
  last_week: ['week', 1],
  last_month: ['month', 1],
  last_quarter: ['quarter', 1],
  last_year: ['year', 1],
  last_12_months: ['month', 12],
};

function span(from: Day, end: Day): Span {
  return { from, to: end, days: [from, addDays(end, -1)] };
}

export function readPeriod(search: Record<string, unknown>): PeriodSearch {
  const read: PeriodSearch = {};
  const known = (list: readonly string[], value: unknown) =>
    typeof value === 'string' && list.includes(value);
  if (known(PRESETS, search.period)) read.period = search.period as Preset;
  if (isDay(search.from) && isDay(search.to) && search.from <= search.to) {
    read.from = search.from;
    read.to = search.to;
    read.period = undefined;
  }
  if (known(COMPARISONS, search.compare)) read.compare = search.compare as Comparison;
  return read;
}

export function resolvePeriod(search: PeriodSearch, zone: string, now: Clock): Period {
  const comparison = search.compare ?? 'previous';
  const finish = (preset: Period['preset'], chosen: Span, running: boolean, previous?: Span): Period => {
    if (comparison === 'none') return { preset, span: chosen, running, comparison };
    const isNamed = comparison === 'previous' && previous;
    const compared = isNamed ? previous : spanBefore(chosen, comparison, zone, now);
    return { preset, span: chosen, running, comparison, compared };
  };
  if (search.from && search.to) {
    return finish('custom', span(search.from, addDays(search.to, 1)), search.to >= now.day);
  }
  const preset = search.period ?? DEFAULT_PERIOD;
  const unit = RUNNING[preset];
  if (unit) return finish(preset, span(startOf(unit, now.day), addDays(now.day, 1)), true);
  const whole = WHOLE[preset];
  if (whole) {
    const [of, count] = whole;
    const end = startOf(of, now.day);
    const begin = addUnits(of, end, -count);
    // So many days stand beside as many, also where they happen to be a month.
    return finish(preset, span(begin, end), false, span(addUnits(of, begin, -count), begin));
  }
  return { preset: 'all', span: {}, running: true, comparison: 'none' };
}

function spanBefore(chosen: Span, kind: 'previous' | 'year', zone: string, now: Clock): Span {
  const [first, last] = chosen.days as [Day, Day];
  const { from, to, last: until, until: minutes } = before([first, addDays(last, 1)], kind, zone, now);
  return { from, to, days: [from, until], ...(minutes === undefined ? {} : { until: minutes }) };
}

/** The step at which a span is drawn: fine enough to see, coarse enough to read. */
export function grainOf(chosen: Span): 'hour' | 'day' | 'week' | 'month' {
  if (!chosen.days) return 'month';
  const days = daysBetween(chosen.days[0], chosen.days[1]) + 1;
  if (days <= 2) return 'hour';
  if (days <= 100) return 'day';
  return days <= 400 ? 'week' : 'month';
}

/** The span as parameters of a request. */
export function asQuery(chosen: Span | undefined): { from?: string; to?: string } {
  return chosen?.from ? { from: chosen.from, to: chosen.to } : {};
}
