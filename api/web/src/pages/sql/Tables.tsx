import { Button, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './SqlPage.module.css';
import type { Schema } from './schema';

export function Tables({ schema, onPick }: { schema: Schema; onPick: (table: string) => void }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.tables} aria-label={t('sql.tables')}>
      <Title order={2} mb={6}>
        {t('sql.tables')}
      </Title>
      {schema.map(({ table, columns }) => (
        <details key={table}>
          <summary>{table}</summary>
          <ul>
            {columns.map(({ name, type }) => (
              <li key={name}>
                <span className="truncate">{name}</span>
                <span>{type.toLowerCase()}</span>
              </li>
            ))}
          </ul>
          <Button size="compact-xs" variant="default" mb={8} onClick={() => onPick(table)}>
            {`SELECT * FROM ${table}`}
          </Button>
        </details>
      ))}
    </nav>
  );
}
