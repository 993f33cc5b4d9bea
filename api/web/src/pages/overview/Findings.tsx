import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trendsQuery } from '~/api/insight';
import { useLanguage } from '~/app/language';
import { spanOf } from '~/lib/span';
import { FindingIcon } from '~/ui/FindingIcon';
import { AnchorLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Loading } from '~/ui/States';
import type { Told } from '~/ui/usePeriod';
import classes from './Overview.module.css';
import { useFiguresAreThere } from './useOverview';

const SHOWN = 5;

export function Findings({ period }: { period: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery({
    ...trendsQuery(period, 'revenue', language, SHOWN),
    enabled: useFiguresAreThere(period),
  });
  const { data } = query;
  const note =
    data &&
    [
      period.say(spanOf(data.from, data.to, period.zone)),
      t('common.comparisons.versus', {
        span: period.say(spanOf(data.compared_with.from, data.compared_with.to, period.zone)),
      }),
    ].join(' ');
  return (
    <Panel
      title={t('overview.findings')}
      note={note}
      actions={
        <AnchorLink
          to="/trends"
          search={
            period.preset === 'custom'
              ? { from: period.span.days?.[0], to: period.span.days?.[1] }
              : { period: period.preset }
          }
          size="xs"
        >
          {t('overview.all_findings')}
        </AnchorLink>
      }
    >
      <Answer
        query={query}
        loading={<Loading rows={3} />}
        isEmpty={({ findings }) => findings.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {data && data.notes.length > 0 ? data.notes.join(' ') : t('overview.findings_none')}
          </Text>
        }
      >
        {({ findings }) => (
          <ul className={`${classes.list} ${classes.findings}`}>
            {findings.slice(0, SHOWN).map((finding) => (
              <li key={finding.id} className={classes.finding}>
                <FindingIcon kind={finding.kind} contribution={finding.contribution} />
                <span>{finding.sentence}</span>
                <SqlPeek sql={finding.sql} bare />
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
