import type { Cell, Column } from '~/api/types';
import type { GridColumn } from '~/ui/Grid';
import { digitsIn, formatDay, formatTime, formatUnit, isCurrency, type Language, NONE } from './format';

const NUMBER = /INT|DECIMAL|DOUBLE|FLOAT|REAL|NUMERIC/i;
const TIME = /TIMESTAMP/i;
/** Of a figure without a unit, at most. */
const DIGITS = 4;
const DAY = /^\d{4}-\d{2}-\d{2}(T00:00:00)?$/;

export function isNumeric(column: Column): boolean {
  return NUMBER.test(column.type);
}

/** A value of a result that no report describes. */
export function plainCell(
  column: Column,
  value: Cell | undefined,
  language: Language,
  zone: string,
  digits?: number,
): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'boolean') return String(value);
  if (TIME.test(column.type) && typeof value === 'string' && value.endsWith('Z'))
    return formatTime(value, language, zone);
  // Without a zone it is on the workspace's clock already; midnight is a day.
  if (TIME.test(column.type) || /^DATE/i.test(column.type)) {
    const text = String(value);
    return DAY.test(text) ? formatDay(text, language) : formatTime(`${text.slice(0, 19)}Z`, language, 'UTC');
  }
  if (isNumeric(column)) {
    // A whole number without a unit may be an id or a year: as it is, not grouped.
    const isPlain = !column.unit && /INT/i.test(column.type);
    return isPlain
      ? String(value)
      : formatUnit(value as number, column.unit, language, {
          digits: digits ?? DIGITS,
          fixed: digits !== undefined,
          column: true,
        });
  }
  return String(value);
}

/** Columns for rows, whose figures stand in line. */
export function plainColumns(
  columns: Column[],
  language: Language,
  zone: string,
  rows: Cell[][] = [],
): GridColumn<Cell[]>[] {
  const digits = columns.map((column, index) =>
    isNumeric(column)
      ? digitsIn(
          rows.map((row) => row[index]),
          DIGITS,
        )
      : undefined,
  );
  return columns.map((column, index) => ({
    id: `${index}:${column.name}`,
    title: column.name,
    unit: column.unit && isCurrency(column.unit) ? column.unit : undefined,
    numeric: isNumeric(column),
    width: isNumeric(column) ? 130 : 180,
    sortable: true,
    cell: (row) => plainCell(column, row[index], language, zone, digits[index]),
  }));
}
