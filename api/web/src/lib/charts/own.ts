import type { Cell, Column, Result } from '~/api/types';
import type { OwnChart } from '~/api/work';
import { formatUnit, type Language, toNumber } from '~/lib/format';
import { isNumeric, plainCell } from '~/lib/plain';
import type { Look } from '~/ui/Chart';
import { barChart } from './bars';
import { pieChart } from './pie';
import { timeChart } from './time';

/** Rows that lie under each other as bars; more of them stand side by side. */
const BARS = 24;

const KINDS: OwnChart['kind'][] = ['none', 'line', 'bar', 'area', 'pie'];

export interface Drawing {
  height: number;
  option: (look: Look) => ReturnType<typeof timeChart>;
}

interface Where {
  language: Language;
  zone: string;
  /** What small slices are called together. */
  rest: string;
}

function isTime({ type }: Column): boolean {
  return /TIMESTAMP|DATE/i.test(type);
}

/** What a result is drawn as until somebody says otherwise: figures over the first column that is none. */
export function usualChart({ columns, rows }: Result): OwnChart {
  const x = columns.find((column) => isTime(column) || !isNumeric(column)) ?? columns[0];
  const y = columns.filter((column) => column !== x && isNumeric(column)).slice(0, 2);
  if (!x || y.length === 0 || rows.length < 2) return { kind: 'none', x: x?.name ?? '', y: [] };
  return { kind: isTime(x) ? 'line' : 'bar', x: x.name, y: y.map(({ name }) => name) };
}

/** How a result is drawn, as an address has it: `bar:channel:revenue,orders`. */
export function chartText({ kind, x, y }: OwnChart): string {
  return [kind, encodeURIComponent(x ?? ''), (y ?? []).map(encodeURIComponent).join(',')].join(':');
}

export function readChart(text: string | undefined): OwnChart | null {
  const [kind, x = '', y = ''] = text?.split(':') ?? [];
  if (!KINDS.some((known) => known === kind)) return null;
  try {
    const ys = y.split(',').filter(Boolean).map(decodeURIComponent);
    return { kind: kind as OwnChart['kind'], x: decodeURIComponent(x), y: ys };
  } catch {
    return null;
  }
}

/** A result drawn as asked for; null where it has not the columns for it. */
export function ownDrawing(result: Result, chart: OwnChart, where: Where): Drawing | null {
  const { language, zone, rest } = where;
  const { columns, rows } = result;
  const x = columns.findIndex(({ name }) => name === chart.x);
  const ys = (chart.y ?? [])
    .map((name) => columns.findIndex((column) => column.name === name))
    .filter((at) => at >= 0);
  const [first] = ys;
  if (chart.kind === 'none' || x < 0 || first === undefined || rows.length === 0) return null;
  const column = (at: number) => columns[at] as Column;
  const text = (row: Cell[]) => plainCell(column(x), row[x], language, zone);
  const unit = (at: number) => column(at).unit;
  const isSecond = (at: number) => unit(at) !== unit(first);
  const other = ys.find(isSecond);
  const format = (value: number, second?: boolean) =>
    formatUnit(value, unit(second ? (other ?? first) : first), language);
  const short = (value: number, second?: boolean) =>
    formatUnit(value, unit(second ? (other ?? first) : first), language, { compact: true });
  const values = (at: number) => rows.map((row) => toNumber(row[at]));
  if (chart.kind === 'pie') {
    const pie = { labels: rows.map(text), values: values(first), rest, format };
    return { height: 300, option: (look) => pieChart(pie, look) };
  }
  if (chart.kind === 'bar' && rows.length <= BARS && !isTime(column(x))) {
    const bars = {
      labels: rows.map(text),
      series: ys.slice(0, 2).map((at) => ({
        name: column(at).name,
        second: isSecond(at),
        values: values(at),
        format: (value: number) => format(value, isSecond(at)),
        short: (value: number) => short(value, isSecond(at)),
      })),
    };
    const height =
      60 +
      (bars.series.some(({ second }) => second) ? 24 : 0) +
      rows.length * (bars.series.length > 1 ? 34 : 24);
    return { height, option: (look) => barChart(bars, look) };
  }
  const lines = ys.map((at) => ({
    name: column(at).name,
    values: values(at),
    kind: chart.kind === 'bar' ? ('bar' as const) : ('line' as const),
    area: chart.kind === 'area',
    second: isSecond(at),
  }));
  const drawn = { labels: rows.map(text), lines, format, short };
  return { height: 300, option: (look) => timeChart(drawn, look) };
}
