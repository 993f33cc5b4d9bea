import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toNumber } from '~/lib/format';
import { Delta } from '~/ui/Delta';
import classes from './Assistant.module.css';
import { cellText, isFigure, type Shown } from './drawing';

/** A result of one row: its figures large, each with what it was before. */
export function Figures({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const { columns, rows } = shown.result;
  const [row] = rows;
  if (!row) return null;
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const main = columns.filter(
    (column) => isFigure(column) && !/_(before|change|whole)$|^records$|_id$/.test(column.name),
  );
  return (
    <dl className={classes.figures}>
      {main.map((column) => {
        const value = row[at(column.name)];
        const before = row[at(`${column.name}_before`)];
        const [now, then] = [toNumber(value), toNumber(before)];
        return (
          <div key={column.name}>
            <dt>{shown.title(column.name)}</dt>
            <dd>
              <span className="figure">{cellText(column, value, shown)}</span>
              {now !== null && then !== null && then !== 0 && (
                <Delta change={(now - then) / Math.abs(then)} inverse={/refund/.test(column.name)} />
              )}
              {before !== undefined && (
                <Text span size="xs" c="dimmed">
                  {t('common.comparisons.before', { value: cellText(column, before, shown) })}
                </Text>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
