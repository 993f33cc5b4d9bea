import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { forecastQuery, trendsQuery } from '~/api/insight';
import { reportQuery, reportsQuery } from '~/api/reports';
import type { Metric, Report, Result } from '~/api/types';
import { type Card, runQuery, savedReportQuery } from '~/api/work';
import { textOf, useLanguage } from '~/app/language';
import { type ForecastSearch, METRICS } from '~/app/search';
import { useWorkspace } from '~/app/session';
import { formatUnit, toNumber } from '~/lib/format';
import { usesPeriod } from '~/lib/parameters';
import { asQuery, grainOf, type Preset } from '~/lib/period';
import { records } from '~/lib/result';
import { Course } from '~/pages/forecast/ForecastPage';
import { type CellContext, rowTitle } from '~/pages/reports/cells';
import { drawReport, pickRow } from '~/pages/reports/ReportChart';
import { ReportTable } from '~/pages/reports/ReportTable';
import { Chart } from '~/ui/Chart';
import { Delta } from '~/ui/Delta';
import { FindingIcon } from '~/ui/FindingIcon';
import { AnchorLink } from '~/ui/links';
import { OwnChartView } from '~/ui/OwnChart';
import { ResultGrid } from '~/ui/ResultGrid';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty, Loading } from '~/ui/States';
import { useDrill } from '~/ui/useDrill';
import type { Told } from '~/ui/usePeriod';
import classes from './Dashboards.module.css';

const HEIGHT = 240;
/** Bars that have room in that. */
const BARS = 8;
const ROWS = 20;
const FINDINGS = 4;

interface CardProps {
  card: Card;
  period: Told;
}

