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

export function valueAxis(look: Look, format: (value: number) => string) {
  return {
    type: 'value',
    splitNumber: 4,
    axisLabel: { color: look.axis, formatter: format, hideOverlap: true },
    splitLine: { lineStyle: { color: look.line } },
  };
}

export function legend(look: Look, data: string[]) {
  return {
    // On a narrow page it turns over instead of covering the drawing.
    type: 'scroll',
    data,
    pageIconColor: look.text,
    pageIconInactiveColor: look.line,
    pageTextStyle: { color: look.axis },
    top: 0,
    left: 0,
    icon: 'roundRect',
    itemWidth: 10,
    itemHeight: 10,
    itemGap: 14,
    textStyle: { color: look.text, fontSize: 12 },
  };
}
