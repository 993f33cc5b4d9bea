import type { Cell, Report, Result } from '~/api/types';
import { addUnits, isDay, type Unit } from './day';
import type { Drillable } from './drillable';
import type { Span } from './period';

/** Rows that are listed; how many there are is told beside them. */
export const DRILL_ROWS = 1000;

export interface DrillContext {
  grain: string;
  span: Span;
  currency: string;
  /** Parameters of the report beside the period. */
  values?: Record<string, string | undefined>;
  /** The column of the figure that was chosen, where a row has several. */
  figure?: string;
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

type Of = (name: string) => Cell;

/** What picks the lines behind a row; `whole` where it does not go by the period of the page. */
type Behind = string[] | { whole: string[] } | null;

const ORDER = 'purchase_amount > 0';
/** Lines that are goods, which products and units are counted of. */
const GOODS = "kind = 'product'";
/** What counts in figures. */
const COMPLETED = "status = 'completed'";

/** Customers by a statement over their orders. */
function known(inner: string): string {
  return `customer_id IN (${inner})`;
}

/** Customers whose very first order lies in a span. */
function firstOrder(currency: string, spans: ([string, string] | null)[]): string {
  const told = spans
    .filter((span) => span !== null)
    .map(([from, to]) => `min(occurred_at) >= ${at(from)} AND min(occurred_at) < ${at(to)}`);
  return known(
    `SELECT customer_id FROM sales WHERE line = 1 AND ${ORDER} AND customer_id IS NOT NULL AND ${is('currency', currency)} ` +
      `GROUP BY customer_id HAVING ${told.join(' AND ')}`,
  );
}

function spanOf({ span: { from, to } }: DrillContext): [string, string] | null {
  return from && to ? [from, to] : null;
}

/** What counts for a figure: orders, refunds, those who came first; money is all lines. */
function ofMetric(metric: string, context: DrillContext): string[] {
  switch (metric) {
    case 'gross':
      return ['amount > 0'];
    case 'refunds':
      return ['amount < 0'];
    case 'orders':
    case 'customers':
    case 'average_order':
      return [ORDER];
    case 'units':
      return [GOODS];
    case 'new_customers': {
      const span = spanOf(context);
      return span ? [ORDER, firstOrder(context.currency, [span])] : [ORDER, 'customer_id IS NOT NULL'];
    }
    case 'repeat_rate': {
      const span = spanOf(context);
      const within = span ? ` AND ${between(...span)}` : '';
      return [
        ORDER,
        known(
          `SELECT customer_id FROM sales WHERE line = 1 AND ${ORDER} AND customer_id IS NOT NULL AND ` +
            `${is('currency', context.currency)}${within} GROUP BY customer_id HAVING count(*) > 1`,
        ),
      ];
    }
    default:
      return [];
  }
}

/** Who came for the first time in that step, who had come before it, or all of them. */
function newOrReturning(of: Of, context: DrillContext): Behind {
  const step = stepOf(String(of('period')), context.grain);
  if (!step) return null;
  const [begin, end] = step;
  const lines = between(begin, end);
  const span = spanOf(context);
  switch (context.figure) {
    case 'new_customers':
    case 'revenue_new':
      return [lines, firstOrder(context.currency, [[begin, end], span])];
    case 'returning_customers':
    case 'revenue_returning': {
      // Who came before the period is no newcomer of its first step.
      const before = span && span[0] > begin ? span[0] : begin;
      return [lines, firstOrder(context.currency, [['0001-01-01', before]])];
    }
    default:
      return [lines];
  }
}

/** Customers of a cohort, in the step so long after their first order. */
function inCohort(of: Of, context: DrillContext): Behind {
  const { grain, currency } = context;
  const step = stepOf(String(of('cohort')), grain);
  const age = Number(of('age'));
  if (!step || !Number.isInteger(age) || grain === 'hour') return null;
  const begin = addUnits(grain as Unit, step[0], age);
  const span = spanOf(context);
  return {
    whole: [
      between(begin, addUnits(grain as Unit, begin, 1)),
      ...(span ? [`occurred_at < ${at(span[1])}`] : []),
      ORDER,
      firstOrder(currency, [step, span]),
    ],
  };
}

/** Where customers stand is known as of now: of another moment the report has it, and a statement has not. */
function standing(column: 'segment' | 'lifecycle', value: Cell, { span, values = {} }: DrillContext): Behind {
  if (span.to || values.as_of || value === null) return null;
  return { whole: [known(`SELECT customer_id FROM customer_facts WHERE ${is(column, value)}`)] };
}

/** By an attribute of the purchase, of its customer, or of the one and else of the other. */
function byAttribute(of: Of, { values = {} }: DrillContext): Behind {
  if (!values.attribute) return null;
  const name = `json_as_text(attributes, ${quote(values.attribute)})`;
  const value = of('key');
  const own = is(name, value);
  const theirs = known(`SELECT customer_id FROM customers WHERE ${name} = ${quote(value)}`);
  const none = `(customer_id IS NULL OR customer_id NOT IN (SELECT customer_id FROM customers WHERE ${name} IS NOT NULL))`;
  if (values.source === 'purchase') return [own];
  if (values.source === 'customer') return [value === null ? none : theirs];
  return value === null ? [own, none] : [`(${own} OR (${name} IS NULL AND ${theirs}))`];
}

/** Orders that have both products: the lines of the two. */
function together(of: Of, context: DrillContext): Behind {
  const pair = [of('antecedent'), of('consequent')];
  if (pair.some((id) => id === null)) return null;
  const span = spanOf(context);
  const has = (id: Cell) =>
    `purchase_id IN (SELECT purchase_id FROM goods WHERE ${is('product_id', id)} AND quantity > 0${span ? ` AND ${between(...span)}` : ''})`;
  return [...pair.map(has), GOODS, `product_id IN (${pair.map(quote).join(', ')})`, 'quantity > 0'];
}

/** What customers ordered after such a contact, within the days that count. */
function afterContact(of: Of, context: DrillContext): Behind {
  const days = Number(context.values?.window_days ?? 14);
  if (!Number.isInteger(days) || days < 1) return null;
  const span = spanOf(context);
  const contacts = [`i.${is('kind', of('kind'))}`, `i.${is('channel', of('channel'))}`];
  if (span) contacts.push(`i.occurred_at >= ${at(span[0])} AND i.occurred_at < ${at(span[1])}`);
  return {
    whole: [
      ORDER,
      ...(span ? [`occurred_at >= ${at(span[0])}`] : []),
      'purchase_id IN (SELECT p.purchase_id FROM interactions i JOIN sales p ON p.customer_id = i.customer_id ' +
        `AND p.occurred_at >= i.occurred_at AND p.occurred_at <= i.occurred_at + INTERVAL '${days} days' WHERE ${contacts.join(' AND ')})`,
    ],
  };
}

/** What a margin is made of, by its column: the lines that give it. */
const MADE_OF: Record<string, string> = {
  margin: 'cost IS NOT NULL',
  cost: 'cost IS NOT NULL',
  coverage: 'cost IS NOT NULL',
  product_revenue: "kind = 'product'",
  discounts: "(kind = 'discount' OR discount IS NOT NULL)",
  shipping: "kind = 'shipping'",
  fees: "kind = 'fee'",
};

/** By report: what picks the lines behind one of its rows. */
const BEHIND: Record<Drillable, (of: Of, context: DrillContext) => Behind> = {
  sales_summary: (of, context) => ofMetric(String(of('metric')), context),
  sales_over_time: (of, context) => {
    const step = inStep(of, context);
    return step && [...step, ...ofFigure(context)];
  },
  new_vs_returning: newOrReturning,
  refunds: (of, context) => {
    const step = inStep(of, context);
    return step && [...step, 'amount < 0'];
  },
  margin: (of, context) => {
    const step = inStep(of, context);
    const part = MADE_OF[context.figure ?? 'margin'];
    return step && [...step, ...(part ? [part] : [])];
  },
  top_products: (of) => [is('product_id', of('product_id')), GOODS],
  abc_xyz: (of) => [is('product_id', of('product_id')), GOODS],
  top_customers: (of) => [is('customer_id', of('customer_id'))],
  customer_value: (of) => [is('customer_id', of('customer_id'))],
  categories: (of) => [is('category', of('key'))],
  channels: (of) => [is('channel', of('key'))],
  by_attribute: byAttribute,
  cohort_retention: inCohort,
  rfm_segments: (of, context) => standing('segment', of('segment'), context),
  lifecycle: (of, context) => standing('lifecycle', of('stage'), context),
  basket_pairs: together,
  interactions_summary: afterContact,
  purchase_hours: (of) => [
    `date_part('isodow', local_time(occurred_at)) = ${Number(of('weekday'))}`,
    `date_part('hour', local_time(occurred_at)) = ${Number(of('hour'))}`,
  ],
};

function inStep(of: Of, { grain }: DrillContext): string[] | null {
  const step = stepOf(String(of('period')), grain);
  return step && [between(...step)];
}

/** Of a step one figure may be meant; what is new in it takes the report of newcomers. */
function ofFigure(context: DrillContext): string[] {
  const { figure } = context;
  return figure && figure !== 'new_customers' && figure !== 'repeat_rate' ? ofMetric(figure, context) : [];
}

/** Columns of a statement of somebody's own that are those of purchases by their very name. */
const OF_PURCHASES = ['customer_id', 'product_id', 'purchase_id', 'product', 'category', 'channel'];

export function canDrillOwn(columns: { name: string }[]): boolean {
  return columns.some(({ name }) => OF_PURCHASES.includes(name));
}

/** What picks the lines behind a row of an own report: the columns that name what was bought, by whom and where. */
export function linesOfOwn(result: Result, row: Cell[], span: Span, currency: string): string | null {
  const told = result.columns.flatMap(({ name }, index) =>
    OF_PURCHASES.includes(name) ? [is(name, row[index] ?? null)] : [],
  );
  if (told.length === 0) return null;
  const within = span.from && span.to ? [between(span.from, span.to)] : [];
  return [...within, ...told, is('currency', currency)].join('\n  AND ');
}

/** What moved by a dimension, as the row of the report that lists it. */
const OF_DIMENSION: Record<string, [report: string, column: string]> = {
  product: ['top_products', 'product_id'],
  category: ['categories', 'key'],
  channel: ['channels', 'key'],
};

/** What picks the lines of a cause; null where its dimension is none of purchases. */
export function linesOfCause(dimension: string, key: string, context: DrillContext): string | null {
  const [id, column] = OF_DIMENSION[dimension] ?? [];
  if (!id || !column) return null;
  const result = { columns: [{ name: column, type: 'VARCHAR' }], rows: [[key]] } as unknown as Result;
  return linesBehind({ id }, result, [key], context);
}

/** What picks the lines of purchases behind a row of a report; null where a report has none of its own. */
export function linesBehind(
  report: Pick<Report, 'id'>,
  result: Result,
  row: Cell[],
  context: DrillContext,
): string | null {
  const of = (name: string) => row[result.columns.findIndex((column) => column.name === name)] ?? null;
  const own = BEHIND[report.id as Drillable]?.(of, context);
  if (!own) return null;
  const span = spanOf(context);
  const picked = Array.isArray(own) ? [...(span ? [between(...span)] : []), ...own] : own.whole;
  // Contacts are counted whatever was paid in.
  const money = report.id === 'interactions_summary' ? [] : [is('currency', context.currency)];
  return [...picked, COMPLETED, ...money].join('\n  AND ');
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
  ) => `SELECT occurred_at, purchase_id, customer_id, product, kind, quantity, amount, status, channel
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
