import { useMemo, useState } from 'react';
import type { Cell, Result } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { plainColumns } from '~/lib/plain';
import { sortRows } from '~/lib/sort';
import { Grid } from './Grid';

interface ResultGridProps {
  label: string;
  result: Result;
  /** As high as its rows up to this; without it, as high as the place. */
  maxHeight?: number;
  onRow?: (row: Cell[]) => void;
}

/** The rows of a result that no report describes, in any order of theirs. */
export function ResultGrid({ label, result, maxHeight, onRow }: ResultGridProps) {
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [sort, setSort] = useState<string>();
  const { columns, rows } = result;
  const shown = useMemo<Cell[][]>(() => {
    if (!sort) return rows;
    const index = Number.parseInt(sort.replace(/^-/, ''), 10);
    return sortRows(rows, (row) => row[index], sort.startsWith('-'));
  }, [rows, sort]);
  const definitions = useMemo(
    () => plainColumns(columns, language, zone, rows),
    [columns, language, zone, rows],
  );
  return (
    <Grid
      label={label}
      columns={definitions}
      rows={shown}
      rowKey={(_, index) => String(index)}
      sort={sort}
      onSort={setSort}
      onRow={onRow}
      maxHeight={maxHeight}
    />
  );
}
