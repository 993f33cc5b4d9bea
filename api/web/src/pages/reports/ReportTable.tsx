import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Result } from '~/api/types';
import { digitsIn, isCurrency } from '~/lib/format';
import { sortRows } from '~/lib/sort';
import { Grid, type GridColumn } from '~/ui/Grid';
import { Panel } from '~/ui/Panel';
import { type CellContext, cellNode, unitOf } from './cells';

interface ReportTableProps {
  result: Result;
  context: CellContext;
  sort: string | undefined;
  onSort?: (sort: string) => void;
  /** A row was chosen. */
  onRow?: (row: Cell[]) => void;
  maxHeight?: number;
  /** Inside a panel that is there already. */
  bare?: boolean;
}

/** What the names of steps take. */
const PERIODS: Record<string, number> = { week: 200, hour: 160 };

const WIDE = ['product', 'name', 'antecedent_product', 'consequent_product', 'key'];

export function ReportTable({
  result,
  context,
  sort,
  onSort,
  onRow,
  maxHeight = 560,
  bare,
}: ReportTableProps) {
  const { t } = useTranslation();
  const { report, language, currency } = context;
  const columns = useMemo<GridColumn<Cell[]>[]>(
    () =>
      report.columns
        .filter(({ name }) => result.columns.some((column) => column.name === name))
        .map((column) => {
          const unit = unitOf(column, currency);
          const index = result.columns.findIndex(({ name }) => name === column.name);
          const isCount =
            column.type === 'number' || (column.type === 'decimal' && column.unit !== 'currency');
          const digits =
            isCount && unit !== 'ratio' ? digitsIn(result.rows.map((row) => row[index] ?? null)) : undefined;
          return {
            id: column.name,
            title: column.title[language],
            // What is counted is told by the title; which money it is, is not.
            unit: unit && isCurrency(unit) ? unit : undefined,
            numeric: !['text', 'period', 'boolean'].includes(column.type) && column.name !== 'weekday',
            width: WIDE.includes(column.name)
              ? 240
              : column.type === 'period'
                ? (PERIODS[context.grain] ?? 130)
                : 150,
            sortable: true,
            cell: (row) => cellNode(column, row, result, context, digits),
          };
        }),
    [report, result, context, currency, language],
  );
  const rows = useMemo(() => {
    const descending = sort?.startsWith('-') ?? false;
    const index = result.columns.findIndex(({ name }) => name === sort?.replace(/^-/, ''));
    return index < 0 ? result.rows : sortRows(result.rows, (row) => row[index], descending);
  }, [result, sort]);
  const grid = (
    <Grid
      label={t('reports.table')}
      columns={columns}
      rows={rows}
      rowKey={(_, index) => String(index)}
      sort={sort}
      onSort={onSort}
      onRow={onRow}
      maxHeight={maxHeight}
    />
  );
  return bare ? grid : <Panel flush>{grid}</Panel>;
}
