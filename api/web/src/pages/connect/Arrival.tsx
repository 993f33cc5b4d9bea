import { Group, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { connectionQuery } from '~/api/keys';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatAgo, formatNumber } from '~/lib/format';
import { ButtonLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import type { MadeKey } from './MakeKey';

const POLL_MS = 1500;

/** Asks with the fresh key until a record has arrived after it was made. */
export function Arrival({ made }: { made: MadeKey | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const hasArrived = (last: string | null | undefined) =>
    Boolean(last && (!made || new Date(last) >= new Date(made.created_at)));
  const query = useQuery({
    ...connectionQuery(made?.key ?? null),
    refetchInterval: ({ state }) => (hasArrived(state.data?.last_record_at) ? false : POLL_MS),
    staleTime: 0,
  });
  return (
    <Panel title={t('connect.status.title')}>
      <Answer query={query}>
        {({ last_record_at, records }) => {
          const arrived = hasArrived(last_record_at);
          return (
            <Stack gap="sm" data-arrived={arrived || undefined}>
              <Group gap="sm" role="status" wrap="nowrap">
                {arrived ? (
                  <IconCircleCheckFilled size={22} color="var(--kp-good)" aria-hidden />
                ) : (
                  <Loader size={18} type="dots" />
                )}
                <div>
                  <Text fw={600} c={arrived ? 'var(--kp-good)' : undefined}>
                    {arrived ? t('connect.status.connected') : t('connect.status.waiting')}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {arrived
                      ? t('connect.status.last', { ago: formatAgo(last_record_at, language, zone) })
                      : last_record_at
                        ? t('connect.status.before')
                        : t('connect.status.waiting_text')}
                  </Text>
                </div>
              </Group>
              <SimpleGrid cols={3}>
                {(['customers', 'purchases', 'interactions'] as const).map((kind) => (
                  <div key={kind}>
                    <Text size="xs" c="dimmed">
                      {t(`connect.status.${kind}`)}
                    </Text>
                    <Text size="lg" fw={600} className="figure">
                      {formatNumber(records[kind], language)}
                    </Text>
                  </div>
                ))}
              </SimpleGrid>
              {arrived && (
                <Group>
                  <ButtonLink to="/">{t('connect.status.next')}</ButtonLink>
                </Group>
              )}
            </Stack>
          );
        }}
      </Answer>
    </Panel>
  );
}
