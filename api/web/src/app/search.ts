import type { Metric } from '~/api/types';
import { isDay } from '~/lib/day';
import { type PeriodSearch, readPeriod } from '~/lib/period';

/** What stands behind `?` in the addresses of pages: all filters, so that a link shows what its sender saw. */
type Raw = Record<string, unknown>;

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneOf<T extends string>(list: readonly T[], value: unknown): T | undefined {
  return list.find((item) => item === value);
}

/** Where to go after signing in: a page of ours, never another site. */
export function readNext(search: Raw): { next?: string } {
  const next = word(search.next);
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? { next } : {};
}

export interface CustomersSearch {
  search?: string;
  segment?: string;
  filter?: string;
  sort?: string;
  /** The customer in the side panel. */
  open?: string;
  /** The kind of events that its timeline shows. */
  events?: string;
}

export function readCustomers(search: Raw): CustomersSearch {
  return {
    search: word(search.search),
    segment: word(search.segment),
    filter: word(search.filter),
    sort: word(search.sort),
    open: word(search.open),
    events: word(search.events),
  };
}

export function readCustomer(search: Raw): Pick<CustomersSearch, 'events'> {
  return { events: word(search.events) };
}

/** Words that a report of the catalogue has. */
export function readCatalogue(search: Raw): { find?: string } {
  return { find: word(search.find) };
}

/** Parameters of a report are its own: all that are texts stay. */
export type ReportSearch = PeriodSearch & { sort?: string; [name: string]: string | undefined };

export function readReport(search: Raw): ReportSearch {
  const { period, from, to, compare, ...rest } = search;
  const own = Object.entries(rest).map(([name, value]) => [name, word(value)] as const);
  const kept = own.filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), ...readPeriod({ period, from, to, compare }) };
}

export const METRICS = [
  'revenue',
  'gross',
  'refunds',
  'orders',
  'units',
  'customers',
  'average_order',
  'new_customers',
  'repeat_rate',
] as const satisfies readonly Metric[];

export interface TrendsSearch extends PeriodSearch {
  metric?: Metric;
}

export function readTrends(search: Raw): TrendsSearch {
  return { ...readPeriod(search), metric: oneOf(METRICS, search.metric) };
}

export const FORECAST_GRAINS = ['day', 'week', 'month'] as const;

export interface ForecastSearch {
  metric?: Metric;
  grain?: (typeof FORECAST_GRAINS)[number];
  horizon?: number;
  by?: 'product_id' | 'category' | 'channel' | 'segment';
  value?: string;
  as_of?: string;
}

export function readForecast(search: Raw): ForecastSearch {
  const horizon = Number(search.horizon);
  return {
    metric: oneOf(METRICS, search.metric),
    grain: oneOf(FORECAST_GRAINS, search.grain),
    horizon: Number.isInteger(horizon) && horizon >= 1 && horizon <= 400 ? horizon : undefined,
    by: oneOf(['product_id', 'category', 'channel', 'segment'] as const, search.by),
    value: word(search.value),
    as_of: isDay(search.as_of) ? search.as_of : undefined,
  };
}

export const STATUSES = ['new', 'accepted', 'done', 'dismissed'] as const;

export interface RecommendationsSearch {
  status?: (typeof STATUSES)[number];
  kind?: string;
  open?: string;
}

export function readRecommendations(search: Raw): RecommendationsSearch {
  return { status: oneOf(STATUSES, search.status), kind: word(search.kind), open: word(search.open) };
}

export const TASK_STATUSES = ['open', 'done', 'cancelled'] as const;

export interface TasksSearch {
  status?: (typeof TASK_STATUSES)[number];
  /** `me`, or a member's id; without it everybody's. */
  who?: string;
}

export function readTasks(search: Raw): TasksSearch {
  return { status: oneOf(TASK_STATUSES, search.status), who: word(search.who) };
}

/** A conversation that is open, or a question to begin one with. */
export function readAssistant(search: Raw): { c?: string; q?: string } {
  return { c: word(search.c), q: word(search.q) };
}

/** What the audit log shows: one action, or all. */
export function readSettings(search: Raw): { action?: string } {
  return { action: word(search.action) };
}

/** A statement, the own report that it is of, and how its rows are drawn. */
export function readSql(search: Raw): { q?: string; report?: string; chart?: string } {
  return { q: word(search.q), report: word(search.report), chart: word(search.chart) };
}
