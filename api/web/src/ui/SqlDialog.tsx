import { Group, Modal, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Meta } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatNumber } from '~/lib/format';
import { Copy } from './Copy';
import { ButtonLink } from './links';
import classes from './SqlDialog.module.css';

interface SqlDialogProps {
  sql: string;
  meta?: Pick<Meta, 'rows_scanned' | 'elapsed_ms'>;
  onClose: () => void;
}

export default function SqlDialog({ sql, meta, onClose }: SqlDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const cost = meta && [
    t('common.query.scanned', { count: meta.rows_scanned, shown: formatNumber(meta.rows_scanned, language) }),
    t('common.query.elapsed', { ms: formatNumber(meta.elapsed_ms, language) }),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('common.query.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <Text size="sm" c="dimmed" mb="xs">
        {t('common.query.text')} {cost && `${cost.join(', ')}.`}
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
    </Modal>
  );
}
