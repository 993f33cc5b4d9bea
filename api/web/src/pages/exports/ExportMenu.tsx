import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type ExportFormat, exportJobs, type NewExport } from '~/api/work';
import { useAct } from '~/ui/useAct';

const FORMATS: ExportFormat[] = ['csv', 'xlsx', 'parquet', 'ndjson'];

/** Makes a file in the background, of as many rows as there are, and shows the list that it comes to. */
export function ExportMenu({ what }: { what: Omit<NewExport, 'format'> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useAct({
    run: (format: ExportFormat) => exportJobs.create({ ...what, format }),
    touches: ['exports'],
    done: () => {
      void navigate({ to: '/settings/$part', params: { part: 'exports' } });
      return t('sending.exports.started');
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={15} />} loading={start.isPending}>
          {t('sending.exports.button')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('sending.exports.hint')}</Menu.Label>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => start.mutate(format)}>
            {t(`sending.formats.${format}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate({ to: '/settings/$part', params: { part: 'exports' } })}>
          {t('sending.exports.all')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
