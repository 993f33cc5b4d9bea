import { Box, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Page.module.css';

interface PageProps {
  /** The one `h1` of the page, and the title of its tab. */
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** A row of filters under the title. */
  filters?: ReactNode;
  /** The content fills the height and scrolls inside. */
  full?: boolean;
  children: ReactNode;
}

export function useTitle(title: string): void {
  const { t } = useTranslation();
  const app = t('common.app');
  useEffect(() => {
    document.title = title ? `${title} · ${app}` : app;
  }, [title, app]);
}

export function Page({ title, lead, actions, filters, full, children }: PageProps) {
  useTitle(title);
  return (
    <Box className={classes.page} data-full={full || undefined}>
      <header className={classes.head}>
        <Group justify="space-between" wrap="wrap" gap="xs">
          <div className={classes.title}>
            <Title order={1}>{title}</Title>
            {lead && (
              <Text size="sm" c="dimmed" component="div">
                {lead}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {filters && <div className={classes.filters}>{filters}</div>}
      </header>
      <div className={classes.body}>{children}</div>
    </Box>
  );
}
