import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base, categoryAxis } from './base';

export interface HeatChart {
  columns: string[];
  rows: string[];
  /** Column, row, value. */
  cells: [number, number, number][];
  format: (value: number) => string;
  /** In the cells and beside the scale. */
  short: (value: number) => string;
  /** The scale goes up to the greatest value from this column on: what stands before it is the whole by definition. */
  scaleFrom?: number;
}

/** More columns than these leave no room for figures in the cells. */
const TOLD_COLUMNS = 26;

/** Names that have no room side by side: they stand aslant, so that none is left out. */
export function areLong(columns: string[]): boolean {
  return columns.length > 4 && columns.length <= 16 && columns.some((name) => name.length > 8);
}

/** A grid of columns and rows; the stronger the colour, the more, as the scale above it tells. */
export function heatChart(
  { columns, rows, cells, format, short, scaleFrom = 0 }: HeatChart,
  look: Look,
): EChartsCoreOption {
  const max = (from: number) =>
    cells.reduce((most, [column, , value]) => (column >= from ? Math.max(most, value) : most), 0);
  const most = max(scaleFrom) || max(0) || 1;
  return {
    ...base(look),
    grid: { left: 4, right: 8, top: 34, bottom: 4, containLabel: true },
    xAxis: {
      ...categoryAxis(look, columns),
      splitArea: { show: false },
      ...(areLong(columns) ? { axisLabel: { color: look.axis, interval: 0, rotate: 38 } } : {}),
    },
    yAxis: { ...categoryAxis(look, rows), inverse: true },
    visualMap: {
      min: 0,
      max: most,
      dimension: 2,
      orient: 'horizontal',
      left: 0,
      top: 0,
      itemWidth: 12,
      itemHeight: 120,
      text: [`${short(most)}${most < max(0) ? '+' : ''}`, short(0)],
      textStyle: { color: look.axis, fontSize: 12 },
      inRange: { color: [look.line, look.accent] },
    },
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'item',
      formatter: ({ data }: { data: { value: [number, number, number, number] } }) =>
        `${rows[data.value[1]]} · ${columns[data.value[0]]}\n${format(data.value[3])}`,
    },
    series: [
      {
        type: 'heatmap',
        // Coloured up to the scale, told as it is.
        data: cells.map(([column, row, value]) => ({
          value: [column, row, Math.min(value, most), value],
          label: { color: value > most * 0.55 ? look.background : look.text },
        })),
        label: {
          show: columns.length <= (look.narrow ? TOLD_COLUMNS / 4 : TOLD_COLUMNS),
          fontSize: columns.length > 16 ? 10 : 11,
          formatter: ({ data }: { data: { value: [number, number, number, number] } }) =>
            short(data.value[3]),
        },
        labelLayout: { hideOverlap: true },
        itemStyle: { borderColor: look.background, borderWidth: 1, borderRadius: 2 },
      },
    ],
  };
}
