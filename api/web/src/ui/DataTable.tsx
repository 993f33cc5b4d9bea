import type { ReactNode } from 'react';
import classes from './DataTable.module.css';

interface DataTableProps {
  label: string;
  heads: ReactNode[];
  rows: { key: string; cells: ReactNode[] }[];
  /** Columns of long texts, which break into lines where there is little room. */
  wraps?: number[];
  /** Columns of figures, which stand under one another by their points. */
  figures?: number[];
}

/** A short table, all of whose rows are in the page. */
export function DataTable({ label, heads, rows, wraps = [], figures = [] }: DataTableProps) {
  const classOf = (index: number) =>
    [wraps.includes(index) && classes.wraps, figures.includes(index) && classes.figures]
      .filter(Boolean)
      .join(' ') || undefined;
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heads.map((head, index) =>
              head ? (
                <th key={index} scope="col" className={classOf(index)}>
                  {head}
                </th>
              ) : (
                <td key={index} />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td key={index} className={classOf(index)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
