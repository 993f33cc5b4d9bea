import type { AnswerResult, Reply } from '~/api/assistant';
import type { Cell, Column } from '~/api/types';
import { barChart } from '~/lib/charts/bars';
import { heatChart } from '~/lib/charts/heat';
import { timeChart } from '~/lib/charts/time';
import { formatStep, formatTime, formatUnit, type Language, NONE, toNumber } from '~/lib/format';
import type { Look } from '~/ui/Chart';

const NUMBER = /INT|DECIMAL|DOUBLE|FLOAT|REAL|NUMERIC|NUMBER/i;
const DAY = /^\d{4}-\d{2}-\d{2}/;

export interface Shown {
  result: AnswerResult;
  language: Language;
  zone: string;
  grain: string;
  title: (column: string) => string;
  /** Words of the server's own, such as weekdays and segments. */
  word: (column: string, value: string) => string;
}

export function isFigure({ type, unit }: Column): boolean {
  return Boolean(unit) || NUMBER.test(type);
}

export function cellText(column: Column, value: Cell | undefined, shown: Shown): string {
  const { language, zone, grain, word } = shown;
  if (value === null || value === undefined || value === '') return NONE;
  if (column.name === 'period' && DAY.test(String(value))) return formatStep(String(value), grain, language);
  if (typeof value === 'string' && DAY.test(value) && value.length > 10)
    return formatTime(value, language, zone);
  const named = word(column.name, String(value));
  if (named !== String(value)) return named;
  const isId = /_id$|^(weekday|hour)$/.test(column.name);
  if (isFigure(column) && !isId) return formatUnit(value as number, column.unit, language);
  return String(value);
}

/** Columns that are drawn: the first figure, and that of the period before. */
function drawn({ columns }: AnswerResult): number[] {
  const first = columns.findIndex(
    (column) => isFigure(column) && !/_id$|^(weekday|hour|period)$/.test(column.name),
  );
  if (first < 0) return [];
  const before = columns.findIndex(({ name }) => name === `${columns[first]?.name}_before`);
  return before < 0 ? [first] : [first, before];
}

/** What rows are told by: the names where there are names, not the codes. */
function labelAt({ columns }: AnswerResult, figure: number): number {
  const labels = columns.map(({ name }) => name).slice(0, figure);
  const named = labels.findIndex((name) => ['product', 'name', 'title', 'label'].includes(name));
  return named >= 0 ? named : Math.max(0, labels.indexOf('period'));
}

const BARS = 20;

export interface Drawing {
  height: number;
  option: (look: Look) => ReturnType<typeof timeChart>;
}

export function draw(kind: Reply['chart'], shown: Shown): Drawing | null {
  const { result, language, title } = shown;
  const { columns, rows } = result;
  const figures = drawn(result);
  const figure = figures[0];
  if (figure === undefined || rows.length < 2) return null;
  const unit = columns[figure]?.unit;
  const format = (value: number) => formatUnit(value, unit, language);
  const short = (value: number) => formatUnit(value, unit, language, { compact: true });
  const numbers = (at: number) => rows.map((row) => toNumber(row[at]));
  const at = labelAt(result, figure);
  const text = (row: Cell[], index: number) => cellText(columns[index] as Column, row[index], shown);
  const bounds = (name: string) => columns.findIndex((column) => column.name === name);
  switch (kind) {
    case 'line': {
      const bands = [
        { name: 'band80', lower: bounds('lower80'), upper: bounds('upper80'), opacity: 0.22 },
        { name: 'band95', lower: bounds('lower95'), upper: bounds('upper95'), opacity: 0.12 },
      ]
        .filter(({ lower, upper }) => lower >= 0 && upper >= 0)
        .map((band) => ({
          ...band,
          name: title(band.name),
          lower: numbers(band.lower),
          upper: numbers(band.upper),
        }));
      const lines = figures.map((column, index) => ({
        name: title(columns[column]?.name ?? ''),
        values: numbers(column),
        dashed: index > 0,
      }));
      const labels = rows.map((row) => text(row, at));
      return { height: 220, option: (look) => timeChart({ labels, lines, bands, format, short }, look) };
    }
    case 'bar': {
      const cut = rows.slice(0, BARS);
      const series = figures.map((column, index) => ({
        before: index > 0,
        name: title(columns[column]?.name ?? ''),
        values: cut.map((row) => toNumber(row[column])),
        format,
        short,
      }));
      const chart = { labels: cut.map((row) => text(row, at)), series };
      return {
        height: 50 + cut.length * (series.length > 1 ? 32 : 22),
        option: (look) => barChart(chart, look),
      };
    }
    case 'heatmap': {
      const keys = columns
        .map(({ name }, index) => ({ name, index }))
        .filter(({ name, index }) => index < figure && !/_id$/.test(name))
        .map(({ index }) => index);
      const [y = 0, x = at] = keys;
      const seen = (index: number) => [...new Set(rows.map((row) => text(row, index)))];
      const [across, down] = [seen(x), seen(y).slice(0, BARS)];
      const cells = rows
        .map((row): [number, number, number] => [
          across.indexOf(text(row, x)),
          down.indexOf(text(row, y)),
          toNumber(row[figure]) ?? 0,
        ])
        .filter(([, row]) => row >= 0);
      return {
        height: 66 + down.length * 24,
        option: (look) => heatChart({ columns: across, rows: down, cells, format, short }, look),
      };
    }
    default:
      return null;
  }
}
