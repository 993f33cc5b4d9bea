import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base, categoryAxis } from './base';

export interface HeatChart {
  columns: string[];
  rows: string[];
  /** Column, row, value. */
  cells: [number, number, number][];
  format: (value: number) => string;
}

/** A grid of columns and rows; the stronger the colour, the more. */
export function heatChart({ columns, rows, cells, format }: HeatChart, look: Look): EChartsCoreOption {
  const most = cells.reduce((max, [, , value]) => Math.max(max, value), 0);
  return {
    ...base(look),
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    xAxis: { ...categoryAxis(look, columns), splitArea: { show: false } },
    yAxis: { ...categoryAxis(look, rows), inverse: true },
    visualMap: {
      show: false,
      min: 0,
      max: most || 1,
      inRange: { color: [look.line, look.accent] },
    },
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'item',
      formatter: ({ data }: { data: [number, number, number] }) =>
        `${rows[data[1]]} · ${columns[data[0]]}\n${format(data[2])}`,
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        itemStyle: { borderColor: look.background, borderWidth: 1, borderRadius: 2 },
      },
    ],
  };
}
