import type { Cell, Result } from '~/api/types';

/** A result by the names of its columns. */
export function records(result: Result): Record<string, Cell>[] {
  const names = result.columns.map(({ name }) => name);
  return result.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

export function columnOf(result: Result, name: string): Cell[] {
  const index = result.columns.findIndex((column) => column.name === name);
  return index < 0 ? [] : result.rows.map((row) => row[index] ?? null);
}
