import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCode, IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Meta } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatNumber } from '~/lib/format';
import { ButtonLink } from '~/ui/links';
import { Copy } from './Copy';
import classes from './SqlPeek.module.css';

interface SqlPeekProps {
  sql: string;
  meta?: Pick<Meta, 'rows_scanned' | 'elapsed_ms'>;
  size?: 'xs' | 'sm';
}

/** The way from a figure to its statement. */
export function SqlPeek({ sql, meta, size = 'sm' }: SqlPeekProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size={size} leftSection={<IconCode size={15} />} onClick={open}>
        {t('common.query.show')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('common.query.title')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('common.actions.close') }}
      >
        {opened && (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {t('common.query.text')}
              {meta && (
                <>
                  {' '}
                  {t('common.query.scanned', {
                    count: meta.rows_scanned,
                    shown: formatNumber(meta.rows_scanned, language),
                  })}
                  {', '}
                  {t('common.query.elapsed', { ms: formatNumber(meta.elapsed_ms, language) })}.
                </>
              )}
            </Text>
            <pre className={classes.sql} tabIndex={0}>
              {sql}
            </pre>
            <Group mt="sm" justify="flex-end">
              <Copy text={sql} label={t('common.actions.copy')} />
              <ButtonLink to="/sql" search={{ q: sql }} leftSection={<IconExternalLink size={15} />}>
                {t('common.query.open')}
              </ButtonLink>
            </Group>
          </>
        )}
      </Modal>
    </>
  );
}
