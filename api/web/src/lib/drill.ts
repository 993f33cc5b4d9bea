import type { Cell, Report, Result } from '~/api/types';
import { addUnits, isDay, type Unit } from './day';
import type { Span } from './period';

/** Rows that are listed; how many there are is told beside them. */
export const DRILL_ROWS = 1000;

export interface DrillContext {
  grain: string;
  span: Span;
  currency: string;
}

/** A text between quotes, as SQL reads it. */
function quote(value: Cell): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

function is(column: string, value: Cell): string {
  return value === null ? `${column} IS NULL` : `${column} = ${quote(value)}`;
}

/** The moment at which a day, or an hour of it, begins in the workspace. */
function at(text: string): string {
  return `utc_time(${quote(text)})`;
}

/** The step of time that begins there: its beginning, and that of the next one. */
function stepOf(period: string, grain: string): [string, string] | null {
  const day = period.slice(0, 10);
  if (!isDay(day)) return null;
  if (grain !== 'hour') return [day, addUnits(grain as Unit, day, 1)];
  const begin = new Date(`${period.slice(0, 13)}:00:00Z`).getTime();
  const text = (moment: number) => new Date(moment).toISOString().slice(0, 19);
  return [text(begin), text(begin + 3_600_000)];
}

function between(from: string, to: string): string {
  return `occurred_at >= ${at(from)} AND occurred_at < ${at(to)}`;
}

/** By report: what picks the lines behind one of its rows. */
const BEHIND: Record<string, (of: (name: string) => Cell, context: DrillContext) => string[] | null> = {
  sales_summary: () => [],
  sales_over_time: inStep,
  new_vs_returning: inStep,
  refunds: (of, context) => {
    const step = inStep(of, context);
    return step && [...step, 'amount < 0'];
  },
  top_products: (of) => [is('product_id', of('product_id'))],
  abc_xyz: (of) => [is('product_id', of('product_id'))],
  top_customers: (of) => [is('customer_id', of('customer_id'))],
  customer_value: (of) => [is('customer_id', of('customer_id'))],
  categories: (of) => [is('category', of('key'))],
  channels: (of) => [is('channel', of('key'))],
  purchase_hours: (of) => [
    `date_part('isodow', local_time(occurred_at)) = ${Number(of('weekday'))}`,
    `date_part('hour', local_time(occurred_at)) = ${Number(of('hour'))}`,
  ],
};

function inStep(of: (name: string) => Cell, { grain }: DrillContext): string[] | null {
  const step = stepOf(String(of('period')), grain);
  return step && [between(...step)];
}

export function canDrill(report: Report): boolean {
  return report.id in BEHIND;
}

/** What picks the lines of purchases behind a row of a report; null where a report has none of its own. */
export function linesBehind(
  report: Report,
  result: Result,
  row: Cell[],
  context: DrillContext,
): string | null {
  const of = (name: string) => row[result.columns.findIndex((column) => column.name === name)] ?? null;
  const own = BEHIND[report.id]?.(of, context);
  if (!own) return null;
  const { from, to } = context.span;
  return [...(from && to ? [between(from, to)] : []), ...own, is('currency', context.currency)].join(
    '\n  AND ',
  );
}

export const drillStatements = {
  total: (lines: string) => `SELECT
  count(*) AS lines,
  count(DISTINCT purchase_id) AS purchases,
  count(DISTINCT customer_id) AS customers,
  sum(amount) AS amount
FROM purchases
WHERE ${lines}`,
  purchases: (
    lines: string,
  ) => `SELECT occurred_at, purchase_id, customer_id, product, quantity, amount, channel
FROM purchases
WHERE ${lines}
ORDER BY occurred_at DESC, purchase_id, line
LIMIT ${DRILL_ROWS}`,
  customers: (lines: string) => `SELECT p.customer_id, c.name, p.purchases, p.amount, p.last_at
FROM (
  SELECT customer_id, count(DISTINCT purchase_id) AS purchases, sum(amount) AS amount, max(occurred_at) AS last_at
  FROM purchases
  WHERE ${lines.replaceAll('\n', '\n  ')}
    AND customer_id IS NOT NULL
  GROUP BY customer_id
) p
LEFT JOIN customers c ON c.customer_id = p.customer_id
ORDER BY p.amount DESC, p.customer_id
LIMIT ${DRILL_ROWS}`,
};
