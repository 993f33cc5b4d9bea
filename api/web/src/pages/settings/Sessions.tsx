import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { deviceName } from '~/lib/device';
import { formatAgo, formatDate } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

export function Sessions() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => ask(api.GET('/v1/sessions', { signal })),
  });
  const end = useAct({
    run: (id: string) => ask(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    touches: ['sessions'],
    done: () => t('settings.account.ended'),
  });
  return (
    <Panel title={t('settings.account.sessions')}>
      <Answer query={query}>
        {({ items }) => (
          <DataTable
            label={t('settings.account.sessions')}
            heads={[
              ...(['device', 'address', 'begun', 'seen'] as const).map((head) =>
                t(`settings.account.heads.${head}`),
              ),
              '',
            ]}
            rows={items.map((session) => {
              const device = deviceName(session.user_agent) ?? t('settings.account.unknown');
              const seen = session.last_seen_at;
              return {
                key: session.id,
                cells: [
                  <b key="d">{device}</b>,
                  session.address ?? '',
                  t('settings.account.started', { date: formatDate(session.created_at, language, zone) }),
                  seen ? t('settings.account.last_seen', { ago: formatAgo(seen, language, zone) }) : '',
                  session.current ? (
                    <Tag key="t" tone="good">
                      {t('settings.account.this')}
                    </Tag>
                  ) : (
                    <Button
                      key="e"
                      size="compact-xs"
                      variant="default"
                      aria-label={t('settings.account.end', { device })}
                      loading={end.isPending && end.variables === session.id}
                      onClick={() => end.mutate(session.id)}
                    >
                      {t('settings.account.end_button')}
                    </Button>
                  ),
                ],
              };
            })}
          />
        )}
      </Answer>
    </Panel>
  );
}
