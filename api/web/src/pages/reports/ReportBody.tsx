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
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty } from '~/ui/States';
import { usePeriod } from '~/ui/usePeriod';
import type { CellContext } from './cells';
import { ownParameters, Parameters } from './Parameters';
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
    () => ({ report, language, zone, currency: shownCurrency, grain, noValue: t('reports.no_value') }),
    [report, language, zone, shownCurrency, grain, t],
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
            <SqlPeek sql={query.data.meta.sql} meta={query.data.meta} />
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
            empty={<Empty title={t('reports.no_rows_title')} text={t('reports.no_rows_text')} />}
          >
            {(result) => (
              <>
                <ReportChart result={result} context={context} />
                <ReportTable
                  result={result}
                  context={context}
                  sort={sort}
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
          <details className={classes.about}>
            <summary>{t('reports.about')}</summary>
            <p>{report.description[language]}</p>
          </details>
        </div>
      )}
    </Page>
  );
}
