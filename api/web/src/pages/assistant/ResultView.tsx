import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reply } from '~/api/assistant';
import type { Cell, Column } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatNumber, NONE } from '~/lib/format';
import { sortRows } from '~/lib/sort';
import { Chart } from '~/ui/Chart';
import { Grid, type GridColumn } from '~/ui/Grid';
import { AnchorLink } from '~/ui/links';
import classes from './Assistant.module.css';
import { cellText, draw, isFigure, type Shown } from './drawing';
import { Figures } from './Figures';
import { useNames } from './names';

/** A list of ten is shown whole, a longer one is scrolled. */
const HEIGHT = 392;

const GROUPS: Record<string, string> = {
  weekday: 'reports.weekdays',
  segment: 'customers.segments',
  lifecycle: 'customers.lifecycle',
  customer_kind: 'assistant.kinds',
  metric: 'common.metrics',
};

/** What a result is shown with: names of columns, words for keys, the workspace's clock. */
export function useShown(reply: Partial<Reply>): Shown | null {
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const names = useNames();
  const { result, interpretation } = reply;
  const grain = interpretation?.grain ?? 'day';
  return useMemo(
    () =>
      result
        ? {
            result,
            language,
            zone,
            grain,
            title: names.column,
            word: (column, value) => {
              const group = GROUPS[column];
              return group ? textOf(group, value) : value;
            },
          }
        : null,
    [result, language, zone, grain, names],
  );
}

export function ResultView({ reply, title }: { reply: Partial<Reply>; title: string }) {
  const { t } = useTranslation();
  const shown = useShown(reply);
  const { chart = null } = reply;
  const drawing = useMemo(() => shown && draw(chart, shown), [shown, chart]);
  if (!shown || shown.result.rows.length === 0) return null;
  const { columns, rows } = shown.result;
  const isOne = rows.length === 1 && columns.some(isFigure);
  if (isOne) return <Figures shown={shown} />;
  return (
    <>
      {drawing && <Chart title={title} option={drawing.option} height={drawing.height} />}
      <div className={classes.table}>
        <ResultTable shown={shown} label={t('assistant.table')} />
      </div>
      <span className={classes.note}>
        {t('common.grid.rows', { count: rows.length, shown: formatNumber(rows.length, shown.language) })}
      </span>
    </>
  );
}

interface ResultTableProps {
  shown: Shown;
  label: string;
  /** More rows may be asked for. */
  onEnd?: () => void;
  maxHeight?: number;
}

export function ResultTable({ shown, label, onEnd, maxHeight = HEIGHT }: ResultTableProps) {
  const [sort, setSort] = useState<string>();
  const { columns, rows } = shown.result;
  const customerAt = columns.findIndex(({ name }) => name === 'customer_id');
  const definitions = useMemo<GridColumn<Cell[]>[]>(
    () =>
      shownAt(columns).map(({ column, index }) => ({
        id: `${index}`,
        title: shown.title(column.name),
        numeric: isFigure(column) && !/_id$/.test(column.name),
        width: /^(product|name|key)$/.test(column.name) ? 220 : 150,
        // A page of many is not sorted: its order would be that of the page alone.
        sortable: !onEnd,
        cell: (row) => (
          <CellView
            text={cellText(column, row[index], shown)}
            customer={/^(name|customer_id)$/.test(column.name) ? row[customerAt] : null}
          />
        ),
      })),
    [columns, shown, onEnd, customerAt],
  );
  const sorted = useMemo(() => {
    if (!sort) return rows;
    const index = Number(sort.replace(/^-/, ''));
    return sortRows(rows, (row) => row[index], sort.startsWith('-'));
  }, [rows, sort]);
  return (
    <Grid
      label={label}
      columns={definitions}
      rows={sorted}
      rowKey={(_, index) => String(index)}
      sort={sort}
      onSort={setSort}
      onEnd={onEnd}
      maxHeight={maxHeight}
    />
  );
}

/** Where a name stands beside its code, the code tells nothing more. */
function shownAt(columns: Column[]): { column: Column; index: number }[] {
  const names = columns.map(({ name }) => name);
  const told = { product_id: 'product', customer_id: 'name' } as Record<string, string>;
  return columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !names.includes(told[column.name] ?? ''));
}

/** A customer leads to their card. */
function CellView({ text, customer }: { text: string; customer: Cell | undefined }) {
  if (!customer) return text;
  return (
    <AnchorLink to="/customers/$id" params={{ id: String(customer) }} size="sm">
      {text === NONE ? String(customer) : text}
    </AnchorLink>
  );
}
