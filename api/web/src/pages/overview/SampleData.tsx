import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconSparkles, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sample, sampleQuery } from '~/api/imports';
import { useLanguage } from '~/app/language';
import { useAllowed } from '~/app/session';
import { formatNumber } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { useAct } from '~/ui/useAct';
import classes from './SampleData.module.css';

interface SampleDataProps {
  /** Says nothing where there is none: a line above figures, so that made-up ones are not taken for one's own. */
  ifThere?: boolean;
  /** In the middle, under what else stands there. */
  centred?: boolean;
}

/** A shop to look at before there is one; it goes out again as it came. */
export function SampleData({ ifThere, centred }: SampleDataProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useAllowed('manager');
  const [asks, setAsks] = useState(false);
  const { data } = useQuery({ ...sampleQuery, enabled: may });
  const touches = ['sample-data', 'connection'];
  const fill = useAct({ run: sample.fill, touches });
  const remove = useAct({
    run: sample.remove,
    touches,
    done: () => {
      setAsks(false);
      return undefined;
    },
  });
  if (!may || !data || (ifThere && data.status === 'none')) return null;
  const { status, lines, done_lines: done, records } = data;
  return (
    <Stack
      gap="xs"
      align={centred ? 'center' : undefined}
      data-sample={status}
      className={ifThere ? classes.sample : undefined}
    >
      <Text size="sm" c="dimmed" role="status" ta={centred ? 'center' : undefined}>
        {status === 'none' && t('overview.sample.none')}
        {status === 'running' && t('overview.sample.running')}
        {status === 'done' &&
          t('overview.sample.done', { count: records ?? 0, records: formatNumber(records, language) })}
        {status === 'failed' && t('overview.sample.failed')}
        {status === 'undoing' && t('overview.sample.undoing')}
      </Text>
      {data.error && (
        <Alert color="red" variant="light" role="alert" lang="en" py="xs">
          {data.error}
        </Alert>
      )}
      {status === 'running' && (
        <Progress
          value={lines ? ((done ?? 0) / lines) * 100 : 0}
          aria-label={t('overview.sample.progress')}
          w="min(360px, 100%)"
        />
      )}
      <Group gap="xs">
        {status === 'none' && (
          <Button
            variant="default"
            leftSection={<IconSparkles size={15} />}
            loading={fill.isPending}
            onClick={() => fill.mutate()}
          >
            {t('overview.sample.fill')}
          </Button>
        )}
        {status !== 'none' && status !== 'undoing' && (
          <Button variant="default" leftSection={<IconTrash size={15} />} onClick={() => setAsks(true)}>
            {t('overview.sample.remove')}
          </Button>
        )}
      </Group>
      {asks && (
        <Confirm
          title={t('overview.sample.remove_title')}
          text={t('overview.sample.remove_text')}
          button={t('overview.sample.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsks(false)}
        />
      )}
    </Stack>
  );
}
