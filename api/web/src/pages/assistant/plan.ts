import type { Grain, Metric, Plan, PlanFilter, PlanPeriod } from '~/api/assistant';
import { before } from '~/lib/compare';
import { addDays, type Day, isDay } from '~/lib/day';
import { clockIn } from '~/lib/zone';

/** Edits of a plan. Labels and `running` are the server's to tell anew; words that no longer hold go. */

export const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const;

/** Plans that one statement works out: their parts may be put together freely. */
export function isStatement({ intent }: Plan): boolean {
  return ['value', 'list', 'compare'].includes(intent);
}

function settle(plan: Plan): Plan {
  if (!isStatement(plan)) return plan;
  const listed = Boolean(plan.dimensions?.length) || Boolean(plan.grain);
  const intent = plan.compared_with ? 'compare' : listed ? 'list' : 'value';
  // What something is sorted by may have left with the edit.
  const by = plan.order?.by;
  const keeps = !by || plan.metrics?.includes(by as Metric) || ['period', 'key'].includes(by);
  return { ...plan, intent, order: keeps ? plan.order : null, assumed: [] };
}

export function withMetric(plan: Plan, metric: Metric): Plan {
  const { order } = plan;
  const moved = order && plan.metrics?.includes(order.by as Metric) ? { ...order, by: metric } : order;
  return settle({ ...plan, metrics: [metric], order: moved, ratio: false });
}

export function withDimension(plan: Plan, at: number, dimension: string | null): Plan {
  const dimensions = [...(plan.dimensions ?? [])];
  dimensions.splice(at, 1, ...(dimension ? [dimension] : []));
  return settle({ ...plan, dimensions: [...new Set(dimensions)] });
}

export function withGrain(plan: Plan, grain: Grain | null): Plan {
  return settle({ ...plan, grain });
}

export function withFilter(plan: Plan, at: number, values: string[] | null): Plan {
  const filters = (plan.filters ?? []).flatMap((filter, index): PlanFilter[] => {
    if (index !== at) return [filter];
    return values ? [{ field: filter.field, op: filter.op, values, part: filter.part }] : [];
  });
  const share = plan.share && (filters.some(({ part }) => part) || Boolean(plan.dimensions?.length));
  return settle({ ...plan, filters, share });
}

/** The days that begin and end a period (the end is not part of it), on the workspace's clock; null where it is open. */
export function daysOf(period: PlanPeriod | null | undefined, zone: string): [Day, Day] | null {
  if (!period?.from || !period.to) return null;
  const day = (edge: string, back = 0) =>
    isDay(edge) ? addDays(edge, -back) : clockIn(zone, new Date(new Date(edge).getTime() - back)).day;
  // The last moment is what belongs to it: midnight is the end of the day before.
  return [day(period.from), addDays(day(period.to, 1), 1)];
}

export type PlanComparison = 'previous' | 'year' | 'none';

/** Another period, null for all records; what it was compared with follows. */
export function withPeriod(plan: Plan, span: [Day, Day] | null, zone: string, now: Date): Plan {
  const next = { ...plan, period: span ? { from: span[0], to: span[1] } : { from: null, to: null } };
  return withComparison(next, comparisonOf(plan, zone, now), zone, now);
}

export function withComparison(plan: Plan, kind: PlanComparison, zone: string, now: Date): Plan {
  const days = daysOf(plan.period, zone);
  const compared_with = kind === 'none' || !days ? null : spanBefore(days, kind, zone, now);
  return settle({ ...plan, compared_with });
}

export function comparisonOf(plan: Plan, zone: string, now: Date): PlanComparison {
  const [days, compared] = [daysOf(plan.period, zone), daysOf(plan.compared_with, zone)];
  if (!days || !compared) return plan.compared_with ? 'previous' : 'none';
  const year = daysOf(spanBefore(days, 'year', zone, now), zone);
  return year?.join() === compared.join() ? 'year' : 'previous';
}

function spanBefore(days: [Day, Day], kind: 'previous' | 'year', zone: string, now: Date): PlanPeriod {
  const { from, to } = before(days, kind, zone, clockIn(zone, now));
  return { from, to };
}
