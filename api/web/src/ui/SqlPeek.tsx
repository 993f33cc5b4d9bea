import { Button } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meta } from '~/api/types';

const SqlDialog = lazy(() => import('./SqlDialog'));

interface SqlPeekProps {
  sql: string;
  meta?: Pick<Meta, 'rows_scanned' | 'elapsed_ms'>;
  size?: 'xs' | 'sm';
}

/** The way from a figure to its statement. */
export function SqlPeek({ sql, meta, size = 'sm' }: SqlPeekProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size={size}
        leftSection={<IconCode size={15} />}
        onClick={() => setOpened(true)}
      >
        {t('common.query.show')}
      </Button>
      {opened && (
        <Suspense>
          <SqlDialog sql={sql} meta={meta} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
