import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trendsQuery } from '~/api/insight';
import type { Metric } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { METRICS, readTrends } from '~/app/search';
import { formatUnit } from '~/lib/format';
import { spanOf } from '~/lib/span';
import { Views } from '~/pages/views/Views';
import { ConnectIfNew } from '~/ui/ConnectLink';
import { Delta } from '~/ui/Delta';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { Answer, Empty, Loading } from '~/ui/States';
import { usePeriod } from '~/ui/usePeriod';
import { FindingRow } from './FindingRow';
import { Tree } from './Tree';
import classes from './TrendsPage.module.css';

export function TrendsPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const search = useSearch({ from: '/app/trends' });
  const navigate = useNavigate({ from: '/trends' });
  const metric = search.metric ?? 'revenue';
  const period = usePeriod(search.period || search.from ? search : { ...search, period: 'last_month' });
  const query = useQuery(trendsQuery(period, metric, language));
  return (
    <Page
      title={t('trends.title')}
      actions={<Views page="trends" onOpen={(next) => void navigate({ search: readTrends(next) })} />}
      filters={
        <>
          <Select
            w={190}
            aria-label={t('trends.metric')}
            value={metric}
            onChange={(value) =>
              void navigate({ search: (before) => ({ ...before, metric: value as Metric }) })
            }
            data={METRICS.map((value) => ({ value, label: t(`common.metrics.${value}`) }))}
          />
          <PeriodPicker
            period={period}
            comparable
            onChange={(next) => void navigate({ search: (before) => ({ ...before, ...next }) })}
          />
        </>
      }
    >
      <Answer
        query={query}
        loading={<Loading rows={12} />}
        isEmpty={({ total, findings }) => total.before === 0 && total.after === 0 && findings.length === 0}
        empty={
          <Empty
            title={t('trends.empty_title')}
            text={query.data?.notes[0] ?? t('trends.none_text')}
            action={<ConnectIfNew />}
          />
        }
      >
        {(trends) => {
          const { total } = trends;
          const say = (from: string, to: string) => period.say(spanOf(from, to, period.zone));
          const change = total.before > 0 ? total.change / total.before : null;
          return (
            <div className={classes.stack}>
              <Panel
                title={t('trends.total', { metric: textOf('common.metrics', total.metric).toLowerCase() })}
                note={`${say(trends.from, trends.to)} ${t('common.comparisons.versus', { span: say(trends.compared_with.from, trends.compared_with.to) })}`}
              >
                <div className={classes.total}>
                  <span className={classes.value}>{formatUnit(total.after, total.unit, language)}</span>
                  <Delta change={change} inverse={metric === 'refunds'} />
                  <Text span size="sm" c="dimmed">
                    {t('common.comparisons.before', {
                      value: formatUnit(total.before, total.unit, language),
                    })}
                  </Text>
                </div>
                {trends.headline && <Text mt="xs">{trends.headline}</Text>}
              </Panel>
              <Tree trends={trends} />
              <Panel title={t('trends.findings')} note={t('trends.findings_note')}>
                {trends.findings.length === 0 ? (
                  <Empty title={t('trends.none_title')} text={t('trends.none_text')} />
                ) : (
                  <ul className={classes.list}>
                    {trends.findings.map((finding) => (
                      <FindingRow key={finding.id} finding={finding} unit={total.unit} span={period.span} />
                    ))}
                  </ul>
                )}
              </Panel>
              {trends.notes.length > 0 && (
                <Panel title={t('trends.notes')}>
                  {trends.notes.map((note) => (
                    <Text key={note} size="sm" c="dimmed">
                      {note}
                    </Text>
                  ))}
                </Panel>
              )}
            </div>
          );
        }}
      </Answer>
    </Page>
  );
}
