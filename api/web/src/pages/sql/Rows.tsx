import { Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Result } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatNumber } from '~/lib/format';
import { plainColumns } from '~/lib/plain';
import { sortRows } from '~/lib/sort';
import { Grid } from '~/ui/Grid';
import { Empty } from '~/ui/States';
import classes from './SqlPage.module.css';
import { SHOWN } from './useRun';

export function Rows({ result }: { result: Result }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [sort, setSort] = useState<string>();
  const { columns, rows, meta } = result;
  const shown = useMemo<Cell[][]>(() => {
    if (!sort) return rows;
    const index = Number.parseInt(sort.replace(/^-/, ''), 10);
    return sortRows(rows, (row) => row[index], sort.startsWith('-'));
  }, [rows, sort]);
  const definitions = useMemo(() => plainColumns(columns, language, zone), [columns, language, zone]);
  if (rows.length === 0) return <Empty title={t('sql.no_rows_title')} text={t('sql.no_rows_text')} />;
  const note = t('sql.rows_note', {
    rows: t('common.grid.rows', { count: shown.length, shown: formatNumber(shown.length, language) }),
    ms: formatNumber(meta.elapsed_ms, language),
    scanned: t('common.query.scanned', {
      count: meta.rows_scanned,
      shown: formatNumber(meta.rows_scanned, language),
    }),
  });
  return (
    <>
      <Text size="xs" c="dimmed" mb={6} role="status">
        {note}
        {meta.truncated && ` · ${t('sql.cut', { shown: formatNumber(SHOWN, language) })}`}
      </Text>
      <div className={classes.result}>
        <Grid
          label={t('sql.result')}
          columns={definitions}
          rows={shown}
          rowKey={(_, index) => String(index)}
          sort={sort}
          onSort={setSort}
        />
      </div>
    </>
  );
}
