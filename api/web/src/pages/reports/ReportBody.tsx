import { Button, Menu, Text } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { reportFile, reportQuery, type Parameters as Values } from '~/api/reports';
import type { Report } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatNumber } from '~/lib/format';
import { asQuery } from '~/lib/period';
import { ExportMenu } from '~/pages/exports/ExportMenu';
import { Views } from '~/pages/views/Views';
import { ConnectIfNew } from '~/ui/ConnectLink';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty } from '~/ui/States';
import { useDrill } from '~/ui/useDrill';
import { usePeriod } from '~/ui/usePeriod';
import { type CellContext, rowTitle } from './cells';
import { ownParameters } from './own';
import { Parameters } from './Parameters';
import { ReportChart } from './ReportChart';
import classes from './ReportPage.module.css';
import { ReportTable } from './ReportTable';

/** Rows that are asked for where a drawing does not need them all; the file has every one. */
const ROWS = 1000;

const FORMATS = ['csv', 'xlsx', 'parquet'] as const;

export function ReportBody({ report }: { report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone, currency } = useWorkspace();
  const search = useSearch({ from: '/app/reports/$id' });
  const navigate = useNavigate({ from: '/reports/$id' });
  const { period: preset, from, to, sort, compare: _, ...own } = search;

  // What looks back over all of the history begins with all of it.
  const looksBack =
    report.id === 'cohort_retention' || report.parameters.some(({ name }) => name === 'as_of');
  const period = usePeriod({
    period: from ? undefined : (preset ?? (looksBack ? 'all' : 'last_12_months')),
    from,
    to,
    compare: 'none',
  });
  const known = ownParameters(report);
  const values: Values = Object.fromEntries(known.map(({ name }) => [name, own[name]]));
  const missing = known.find(({ name, required }) => required && !values[name]);
  const asked: Values = { ...asQuery(period.span), ...values };
  const limited = !['line', 'stacked_bar', 'heatmap'].includes(report.chart.kind);
  const query = useQuery({
    ...reportQuery(report.id, { ...asked, limit: limited ? String(ROWS) : undefined }),
    enabled: !missing,
  });
  const grain = values.grain ?? report.parameters.find(({ name }) => name === 'grain')?.default ?? 'day';
  const shownCurrency = query.data?.meta.currency ?? currency;
  const context = useMemo<CellContext>(
    () => ({
      report,
      language,
      zone,
      currency: shownCurrency,
      grain,
      noValue: t('reports.no_value'),
      noSegment: t('reports.no_segment'),
    }),
    [report, language, zone, shownCurrency, grain, t],
  );
  const { pick, drawer } = useDrill(
    report,
    { grain, span: period.span, currency: shownCurrency, values },
    (result, row, figure) => rowTitle(report, result, row, context, figure),
  );
  return (
    <Page
      title={report.title[language]}
      lead={
        <AnchorLink to="/reports" size="sm">
          <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('reports.title')}
        </AnchorLink>
      }
      actions={
        query.data && (
          <>
            <Views
              page="reports"
              extra={{ id: report.id }}
              onOpen={({ id, ...next }) =>
                void navigate({ to: '/reports/$id', params: { id: id ?? report.id }, search: next })
              }
            />
            <SqlPeek sql={query.data.meta.sql} meta={query.data.meta} />
            <ExportMenu what={{ kind: 'report', report: report.id, query: setOf(asked) }} />
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" leftSection={<IconDownload size={15} />}>
                  {t('reports.download')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {FORMATS.map((format) => (
                  <Menu.Item
                    key={format}
                    component="a"
                    href={reportFile(report.id, { ...asked, locale: language }, format)}
                    download
                  >
                    {t(`reports.formats.${format}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </>
        )
      }
      filters={
        <>
          <PeriodPicker
            period={period}
            onChange={({ compare: _compare, ...next }) =>
              void navigate({ search: (before) => ({ ...before, ...next }) })
            }
          />
          <Parameters
            report={report}
            values={values}
            onChange={(name, value) => void navigate({ search: (before) => ({ ...before, [name]: value }) })}
          />
        </>
      }
    >
      {missing ? (
        <Empty
          title={t('reports.required_title')}
          text={t('reports.required_text', { name: textOf('reports.names', missing.name) })}
        />
      ) : (
        <div className={classes.stack}>
          <Answer
            query={query}
            isEmpty={({ rows }) => rows.length === 0}
            empty={
              <Empty
                title={t('reports.no_rows_title')}
                text={t(period.preset === 'all' ? 'reports.no_rows_ever' : 'reports.no_rows_text')}
                action={<ConnectIfNew />}
              />
            }
          >
            {(result) => (
              <>
                <ReportChart
                  result={result}
                  context={context}
                  onPick={pick && ((row, figure) => pick(result, row, figure))}
                />
                {pick && (
                  <Text size="xs" c="dimmed">
                    {t('reports.drill.hint')}
                  </Text>
                )}
                <ReportTable
                  result={result}
                  context={context}
                  sort={sort}
                  onRow={pick && ((row) => pick(result, row))}
                  onSort={(next) =>
                    void navigate({ search: (before) => ({ ...before, sort: next }), replace: true })
                  }
                />
                {limited && result.rows.length === ROWS && (
                  <Text size="sm" c="dimmed">
                    {t('reports.cut', { shown: formatNumber(ROWS, language) })}
                  </Text>
                )}
              </>
            )}
          </Answer>
          {drawer}
          <details className={classes.about}>
            <summary>{t('reports.about')}</summary>
            <p>{report.description[language]}</p>
          </details>
        </div>
      )}
    </Page>
  );
}

/** Only what is set. */
function setOf(asked: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asked).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
