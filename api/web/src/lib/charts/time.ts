import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';
import { base, belowLegend, categoryAxis, legend, type Named, valueAxis } from './base';

export interface Line {
  name: string;
  values: (number | null)[];
  kind?: 'line' | 'bar';
  /** What is below it is filled, down to zero. */
  area?: boolean;
  /** Of another time: a period before, a forecast. */
  dashed?: boolean;
  /** Drawn on the others of the same stack. */
  stack?: string;
  /** Against an axis of its own, where its unit is another. */
  second?: boolean;
  color?: string;
  /** In the accent colour, as what it goes on from. */
  accent?: boolean;
}

export interface Band {
  name: string;
  lower: (number | null)[];
  upper: (number | null)[];
  opacity: number;
}

export interface TimeChart {
  labels: string[];
  lines: Line[];
  bands?: Band[];
  /** Full figures, for the tooltip; the second axis has its own. */
  format: (value: number, second?: boolean) => string;
  short: (value: number, second?: boolean) => string;
}

/** Values over time. Bars and areas begin at zero, lines too unless a value is below. */
export function timeChart(
  { labels, lines, bands = [], format, short }: TimeChart,
  look: Look,
): EChartsCoreOption {
  const two = lines.some((line) => line.second);
  const names: Named[] = [
    ...lines.map(({ name, kind, dashed, area }): Named => {
      if (kind === 'bar') return { name, mark: 'bar' };
      if (area) return { name, mark: 'area', opacity: 0.4 };
      return { name, mark: dashed ? 'dashed' : 'line' };
    }),
    ...bands.map(({ name, opacity }): Named => ({ name, mark: 'area', opacity })),
  ];
  const valuesOf = (second: boolean) =>
    lines.flatMap((line) => (Boolean(line.second) === second ? line.values : []));
  const colour = (line: Line, index: number) =>
    line.color ?? (line.accent ? look.accent : look.series[index % look.series.length]);
  return {
    ...base(look),
    grid: {
      left: 4,
      right: two ? 4 : 12,
      top: names.length > 1 ? belowLegend(look, names) : 14,
      bottom: 4,
      containLabel: true,
    },
    legend: names.length > 1 ? legend(look, names) : undefined,
    xAxis: { ...categoryAxis(look, labels), boundaryGap: lines.some((line) => line.kind === 'bar') },
    yAxis: two
      ? [
          valueAxis(look, (v) => short(v), valuesOf(false)),
          { ...valueAxis(look, (v) => short(v, true), valuesOf(true)), splitLine: { show: false } },
        ]
      : valueAxis(look, (v) => short(v), bands.length > 0 ? [] : valuesOf(false)),
    tooltip: {
      ...(base(look).tooltip as object),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: look.axis } },
      formatter: (points: { dataIndex: number }[]) =>
        tooltip(points[0]?.dataIndex ?? 0, { labels, lines, bands, format, short }),
    },
    series: [
      ...bands.flatMap((band) => bandSeries(band, look)),
      ...lines.map((line, index) => lineSeries(line, colour(line, index))),
    ],
  };
}

function lineSeries(line: Line, color: string | undefined) {
  const isBar = line.kind === 'bar';
  return {
    name: line.name,
    type: isBar ? 'bar' : 'line',
    data: line.values,
    stack: line.stack,
    yAxisIndex: line.second ? 1 : 0,
    showSymbol: line.values.filter((value) => value !== null).length < 2,
    symbolSize: 6,
    lineStyle: { width: line.dashed ? 1.5 : 2, type: line.dashed ? 'dashed' : 'solid', color },
    itemStyle: { color, borderRadius: isBar && !line.stack ? [2, 2, 0, 0] : 0 },
    areaStyle: line.area ? { color, opacity: 0.16 } : undefined,
    barMaxWidth: 36,
    z: line.dashed ? 2 : 3,
  };
}

/** A band is a line nobody sees with the width of the band stacked on it. */
function bandSeries(band: Band, look: Look) {
  const shared = {
    type: 'line',
    stack: band.name,
    stackStrategy: 'all',
    symbol: 'none',
    lineStyle: { opacity: 0 },
    silent: true,
    z: 1,
  };
  const width = band.upper.map((upper, index) => {
    const lower = band.lower[index];
    return upper === null || lower === null || lower === undefined ? null : upper - lower;
  });
  return [
    { ...shared, data: band.lower },
    {
      ...shared,
      name: band.name,
      data: width,
      itemStyle: { color: look.accent },
      areaStyle: { color: look.accent, opacity: band.opacity },
    },
  ];
}

function tooltip(index: number, { labels, lines, bands = [], format }: TimeChart): string {
  const rows = lines
    .map((line) => ({ name: line.name, value: line.values[index], second: line.second }))
    .filter(
      (row): row is { name: string; value: number; second: boolean | undefined } =>
        typeof row.value === 'number',
    )
    .map((row) => `${row.name}: ${format(row.value, row.second)}`);
  const ranges = bands.flatMap((band) => {
    const [lower, upper] = [band.lower[index], band.upper[index]];
    return typeof lower === 'number' && typeof upper === 'number'
      ? [`${band.name}: ${format(lower)} – ${format(upper)}`]
      : [];
  });
  return [labels[index], ...rows, ...ranges].join('\n');
}
