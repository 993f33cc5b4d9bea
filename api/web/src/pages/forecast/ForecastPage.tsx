import { NumberInput, Select, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { forecastQuery } from '~/api/insight';
import type { Forecast } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { FORECAST_GRAINS, type ForecastSearch, METRICS, readForecast } from '~/app/search';
import { useLater } from '~/app/useLater';
import { timeChart } from '~/lib/charts/time';
import { formatStep, formatUnit, isCurrency } from '~/lib/format';
import { Views } from '~/pages/views/Views';
import { Chart, type Look } from '~/ui/Chart';
import { ConnectIfNew } from '~/ui/ConnectLink';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty, Loading } from '~/ui/States';
import { Backtest } from './Backtest';
import classes from './ForecastPage.module.css';
import { Points } from './Points';
import { Slice } from './Slice';

const HORIZON = { day: 30, week: 12, month: 6 } as const;

/** Steps of the past that are drawn beside those ahead. */
const PAST = { day: 120, week: 78, month: 36 } as const;

export function ForecastPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const search = useSearch({ from: '/app/forecast' });
  const navigate = useNavigate({ from: '/forecast' });
  const { metric = 'revenue', grain = 'month', by, value, as_of } = search;
  const horizon = search.horizon ?? HORIZON[grain];
  const part = by && value ? { [by]: value } : {};
  const query = useQuery({
    ...forecastQuery({ metric, grain, horizon, locale: language, as_of, ...part }),
    placeholderData: keepPreviousData,
  });
  const set = (next: ForecastSearch) => void navigate({ search: (before) => ({ ...before, ...next }) });
  const setHorizon = useLater((steps: number) => set({ horizon: steps }), 300);
  return (
    <Page
      title={t('forecast.title')}
      actions={
        <>
          <Views page="forecast" onOpen={(next) => void navigate({ search: readForecast(next) })} />
          {query.data && <SqlPeek sql={query.data.sql} />}
        </>
      }
      filters={
        <>
          <Select
            w={180}
            aria-label={t('forecast.metric')}
            value={metric}
            onChange={(next) => set({ metric: next as ForecastSearch['metric'] })}
            data={METRICS.map((item) => ({ value: item, label: t(`common.metrics.${item}`) }))}
          />
          <Select
            w={120}
            aria-label={t('forecast.grain')}
            value={grain}
            onChange={(next) => set({ grain: next as ForecastSearch['grain'], horizon: undefined })}
            data={FORECAST_GRAINS.map((item) => ({ value: item, label: t(`common.grains.${item}`) }))}
          />
          <NumberInput
            w={110}
            key={`${grain}${horizon}`}
            aria-label={t('forecast.horizon')}
            title={t('forecast.horizon')}
            min={1}
            max={400}
            allowDecimal={false}
            defaultValue={horizon}
            onChange={(next) => typeof next === 'number' && next >= 1 && setHorizon(next)}
          />
          <Slice by={by} value={value} onChange={set} />
          <TextInput
            type="date"
            aria-label={t('forecast.as_of')}
            leftSection={
              <Text size="xs" c="dimmed" aria-hidden>
                {t('forecast.as_of')}
              </Text>
            }
            leftSectionWidth={language === 'ru' ? 178 : 92}
            value={as_of ?? ''}
            onChange={(event) => set({ as_of: event.currentTarget.value || undefined })}
          />
        </>
      }
    >
      <Answer
        query={query}
        loading={<Loading rows={12} />}
        isEmpty={({ points, history }) => points.length === 0 || !history.some(({ value }) => value !== 0)}
        empty={
          <Empty
            title={t('forecast.none_title')}
            text={query.data?.notes.join(' ') || t('forecast.none_text')}
            action={<ConnectIfNew />}
          />
        }
      >
        {(forecast) => (
          <div className={classes.stack} data-stale={query.isPlaceholderData || undefined}>
            <Panel
              title={t('forecast.question')}
              note={t('forecast.note', {
                metric: textOf('common.metrics', forecast.metric),
                grain: textOf('overview.grain', forecast.grain),
                unit: isCurrency(forecast.unit) ? forecast.unit : textOf('common.units', forecast.unit),
              })}
            >
              <Course forecast={forecast} />
            </Panel>
            <div className={classes.halves}>
              <Backtest forecast={forecast} />
              {forecast.notes.length > 0 && (
                <Panel title={t('forecast.notes')}>
                  {forecast.notes.map((note) => (
                    <Text key={note} size="sm" mb={4}>
                      {note}
                    </Text>
                  ))}
                </Panel>
              )}
            </div>
            <Points forecast={forecast} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

/** What was and what is ahead, in one drawing. */
export function Course({ forecast, height = 340 }: { forecast: Forecast; height?: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const option = useMemo(() => {
    const past = forecast.history.slice(-PAST[forecast.grain as keyof typeof PAST]);
    const { points } = forecast;
    const none = (count: number) => Array.from({ length: count }, () => null);
    // Joined at the last value that was, so that the eye sees one line.
    const join = past.at(-1)?.value ?? null;
    const ahead = (pick: (point: Forecast['points'][number]) => number) => [
      ...none(past.length - 1),
      ...(past.length > 0 ? [join] : []),
      ...points.map(pick),
    ];
    const chart = {
      labels: [...past, ...points].map(({ period }) => formatStep(period, forecast.grain, language)),
      lines: [
        { name: t('forecast.history'), values: [...past.map(({ value }) => value), ...none(points.length)] },
        { name: t('common.chart.forecast'), values: ahead(({ value }) => value), dashed: true },
      ],
      bands: [
        {
          name: t('common.chart.band95'),
          lower: ahead((p) => p.lower95),
          upper: ahead((p) => p.upper95),
          opacity: 0.1,
        },
        {
          name: t('common.chart.band80'),
          lower: ahead((p) => p.lower80),
          upper: ahead((p) => p.upper80),
          opacity: 0.2,
        },
      ],
      format: (value: number) => formatUnit(value, forecast.unit, language),
      short: (value: number) => formatUnit(value, forecast.unit, language, { compact: true }),
    };
    // One colour: a forecast is the same figure, only not here yet.
    return (look: Look) => {
      const lines = chart.lines.map((line) => ({ ...line, color: look.accent }));
      return timeChart({ ...chart, lines }, look);
    };
  }, [forecast, language, t]);
  return <Chart title={t('forecast.question')} option={option} height={height} />;
}
