import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '~/ui/Chart';

const FONT = '"Inter Variable", system-ui, sans-serif';

/** What all drawings share: quiet axes, no movement, tooltips drawn on the canvas (no HTML made of names). */
export function base(look: Look): EChartsCoreOption {
  return {
    animation: false,
    color: look.series,
    textStyle: { fontFamily: FONT, fontSize: 12, color: look.axis },
    grid: { left: 4, right: 12, top: 14, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: look.background,
      borderColor: look.line,
      textStyle: { color: look.text, fontFamily: FONT, fontSize: 12 },
    },
  };
}

export function categoryAxis(look: Look, data: string[]) {
  return {
    type: 'category',
    data,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.axis, hideOverlap: true },
  };
}

/** The axis of figures. Where few are counted it has no step between two of them. */
export function valueAxis(look: Look, format: (value: number) => string, values: (number | null)[] = []) {
  const isFew = values.every((value) => Number.isInteger(value ?? 0) && Math.abs(value ?? 0) < 10);
  return {
    type: 'value',
    splitNumber: look.narrow ? 3 : 4,
    minInterval: values.length > 0 && isFew ? 1 : undefined,
    axisLabel: { color: look.axis, formatter: format, hideOverlap: true },
    splitLine: { lineStyle: { color: look.line } },
  };
}

/** What a name of a legend stands for, drawn as it is in the drawing: a line, a dashed one, an area, a bar. */
export type Mark = 'line' | 'dashed' | 'area' | 'bar';

export interface Named {
  name: string;
  mark: Mark;
  /** Of an area. */
  opacity?: number;
}

const ICONS: Record<Mark, string> = {
  line: 'path://M0 0h20v2.4H0z',
  dashed: 'path://M0 0h5v2.4H0zM7.5 0h5v2.4h-5zM15 0h5v2.4h-5z',
  area: 'rect',
  bar: 'roundRect',
};

/** On a narrow page names that have no room in one line take two; more than that turn over. */
function linesOf(look: Look, names: Named[]): number {
  const letters = names.reduce((sum, { name }) => sum + name.length + 5, 0);
  return look.narrow && letters > 46 ? 2 : 1;
}

/** Where a drawing begins below its names. */
export function belowLegend(look: Look, names: Named[]): number {
  return 12 + 22 * linesOf(look, names);
}

export function legend(look: Look, names: Named[]) {
  const isTwo = linesOf(look, names) === 2 && names.length <= 4;
  return {
    type: isTwo ? 'plain' : 'scroll',
    data: names.map(({ name, mark, opacity }) => ({
      name,
      icon: ICONS[mark],
      // As faint as the area is a key could not be seen.
      ...(mark === 'area' ? { itemStyle: { opacity: Math.min(1, 0.15 + (opacity ?? 0.2) * 2) } } : {}),
    })),
    pageIconColor: look.text,
    pageIconInactiveColor: look.line,
    pageTextStyle: { color: look.axis },
    top: 0,
    left: 0,
    itemWidth: 18,
    itemHeight: 10,
    itemGap: 14,
    textStyle: { color: look.text, fontSize: 12 },
  };
}
