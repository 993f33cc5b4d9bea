import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '~/app/language';
import { formatClock } from '~/lib/format';

/** Above figures that could not be asked for anew: of when they are, and a way to try again. */
export function Stale({ at, busy, retry }: { at?: number; busy?: boolean; retry: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Text size="xs" c="var(--kp-warn, var(--mantine-color-dimmed))" role="status" mb={6} data-stale>
      {t('common.states.stale', { time: at ? formatClock(at, language) : '' })}{' '}
      <Anchor component="button" type="button" size="xs" disabled={busy} onClick={retry}>
        {t('common.actions.retry')}
      </Anchor>
    </Text>
  );
}
