import { VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import {
  type ColumnDef,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  type RowData,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Grid.module.css';

const features = tableFeatures({ columnVisibilityFeature, columnSizingFeature, columnResizingFeature });

const ROW = 34;
const MARK = 34;

export interface GridColumn<Row> {
  id: string;
  title: string;
  /** The unit of its figures. */
  unit?: string;
  numeric?: boolean;
  width?: number;
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
}

/** Roughly what a letter of a heading takes, what stands around it, and what a heading may make of a column. */
const [LETTER, AROUND, WIDEST] = [7, 36, 230];

/** As wide as was said, and no narrower than its own heading. */
function sizeOf({ title, unit, width = 140 }: { title: string; unit?: string; width?: number }): number {
  const letters = title.length + (unit ? unit.length + 1 : 0);
  return Math.max(width, Math.min(WIDEST, letters * LETTER + AROUND));
}

interface GridProps<Row> {
  label: string;
  columns: GridColumn<Row>[];
  rows: Row[];
  rowKey: (row: Row, index: number) => string;
  hidden?: readonly string[];
  /** A column, with `-` before it from the greatest down. */
  sort?: string;
  onSort?: (sort: string) => void;
  onRow?: (row: Row) => void;
  selected?: string;
  /** The last row is near: more may be asked for. */
  onEnd?: () => void;
  /** Rows in all, where known. */
  total?: number;
  /** As high as its rows up to this; without it, as high as the place. */
  maxHeight?: number;
  below?: ReactNode;
  /** Rows can be marked, to do something with several at once. */
  marks?: Marks<Row>;
}

interface Marks<Row> {
  marked: ReadonlySet<string>;
  onMark: (keys: string[], on: boolean) => void;
  /** What the box of a row is called; of none, that of all rows. */
  name: (row: Row | null) => string;
}

/** A table of any length: only the rows in sight are in the page. */
export function Grid<Row extends RowData>(props: GridProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    hidden,
    sort,
    onSort,
    onRow,
    selected,
    onEnd,
    total,
    maxHeight,
    below,
    marks,
  } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);

  const definitions = useMemo<ColumnDef<typeof features, Row>[]>(
    () =>
      columns.map((column) => ({ id: column.id, header: column.title, size: sizeOf(column), minSize: 60 })),
    [columns],
  );
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const columnVisibility = useMemo(
    () => Object.fromEntries((hidden ?? []).map((id) => [id, false])),
    [hidden],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    columnResizeMode: 'onChange',
    state: { columnVisibility },
  });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;

  // One row is on the way of the Tab key; from it arrows lead to the others, as in a list.
  const [at, setAt] = useState(0);
  const stop = items.some(({ index }) => index === at) ? at : items[0]?.index;
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
    const row = rows[index];
    if (event.target !== event.currentTarget || row === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onRow?.(row);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step === undefined ? -1 : index + step;
    if (next < 0 || next >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(next);
    setAt(next);
    scroller.current?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus();
  };

  useEffect(() => {
    if (onEnd && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);

  const [first, after] = [items[0]?.start ?? 0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)];
  const width = headers.reduce((sum, header) => sum + header.getSize(), marks ? MARK : 0);
  const height = maxHeight ? Math.min(maxHeight, (rows.length + 1) * ROW + 14) : undefined;
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={{ height }}
      data-fill={!maxHeight || undefined}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className={classes.table} style={{ width }} aria-rowcount={total ?? rows.length + 1}>
        <caption>
          <VisuallyHidden>{label}</VisuallyHidden>
        </caption>
        <colgroup>
          {marks && <col style={{ width: MARK }} />}
          {headers.map((header) => (
            <col key={header.id} style={{ width: header.getSize() }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {marks && (
              <td className={classes.mark}>
                <input
                  type="checkbox"
                  aria-label={marks.name(null)}
                  checked={rows.length > 0 && marks.marked.size >= rows.length}
                  onChange={(event) => marks.onMark(rows.map(rowKey), event.currentTarget.checked)}
                />
              </td>
            )}
            {headers.map((header) => {
              const column = byId.get(header.id);
              if (!column) return null;
              const up = sort === column.id;
              const down = sort === `-${column.id}`;
              const resize = header.getResizeHandler();
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={column.numeric ? classes.numeric : undefined}
                  aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
                >
                  {column.sortable && onSort ? (
                    <button
                      type="button"
                      className={classes.sort}
                      title={t('common.grid.sort_by', { column: column.title })}
                      // Figures are looked at from the greatest down, names from A.
                      onClick={() =>
                        onSort(
                          up
                            ? `-${column.id}`
                            : down
                              ? column.id
                              : column.numeric
                                ? `-${column.id}`
                                : column.id,
                        )
                      }
                    >
                      <Heading column={column} />
                      {up && <IconChevronUp size={13} aria-hidden />}
                      {down && <IconChevronDown size={13} aria-hidden />}
                    </button>
                  ) : (
                    <Heading column={column} />
                  )}
                  <span
                    className={classes.resize}
                    onMouseDown={resize}
                    onTouchStart={resize}
                    aria-hidden="true"
                  />
                </th>
              );
            })}
            {/* Takes the room that is left, so that no column is stretched. */}
            <td className={classes.rest} />
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: first }} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = rowKey(row, index);
            return (
              <tr
                key={key}
                aria-rowindex={index + 2}
                data-selected={selected === key || undefined}
                data-opens={onRow ? true : undefined}
                data-index={index}
                tabIndex={onRow && (index === stop ? 0 : -1)}
                onKeyDown={onRow && ((event) => onKey(event, index))}
                onFocus={onRow && ((event) => event.target === event.currentTarget && setAt(index))}
                onClick={
                  onRow && ((event) => !(event.target as Element).closest('a,button,input') && onRow(row))
                }
              >
                {marks && (
                  <td className={classes.mark}>
                    <input
                      type="checkbox"
                      aria-label={marks.name(row)}
                      checked={marks.marked.has(key)}
                      onChange={(event) => marks.onMark([key], event.currentTarget.checked)}
                    />
                  </td>
                )}
                {headers.map((header) => {
                  const column = byId.get(header.id);
                  return (
                    <td key={header.id} className={column?.numeric ? classes.numeric : undefined}>
                      {column?.cell(row)}
                    </td>
                  );
                })}
                <td className={classes.rest} />
              </tr>
            );
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
      {below}
    </div>
  );
}

function Heading<Row>({ column }: { column: GridColumn<Row> }) {
  return (
    <span className="truncate">
      {column.title}
      {column.unit && <span className={classes.unit}> {column.unit}</span>}
    </span>
  );
}
