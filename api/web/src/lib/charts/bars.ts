import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base, belowLegend, categoryAxis, legend, type Named, valueAxis } from './base';

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
  const names = series.map(({ name }): Named => ({ name, mark: 'bar' }));
  const top = series.length > 1 ? belowLegend(look, names) : 8;
  const axes = [...series.slice(0, 1), ...(second ? [second] : [])];
  return {
    ...base(look),
    grid: {
      left: 4,
      right: 24,
      top: second ? top + 24 : top,
      bottom: 4,
      containLabel: true,
    },
    legend: series.length > 1 ? legend(look, names) : undefined,
    yAxis: { ...categoryAxis(look, labels), inverse: true, axisLabel: { color: look.axis, formatter: cut } },
    xAxis: axes.map(({ short, values }, index) => ({
      ...valueAxis(look, short, values),
      position: index === 0 ? 'bottom' : 'top',
      splitLine: index === 0 ? { lineStyle: { color: look.line } } : { show: false },
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
  const names = {
    ...categoryAxis(
      look,
      rows.map(({ label }) => label),
    ),
    axisLabel: { color: look.axis, interval: 0, width: 92, overflow: 'break', lineHeight: 14 },
  };
  const values = valueAxis(look, format);
  return {
    ...base(look),
    // On a narrow page the steps go down it, so that their names and figures have room.
    ...(look.narrow
      ? {
          xAxis: { ...values, splitNumber: 2 },
          yAxis: { ...names, inverse: true },
          grid: { left: 4, right: 56, top: 4, bottom: 4, containLabel: true },
        }
      : { xAxis: names, yAxis: values }),
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
          position: look.narrow ? 'right' : 'top',
          color: look.text,
          formatter: ({ dataIndex }: { dataIndex: number }) => format(rows[dataIndex]?.amount ?? 0),
        },
      },
    ],
  };
}
