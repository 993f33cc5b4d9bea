import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps {
  /** The one question that it answers. */
  title?: string;
  /** Period, comparison and unit of the figures. */
  note?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, note, actions, flush, children }: PanelProps) {
  return (
    <section className={classes.panel} data-flush={flush || undefined} aria-label={title}>
      {(title || actions) && (
        <header className={classes.head}>
          <div className={classes.title}>
            {title && <Title order={2}>{title}</Title>}
            {note && (
              <Text size="xs" c="dimmed" component="div">
                {note}
              </Text>
            )}
          </div>
          {actions && <Group gap={6}>{actions}</Group>}
        </header>
      )}
      {children}
    </section>
  );
}
