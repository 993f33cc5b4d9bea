import { useMemo } from 'react';
import type { Cell, Report, ReportColumn, Result } from '~/api/types';
import { barChart } from '~/lib/charts/bars';
import { areLong, heatChart } from '~/lib/charts/heat';
import type { Drawing } from '~/lib/charts/own';
import { timeChart } from '~/lib/charts/time';
import { formatPercent, formatUnit, toNumber } from '~/lib/format';
import { Chart } from '~/ui/Chart';
import { Panel } from '~/ui/Panel';
import { type CellContext, cellText, nameText, unitOf } from './cells';

const BARS = 20;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

interface ReportChartProps {
  result: Result;
  context: CellContext;
  /** A row of the result was chosen in the drawing. */
  onPick?: (row: Cell[], figure?: string) => void;
}

/** The drawing that the report's header asks for. */
export function ReportChart({ result, context, onPick }: ReportChartProps) {
  const { report, language } = context;
  const drawing = useMemo(() => drawReport(result, context), [result, context]);
  if (!drawing) return null;
  return (
    <Panel>
      <Chart
        title={report.title[language]}
        option={drawing.option}
        height={drawing.height}
        onPick={onPick && pickRow(result, report, onPick)}
      />
    </Panel>
  );
}

/** A point of the drawing as its row, and the figure that it is of. */
export function pickRow(
  result: Result,
  report: Report,
  onPick: (row: Cell[], figure?: string) => void,
): (index: number, series: number) => void {
  return (index, series) => {
    const row = result.rows[index];
    if (row) onPick(row, report.chart.kind === 'heatmap' ? undefined : report.chart.y[series]);
  };
}

/** The drawing of a report; null for those that are a table or figures only. */
export function drawReport(result: Result, context: CellContext, most = BARS): Drawing | null {
  const { report, language, currency } = context;
  const column = (name: string): ReportColumn | undefined =>
    report.columns.find((other) => other.name === name);
  const values = (name: string): Cell[] => {
    const index = result.columns.findIndex((other) => other.name === name);
    return result.rows.map((row) => row[index] ?? null);
  };
  const x = column(report.chart.x);
  const ys = report.chart.y.map(column).filter((found) => found !== undefined);
  if (!x || ys.length === 0) return null;
  // Of nothing but zeros there is nothing to see.
  if (ys.every((y) => values(y.name).every((value) => !toNumber(value)))) return null;
  const labels = () => result.rows.map((row) => nameText(x, row, result, context));
  const unit = (y: ReportColumn) => unitOf(y, currency);

  switch (report.chart.kind) {
    case 'line':
    case 'stacked_bar': {
      const stacked = report.chart.kind === 'stacked_bar';
      const [first] = ys;
      const other = ys.find((y) => unit(y) !== unit(first as ReportColumn));
      const of = (second?: boolean) => unit((second ? other : first) as ReportColumn);
      const chart = {
        labels: labels(),
        lines: ys.map((y) => ({
          name: y.title[language],
          values: values(y.name).map(toNumber),
          kind: stacked ? ('bar' as const) : ('line' as const),
          stack: stacked ? 'all' : undefined,
          second: unit(y) !== unit(first as ReportColumn),
        })),
        format: (value: number, second?: boolean) => formatUnit(value, of(second), language),
        short: (value: number, second?: boolean) =>
          formatUnit(value, of(second), language, { compact: true }),
      };
      return { height: 300, option: (look) => timeChart(chart, look) };
    }
    case 'bar': {
      const shown = Math.min(most, result.rows.length);
      const chart = {
        labels: labels().slice(0, shown),
        series: ys.slice(0, 2).map((y) => ({
          name: y.title[language],
          second: unit(y) !== unit(ys[0] as ReportColumn),
          values: values(y.name).slice(0, shown).map(toNumber),
          format: (value: number) => formatUnit(value, unit(y), language),
          short: (value: number) => formatUnit(value, unit(y), language, { compact: true }),
        })),
      };
      return {
        height:
          60 +
          (chart.series.some(({ second }) => second) ? 24 : 0) +
          shown * (chart.series.length > 1 ? 34 : 24),
        option: (look) => barChart(chart, look),
      };
    }
    case 'heatmap':
      return heat(result, context, x, ys[0] as ReportColumn, column(report.chart.series ?? ''));
    default:
      return null;
  }
}

function heat(
  result: Result,
  context: CellContext,
  x: ReportColumn,
  y: ReportColumn,
  series: ReportColumn | undefined,
): Drawing | null {
  if (!series) return null;
  const at = (name: string) => result.columns.findIndex((other) => other.name === name);
  const [xs, rows] = [x, series].map((column) => {
    const seen = new Set([
      ...result.rows.map((row) => row[at(column.name)] ?? null),
      // A day without sales is empty, not left out.
      ...(column.name === 'weekday' ? WEEKDAYS : []),
    ]);
    // Steps and numbers stand in their own order, whichever came first; nothing stands last.
    return [...seen].sort((a, b) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
    });
  }) as [Cell[], Cell[]];
  const cells = result.rows.map((row): [number, number, number] => [
    xs.indexOf(row[at(x.name)] ?? null),
    rows.indexOf(row[at(series.name)] ?? null),
    toNumber(row[at(y.name)]) ?? 0,
  ]);
  const chart = {
    columns: xs.map((value) => cellText(x, value, context)),
    rows: rows.map((value) => cellText(series, value, context)),
    cells,
    format: (value: number) =>
      `${y.title[context.language]}: ${formatUnit(value, unitOf(y, context.currency), context.language)}`,
    short: (value: number) =>
      y.unit === 'ratio'
        ? formatPercent(value, context.language, 0)
        : formatUnit(value, unitOf(y, context.currency), context.language, { compact: true, digits: 0 }),
    // At age 0 everybody is there.
    scaleFrom: x.name === 'age' ? 1 : 0,
  };
  return {
    height: 76 + (areLong(chart.columns) ? 64 : 0) + rows.length * 24,
    option: (look) => heatChart(chart, look),
  };
}
