import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forecast, Result } from '~/api/types';
import { type TimeChart, timeChart } from '~/lib/charts/time';
import { formatStep, formatUnit, type Language, toNumber } from '~/lib/format';
import { columnOf } from '~/lib/result';
import { Chart, type Look } from '~/ui/Chart';

interface CourseProps {
  height: number;
  result: Result;
  before?: Result;
  ahead?: Forecast;
  grain: string;
  unit: string;
  /** The days of the time before. */
  earlier: string;
  language: Language;
  onPick?: (index: number) => void;
}

/** The revenue in one drawing: what was, what it is held against, what is ahead. */
export default function Course({
  height,
  result,
  before,
  ahead,
  grain,
  unit,
  earlier,
  language,
  onPick,
}: CourseProps) {
  const { t } = useTranslation();
  const option = useMemo(() => {
    const chart = course(
      { result, before, ahead, grain, unit, earlier, language },
      {
        now: t('common.metrics.revenue'),
        before: earlier,
        forecast: t('common.chart.forecast'),
        band: t('common.chart.band80'),
      },
    );
    return (look: Look) => timeChart(chart, look);
  }, [result, before, ahead, grain, unit, earlier, language, t]);
  return <Chart title={t('overview.revenue')} option={option} height={height} onPick={onPick} />;
}

function course(
  { result, before, ahead, grain, unit, language }: Omit<CourseProps, 'height'>,
  names: Record<'now' | 'before' | 'forecast' | 'band', string>,
): TimeChart {
  const day = (value: unknown) => String(value).slice(0, grain === 'hour' ? 13 : 10);
  const periods = columnOf(result, 'period').map(String);
  const points = ahead?.points ?? [];
  const known = new Set(periods.map(day));
  // The running step has both: what came so far, and what is expected of it.
  const all = [...periods, ...points.map(({ period }) => period).filter((period) => !known.has(day(period)))];
  const byDay = new Map(points.map((point) => [day(point.period), point]));
  const at = (pick: (point: Forecast['points'][number]) => number) =>
    all.map((period) => {
      const point = byDay.get(day(period));
      return point ? pick(point) : null;
    });
  const fill = (values: (number | null)[]) => all.map((_, index) => values[index] ?? null);
  const lines: TimeChart['lines'] = [
    { name: names.now, values: fill(columnOf(result, 'revenue').map(toNumber)) },
  ];
  if (before) {
    const values = columnOf(before, 'revenue').map(toNumber).slice(0, periods.length);
    lines.push({ name: names.before, values: fill(values), dashed: true, color: '#98a0ae' });
  }
  if (points.length > 0)
    lines.push({ name: names.forecast, values: at((point) => point.value), dashed: true, accent: true });
  return {
    labels: all.map((period) => formatStep(period, grain, language)),
    lines,
    bands:
      points.length > 0
        ? [{ name: names.band, lower: at((p) => p.lower80), upper: at((p) => p.upper80), opacity: 0.16 }]
        : [],
    format: (value) => formatUnit(value, unit, language),
    short: (value) => formatUnit(value, unit, language, { compact: true }),
  };
}