/** Parameters beside the period, as an address takes them. */
function parametersOf({ query = {} }: Card): Record<string, string> {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

/** What a card is about: revenue where it says nothing. A metric that no page draws is told, never replaced by another. */
function metricOf({ metric }: Card): Metric | undefined {
  return METRICS.find((known) => known === (metric ?? 'revenue'));
}

function NotDrawn({ metric }: { metric: string }) {
  const { t } = useTranslation();
  return <Empty title={t('work.boards.not_drawn', { metric: textOf('common.metrics', metric) })} />;
}

/** The period of the dashboard, as an address of a page has it. */
function searchOf(period: Told): { period?: Preset; from?: string; to?: string } {
  if (period.preset !== 'custom') return { period: period.preset };
  return { from: period.span.days?.[0], to: period.span.days?.[1] };
}

/** Below every card: the statement, and the page that tells more. */
function Foot({ sql, children }: { sql?: string; children: ReactNode }) {
  return (
    <div className={classes.foot}>
      {children}
      {sql && <SqlPeek sql={sql} bare />}
    </div>
  );
}

/** What a card shows, over the one period of its dashboard. */
export function CardView({ card, period }: CardProps) {
  switch (card.kind) {
    case 'text':
      return <p className={classes.text}>{card.text}</p>;
    case 'metric':
    case 'trend':
    case 'forecast': {
      const metric = metricOf(card);
      if (!metric) return <NotDrawn metric={String(card.metric)} />;
      const Shown = { metric: MetricCard, trend: TrendCard, forecast: ForecastCard }[card.kind];
      return <Shown card={card} metric={metric} period={period} />;
    }
    case 'saved_report':
      return <OwnCard card={card} period={period} />;
    case 'report':
      return <ReportCard card={card} period={period} />;
    // A server may have kinds that this page does not know yet.
    default:
      return <Empty />;
  }
}

function MetricCard({ card, metric, period }: CardProps & { metric: Metric }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useQuery(reportQuery('sales_summary', asQuery(period.span)));
  const before = useQuery({
    ...reportQuery('sales_summary', asQuery(period.compared)),
    enabled: period.compared !== undefined,
  });
  const figure = (result: Result | undefined) =>
    result && records(result).find((row) => row.metric === metric);
  const versus = period.say(period.compared);
  const { currency } = useWorkspace();
  const drill = useDrill(
    { id: 'sales_summary' },
    { grain: 'day', span: period.span, currency: now.data?.meta.currency ?? currency },
    () => cardTitle(card),
  );
  return (
    <Answer query={now} loading={<Loading rows={2} />}>
      {(result) => {
        const rows = records(result);
        const at = rows.findIndex((one) => one.metric === metric);
        const row = rows[at];
        const unit = row?.unit as string | undefined;
        const value = toNumber(row?.value);
        const was = period.compared ? toNumber(figure(before.data)?.value) : null;
        const change = value !== null && was !== null && was > 0 ? value / was - 1 : null;
        return (
          <>
            <div className={classes.value} data-value={value ?? ''}>
              {formatUnit(value, unit, language)}
            </div>
            <Delta change={change} inverse={metric === 'refunds'} />{' '}
            {was !== null && (
              <Text span size="xs" c="dimmed">
                {t('common.comparisons.before', { value: formatUnit(was, unit, language) })}
                {versus && ` ${t('common.comparisons.versus', { span: versus })}`}
              </Text>
            )}
            <Foot sql={result.meta.sql}>
              <AnchorLink
                to="/reports/$id"
                params={{ id: 'sales_summary' }}
                search={searchOf(period)}
                size="xs"
              >
                {t('work.boards.open')}
              </AnchorLink>
              {row && drill.pick && (
                <Anchor
                  component="button"
                  type="button"
                  size="xs"
                  onClick={() => drill.pick?.(result, result.rows[at] ?? [])}
                >
                  {t('reports.drill.title')}
                </Anchor>
              )}
            </Foot>
            {drill.drawer}
          </>
        );
      }}
    </Answer>
  );
}

function TrendCard({ card, metric, period }: CardProps & { metric: Metric }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(trendsQuery(period, metric, language));
  return (
    <Answer query={query} loading={<Loading rows={4} />}>
      {({ findings, total }) => {
        const shown = findings.filter(({ dimension }) => !card.dimension || dimension === card.dimension);
        return (
          <>
            <Text size="sm">
              {formatUnit(total.after, total.unit, language)}{' '}
              <Delta change={total.before > 0 ? total.change / total.before : null} />{' '}
              <Text span size="xs" c="dimmed">
                {t('common.comparisons.before', { value: formatUnit(total.before, total.unit, language) })}
              </Text>
            </Text>
            {shown.length === 0 && (
              <Text size="sm" c="dimmed">
                {t('trends.none_title')}
              </Text>
            )}
            <ul className={classes.findings}>
              {shown.slice(0, FINDINGS).map((finding) => (
                <li key={finding.id}>
                  <FindingIcon kind={finding.kind} contribution={finding.contribution} />
                  <span>{finding.sentence}</span>
                  <SqlPeek sql={finding.sql} bare />
                </li>
              ))}
            </ul>
            <Foot>
              <AnchorLink to="/trends" search={{ ...searchOf(period), metric }} size="xs">
                {t('work.boards.open')}
              </AnchorLink>
            </Foot>
          </>
        );
      }}
    </Answer>
  );
}

function ForecastCard({ card, metric }: CardProps & { metric: Metric }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(
    forecastQuery({
      metric,
      grain: 'month',
      horizon: 6,
      locale: language,
      ...parametersOf(card),
    }),
  );
  return (
    <Answer
      query={query}
      loading={<Loading rows={6} />}
      isEmpty={({ points }) => points.length === 0}
      empty={<Empty title={t('forecast.none_title')} text={t('forecast.none_text')} />}
    >
      {(forecast) => (
        <>
          <Course forecast={forecast} height={HEIGHT} />
          <Foot sql={forecast.sql}>
            <AnchorLink to="/forecast" search={sliceOf(card, metric)} size="xs">
              {t('work.boards.open')}
            </AnchorLink>
          </Foot>
        </>
      )}
    </Answer>
  );
}

const SLICES = ['product_id', 'category', 'channel', 'segment'] as const;

/** What a forecast is of, as the address of its page has it. */
function sliceOf(card: Card, metric: Metric): ForecastSearch {
  const query = parametersOf(card);
  const by = SLICES.find((name) => query[name]);
  return { metric, grain: 'month', by, value: by && query[by] };
}

function OwnCard({ card, period }: CardProps) {
  const { t } = useTranslation();
  const id = card.saved_report_id ?? '';
  const report = useQuery({ ...savedReportQuery(id), enabled: Boolean(id) });
  const values = {
    ...(report.data && usesPeriod(report.data.sql) ? asQuery(period.span) : {}),
    ...parametersOf(card),
  };
  const query = useQuery({ ...runQuery(id, values), enabled: report.data !== undefined });
  if (report.isError) return <Answer query={report}>{() => null}</Answer>;
  // Only a statement that asks for the period goes by it.
  const days =
    report.data && usesPeriod(report.data.sql) && (period.say(period.span) ?? t('common.periods.all'));
  return (
    <Answer
      query={query}
      loading={<Loading rows={6} />}
      isEmpty={({ rows }) => rows.length === 0}
      empty={<Empty title={t('reports.no_rows_title')} />}
    >
      {(result) => {
        const chart = report.data?.chart;
        return (
          <>
            {days && (
              <Text size="xs" c="dimmed" mb={4}>
                {days}
              </Text>
            )}
            {chart && chart.kind !== 'none' ? (
              <OwnChartView title={cardTitle(card)} result={result} chart={chart} height={HEIGHT} />
            ) : (
              <ResultGrid label={cardTitle(card)} result={result} maxHeight={HEIGHT} />
            )}
            <Foot sql={report.data?.sql}>
              <AnchorLink
                to="/reports/own/$id"
                params={{ id }}
                search={{ ...parametersOf(card), ...searchOf(period) }}
                size="xs"
              >
                {t('work.boards.open')}
              </AnchorLink>
            </Foot>
          </>
        );
      }}
    </Answer>
  );
}

function ReportCard({ card, period }: CardProps) {
  const catalogue = useQuery(reportsQuery);
  const report = catalogue.data?.find(({ id }) => id === card.report);
  if (!report) return <Answer query={catalogue}>{() => <Empty />}</Answer>;
  return <Reported card={card} period={period} report={report} />;
}

function Reported({ card, period, report }: CardProps & { report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone, currency } = useWorkspace();
  const steps = report.parameters.find(({ name }) => name === 'grain')?.allowed ?? [];
  const fitting = grainOf(period.span);
  const own = parametersOf(card);
  const grain = own.grain ?? (steps.includes(fitting) ? fitting : undefined);
  const limit = ['bar', 'table', 'figures'].includes(report.chart.kind) ? String(ROWS) : undefined;
  const query = useQuery(
    reportQuery(report.id, {
      ...asQuery(period.span),
      ...own,
      grain: steps.length > 0 ? grain : undefined,
      limit,
    }),
  );
  const context = useMemo<CellContext>(
    () => ({
      report,
      language,
      zone,
      currency: query.data?.meta.currency ?? currency,
      grain: grain ?? 'day',
      noValue: t('reports.no_value'),
      noSegment: t('reports.no_segment'),
    }),
    [report, language, zone, query.data, currency, grain, t],
  );
  const { pick, drawer } = useDrill(
    report,
    { grain: context.grain, span: period.span, currency: context.currency, values: own },
    (result, row, figure) => rowTitle(report, result, row, context, figure),
  );
  const drawing = useMemo(
    () => (query.data && card.chart?.kind !== 'none' ? drawReport(query.data, context, BARS) : null),
    [query.data, context, card.chart?.kind],
  );
  return (
    <Answer
      query={query}
      loading={<Loading rows={6} />}
      isEmpty={({ rows }) => rows.length === 0}
      empty={<Empty title={t('reports.no_rows_title')} />}
    >
      {(result) => (
        <>
          {drawing ? (
            <Chart
              title={card.title || report.title[language]}
              option={drawing.option}
              height={HEIGHT}
              onPick={pick && pickRow(result, report, (row, figure) => pick(result, row, figure))}
            />
          ) : (
            <ReportTable
              result={result}
              context={context}
              sort={undefined}
              maxHeight={HEIGHT}
              onRow={pick && ((row) => pick(result, row))}
              bare
            />
          )}
          <Foot sql={result.meta.sql}>
            <AnchorLink
              to="/reports/$id"
              params={{ id: report.id }}
              search={{ ...own, ...(grain ? { grain } : {}), ...searchOf(period) }}
              size="xs"
            >
              {t('work.boards.open')}
            </AnchorLink>
          </Foot>
          {drawer}
        </>
      )}
    </Answer>
  );
}

/** What a card is called where it was given no title. */
export function cardTitle(card: Card): string {
  if (card.title) return card.title;
  return card.metric ? textOf('common.metrics', card.metric) : (card.report ?? '');
}
