import { Button, Stack, Text, Title } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem } from '~/api/problem';
import { Failure } from './States';

/** A page that has thrown. What the server refused is told in its words, our own faults in ours. */
export function Crash({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const router = useRouter();
  if (error instanceof Problem) {
    return <Failure error={error} retry={() => void router.invalidate()} />;
  }
  return (
    <Stack align="center" p="xl" gap="xs" role="alert">
      <Title order={1}>{t('common.states.crashed_title')}</Title>
      <Text c="dimmed">{t('common.states.crashed_text')}</Text>
      <Text size="xs" c="dimmed" ff="monospace">
        {error instanceof Error ? error.message : String(error)}
      </Text>
      <Button variant="default" onClick={() => window.location.reload()}>
        {t('common.states.reload')}
      </Button>
    </Stack>
  );
}
