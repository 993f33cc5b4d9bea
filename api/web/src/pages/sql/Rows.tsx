import { Button, Group, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '~/api/types';
import type { OwnChart } from '~/api/work';
import { useLanguage } from '~/app/language';
import { usualChart } from '~/lib/charts/own';
import { formatNumber } from '~/lib/format';
import { ResultGrid } from '~/ui/ResultGrid';
import { Empty } from '~/ui/States';
import classes from './SqlPage.module.css';
import { SHOWN } from './useRun';

const Drawn = lazy(() => import('./Drawn'));

interface RowsProps {
  result: Result;
  /** How it is drawn; null for rows alone. */
  chart: OwnChart | null;
  onChart: (chart: OwnChart | null) => void;
}

export function Rows({ result, chart, onChart }: RowsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { rows, meta } = result;
  if (rows.length === 0) return <Empty title={t('sql.no_rows_title')} text={t('sql.no_rows_text')} />;
  const note = t('sql.rows_note', {
    rows: t('common.grid.rows', { count: rows.length, shown: formatNumber(rows.length, language) }),
    ms: formatNumber(meta.elapsed_ms, language),
    scanned: t('common.query.scanned', {
      count: meta.rows_scanned,
      shown: formatNumber(meta.rows_scanned, language),
    }),
  });
  return (
    <>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="xs" c="dimmed" role="status">
          {note}
          {meta.truncated && ` · ${t('sql.cut', { shown: formatNumber(SHOWN, language) })}`}
        </Text>
        <Button
          size="compact-xs"
          variant={chart ? 'light' : 'default'}
          leftSection={<IconChartBar size={14} />}
          aria-pressed={chart !== null}
          onClick={() => onChart(chart ? null : usualChart(result))}
        >
          {t('sql.chart')}
        </Button>
      </Group>
      {chart && (
        <Suspense>
          <Drawn result={result} chart={chart} onChart={onChart} />
        </Suspense>
      )}
      <div className={classes.result}>
        <ResultGrid label={t('sql.result')} result={result} />
      </div>
    </>
  );
}
