import { Anchor } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding } from '~/api/types';
import { dimensionOf, textOf, useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { linesOfCause } from '~/lib/drill';
import { formatDay, formatPercent, formatUnit } from '~/lib/format';
import type { Span } from '~/lib/period';
import { FindingIcon } from '~/ui/FindingIcon';
import { SqlPeek } from '~/ui/SqlPeek';
import { Tag } from '~/ui/Tag';
import classes from './TrendsPage.module.css';

const Drill = lazy(() => import('~/pages/reports/Drill'));

interface FindingRowProps {
  finding: Finding;
  unit: string;
  span: Span;
}

export function FindingRow({ finding, unit, span }: FindingRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const value = (number: number) => formatUnit(number, unit, language);
  const { kind, before, after, contribution, since, seasonal, confidence, cause, dimension } = finding;
  const { currency } = useWorkspace();
  const [opened, setOpened] = useState(false);
  // The lines come by a statement, which takes the role of an analyst.
  const mayAsk = useAllowed('analyst');
  const lines =
    mayAsk && dimension && finding.key
      ? linesOfCause(dimension, finding.key, { grain: 'day', span, currency })
      : null;
  const ofDay = kind === 'shift' || kind === 'anomaly';
  const facts = [
    ofDay ? t('trends.usual', { value: value(before) }) : `${value(before)} → ${value(after)}`,
    ofDay && t('trends.day', { value: value(after) }),
    contribution !== 0 && t('trends.contribution', { value: value(contribution) }),
    since && t(kind === 'anomaly' ? 'trends.on' : 'trends.since', { date: formatDay(since, language) }),
    seasonal !== null && seasonal !== undefined && t(seasonal ? 'trends.seasonal' : 'trends.not_seasonal'),
    confidence < 1 && t('trends.confidence', { share: formatPercent(confidence, language, 0) }),
    cause &&
      t('trends.cause', {
        label: `${dimensionOf(cause.dimension)} ${cause.label ?? cause.key ?? ''}`,
      }),
  ].filter(Boolean);
  return (
    <li className={classes.finding}>
      <FindingIcon kind={kind} contribution={ofDay ? after - before : contribution} />
      <div>
        {finding.sentence}
        <div className={classes.facts}>
          <Tag>{textOf('trends.kinds', kind)}</Tag>
          {dimension && <Tag>{dimensionOf(dimension)}</Tag>}
          {lines && (
            <Anchor component="button" type="button" size="xs" onClick={() => setOpened(true)}>
              {t('reports.drill.title')}
            </Anchor>
          )}
          {facts.map((fact) => (
            <span key={String(fact)}>{fact}</span>
          ))}
        </div>
      </div>
      <SqlPeek sql={finding.sql} size="xs" />
      {opened && lines && (
        <Suspense>
          <Drill
            title={`${dimensionOf(dimension)}: ${finding.label ?? finding.key}`}
            lines={lines}
            currency={currency}
            onClose={() => setOpened(false)}
          />
        </Suspense>
      )}
    </li>
  );
}
