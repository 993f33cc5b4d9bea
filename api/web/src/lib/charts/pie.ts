import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base } from './base';

/** Slices that are told apart; what is smaller is one slice together. */
const SLICES = 7;

export interface PieChart {
  labels: string[];
  values: (number | null)[];
  /** What the smaller ones are called together. */
  rest: string;
  format: (value: number) => string;
}

/** Parts of a whole, the largest first. What is not above zero is no part. */
export function pieChart({ labels, values, rest, format }: PieChart, look: Look): EChartsCoreOption {
  const parts = labels
    .map((name, index) => ({ name, value: values[index] ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  const small = parts.slice(SLICES).reduce((sum, { value }) => sum + value, 0);
  const data = [...parts.slice(0, SLICES), ...(small > 0 ? [{ name: rest, value: small }] : [])];
  return {
    ...base(look),
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'item',
      formatter: ({ name, value, percent }: { name: string; value: number; percent: number }) =>
        `${name}: ${format(value)} (${percent} %)`,
    },
    series: [
      {
        type: 'pie',
        radius: ['42%', '72%'],
        data,
        itemStyle: { borderColor: look.background, borderWidth: 2 },
        label: { color: look.text, formatter: '{b} {d} %' },
      },
    ],
  };
}
