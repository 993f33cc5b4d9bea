import { ActionIcon, Button } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meta } from '~/api/types';

const SqlDialog = lazy(() => import('./SqlDialog'));

interface SqlPeekProps {
  sql: string;
  meta?: Pick<Meta, 'rows_scanned' | 'elapsed_ms'>;
  size?: 'xs' | 'sm';
  /** As a sign only, where there is no room for words. */
  bare?: boolean;
}

/** The way from a figure to its statement. */
export function SqlPeek({ sql, meta, size = 'sm', bare }: SqlPeekProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      {bare ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={22}
          title={t('common.query.show')}
          aria-label={t('common.query.show')}
          onClick={() => setOpened(true)}
        >
          <IconCode size={15} />
        </ActionIcon>
      ) : (
        <Button
          variant="default"
          size={size}
          leftSection={<IconCode size={15} />}
          onClick={() => setOpened(true)}
        >
          {t('common.query.show')}
        </Button>
      )}
      {opened && (
        <Suspense>
          <SqlDialog sql={sql} meta={meta} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
