import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forecast, Result } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { type TimeChart, timeChart } from '~/lib/charts/time';
import { formatStep, formatUnit, type Language, toNumber } from '~/lib/format';
import { columnOf } from '~/lib/result';
import { Chart, type Look } from '~/ui/Chart';
import { Panel } from '~/ui/Panel';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty, Loading } from '~/ui/States';
import { useDrill } from '~/ui/useDrill';
import type { Told } from '~/ui/usePeriod';
import { useCourse } from './useOverview';

export function Revenue({ period }: { period: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { grain, now, before, forecast, reachesNow } = useCourse(period);
  const ahead = reachesNow ? forecast.data : undefined;
  const unit = now.data?.meta.currency ?? '';
  const { pick, drawer } = useDrill(
    { id: 'sales_over_time' },
    { grain, span: period.span, currency: unit },
    (result, row) =>
      [
        t('common.metrics.revenue'),
        formatStep(String(columnOf({ ...result, rows: [row] }, 'period')[0]), grain, language),
      ].join(' · '),
  );
  const notes = [
    period.say(period.span) ?? t('common.periods.all'),
    t('overview.revenue_note', { unit, grain: t(`overview.grain.${grain}`) }),
    ahead &&
      ahead.points.length > 0 &&
      t('overview.revenue_forecast', { model: textOf('common.models', ahead.model.name) }),
  ];
  return (
    <Panel
      title={t('overview.revenue')}
      note={now.data && notes.filter(Boolean).join(' · ')}
      actions={now.data && <SqlPeek sql={now.data.meta.sql} meta={now.data.meta} size="xs" />}
    >
      <Answer
        query={now}
        loading={<Loading rows={9} />}
        isEmpty={(result) =>
          columnOf(result, 'revenue').every((value) => !toNumber(value)) && !ahead?.points.length
        }
        empty={<Empty title={t('overview.no_sales')} text={t('overview.no_sales_text')} />}
      >
        {(result) => (
          <Course
            result={result}
            before={period.compared ? before.data : undefined}
            ahead={ahead}
            grain={grain}
            unit={unit}
            earlier={period.say(period.compared) ?? t('overview.before')}
            language={language}
            onPick={pick && ((index) => result.rows[index] && pick(result, result.rows[index], 'revenue'))}
          />
        )}
      </Answer>
      {drawer}
    </Panel>
  );
}

interface CourseProps {
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

function Course({ result, before, ahead, grain, unit, earlier, language, onPick }: CourseProps) {
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
  return <Chart title={t('overview.revenue')} option={option} height={280} onPick={onPick} />;
}

function course(
  { result, before, ahead, grain, unit, language }: CourseProps,
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
