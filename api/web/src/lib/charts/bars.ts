import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base, categoryAxis, legend, valueAxis } from './base';

export interface BarChart {
  labels: string[];
  series: {
    name: string;
    values: (number | null)[];
    format: (value: number) => string;
    short: (value: number) => string;
    /** Of another time: quieter than what it stands beside. */
    before?: boolean;
    /** Against an axis of its own, where its unit is another. */
    second?: boolean;
  }[];
}

const MAX_LABEL = 28;

function cut(text: string): string {
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text;
}

/** Bars from zero, the first row on top. Series of one unit share their axis, else lengths would lie. */
export function barChart({ labels, series }: BarChart, look: Look): EChartsCoreOption {
  const second = series.find((one) => one.second);
  const axes = [...series.slice(0, 1), ...(second ? [second] : [])];
  return {
    ...base(look),
    grid: { left: 4, right: 16, top: series.length > 1 ? 34 : 8, bottom: 4, containLabel: true },
    legend:
      series.length > 1
        ? legend(
            look,
            series.map(({ name }) => ({ name, mark: 'bar' as const })),
          )
        : undefined,
    yAxis: { ...categoryAxis(look, labels), inverse: true, axisLabel: { color: look.axis, formatter: cut } },
    xAxis: axes.map(({ short }, index) => ({
      ...valueAxis(look, short),
      position: index === 0 ? 'bottom' : 'top',
      splitLine: index === 0 ? { lineStyle: { color: look.line } } : { show: false },
      axisLabel: index === 0 ? { color: look.axis, formatter: short, hideOverlap: true } : { show: false },
    })),
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.15 } },
      formatter: (points: { dataIndex: number }[]) => {
        const index = points[0]?.dataIndex ?? 0;
        const rows = series.map(({ name, values, format }) => `${name}: ${format(values[index] ?? 0)}`);
        return [labels[index], ...rows].join('\n');
      },
    },
    series: series.map(({ name, values, second, before }) => ({
      name,
      type: 'bar',
      data: values,
      xAxisIndex: second ? 1 : 0,
      barMaxWidth: 18,
      itemStyle: { borderRadius: [0, 2, 2, 0], ...(before ? { color: look.before } : {}) },
    })),
  };
}

export interface Step {
  label: string;
  amount: number;
  /** A level, not a change: drawn from zero. */
  total?: boolean;
}

/** From one level to another by what carries the change. */
export function waterfall(steps: Step[], format: (value: number) => string, look: Look): EChartsCoreOption {
  let level = 0;
  const rows = steps.map(({ label, amount, total }) => {
    const [from, to] = total ? [0, amount] : [level, level + amount];
    level = to;
    return { label, amount, total, low: Math.min(from, to), high: Math.max(from, to) };
  });
  const colour = (row: (typeof rows)[number]) =>
    row.total ? look.accent : row.amount < 0 ? look.bad : look.good;
  return {
    ...base(look),
    xAxis: {
      ...categoryAxis(
        look,
        rows.map(({ label }) => label),
      ),
      axisLabel: { color: look.axis, interval: 0, width: 92, overflow: 'break', lineHeight: 14 },
    },
    yAxis: valueAxis(look, format),
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.15 } },
      formatter: (points: { dataIndex: number }[]) => {
        const row = rows[points[0]?.dataIndex ?? 0];
        return row ? `${row.label}\n${format(row.amount)}` : '';
      },
    },
    series: [
      {
        type: 'bar',
        stack: 'all',
        silent: true,
        itemStyle: { opacity: 0 },
        data: rows.map(({ low }) => low),
      },
      {
        type: 'bar',
        stack: 'all',
        barMaxWidth: 44,
        data: rows.map((row) => ({
          value: row.high - row.low,
          itemStyle: { color: colour(row), borderRadius: 2 },
        })),
        label: {
          show: true,
          position: 'top',
          color: look.text,
          formatter: ({ dataIndex }: { dataIndex: number }) => format(rows[dataIndex]?.amount ?? 0),
        },
      },
    ],
  };
}
