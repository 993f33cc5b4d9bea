import { SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '~/ui/Page';
import { Arrival } from './Arrival';
import { Code } from './Code';
import { type MadeKey, MakeKey } from './MakeKey';

/** Three steps from nothing to the first record. The key lives in this page only. */
export function Connect() {
  const { t } = useTranslation();
  const [key, setKey] = useState<MadeKey | null>(null);
  return (
    <Page title={t('connect.title')} lead={t('connect.lead')}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <div style={{ display: 'grid', gap: 16, alignContent: 'start' }}>
          <MakeKey made={key} onMade={setKey} />
          <Arrival made={key} />
        </div>
        <Code secret={key?.key ?? null} />
      </SimpleGrid>
    </Page>
  );
}
