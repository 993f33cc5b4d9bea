import type { ReactNode } from 'react';
import classes from './DataTable.module.css';

interface DataTableProps {
  label: string;
  heads: ReactNode[];
  rows: { key: string; cells: ReactNode[] }[];
  /** Columns of long texts, which break into lines where there is little room. */
  wraps?: number[];
}

/** A short table, all of whose rows are in the page. */
export function DataTable({ label, heads, rows, wraps = [] }: DataTableProps) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heads.map((head, index) =>
              head ? (
                <th key={index} scope="col">
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
                <td key={index} className={wraps.includes(index) ? classes.wraps : undefined}>
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
