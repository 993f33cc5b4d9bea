import { Button, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { i18n } from '~/i18n';
import { formatTime, NONE } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';

function whoOf({ actor }: AuditEntry): string {
  return actor.name || actor.id || textOf('settings.audit.actors', actor.kind);
}

/** Identities of ours are long; their ends tell them apart. */
function shortOf(id: string | null | undefined): string {
  return id && /^[0-9a-f]{32}$/.test(id) ? `…${id.slice(-8)}` : (id ?? '');
}

/** A value of a detail in words; what has no text of its own is told as it is. */
function told(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => told(name, one)).join(', ');
  if (typeof value === 'boolean') return textOf('settings.audit', value ? 'yes' : 'no');
  if (name === 'retention' && value && typeof value === 'object')
    return Object.entries(value)
      .filter(([, months]) => months !== null)
      .map(([kind, months]) => `${textOf('settings.retention.kinds', kind)} ${months}`)
      .join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  switch (name) {
    case 'role':
    case 'before':
      return textOf('settings.roles', text);
    case 'events':
      return textOf('sending.webhooks.names', text.replace('.', '_'));
    case 'kind':
      return wordOf(['sending.exports.kinds', 'sending.deliveries.kinds'], text);
    case 'channel':
      return textOf('sending.deliveries', text);
    case 'status':
      return wordOf(['recommendations.statuses', 'work.tasks.statuses'], text);
    default:
      return text;
  }
}

/** The text of the first group that has one. */
function wordOf(groups: string[], name: string): string {
  const group = groups.find((one) => i18n.exists(`${one}.${name}`));
  return group ? textOf(group, name) : name;
}

/** What it was done to, with the names and numbers that tell which. */
function onWhat({ actor, target, detail }: AuditEntry): string {
  const details = Object.entries(detail ?? {})
    .filter(([, value]) => value !== null && JSON.stringify(value) !== '[]')
    .map(([name, value]) => `${textOf('settings.audit.details', name)}: ${told(name, value)}`);
  const isSelf = target?.kind === 'person' && target.id === actor.id;
  const which =
    target &&
    !isSelf &&
    [textOf('settings.audit.kinds', target.kind), shortOf(target.id)].filter(Boolean).join(' ');
  return [which, ...details].filter(Boolean).join(', ') || NONE;
}

/** All that the log knows, by name. */
function actions(): { value: string; label: string }[] {
  const texts: object = i18n.getResource(i18n.language, 'translation', 'settings.audit.actions') ?? {};
  const names = Object.keys(texts);
  return names
    .map((value) => ({ value, label: textOf('settings.audit.actions', value) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export default function AuditPart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const { action } = useSearch({ strict: false });
  const navigate = useNavigate();
  const query = useInfiniteQuery({
    queryKey: ['audit', action],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/audit', {
          params: { query: { action, limit: 100, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title={t('settings.audit.title')}
      note={zone}
      actions={
        <Select
          size="xs"
          w={240}
          aria-label={t('settings.audit.what')}
          placeholder={t('settings.audit.any')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('settings.audit.any') }}
          value={action ?? null}
          data={actions()}
          onChange={(next) =>
            void navigate({
              to: '/settings/$part',
              params: { part: 'audit' },
              search: { action: next ?? undefined },
            })
          }
        />
      }
    >
      <Answer
        query={query}
        isEmpty={() => rows.length === 0}
        empty={<Empty title={t('settings.audit.empty')} />}
      >
        {() => (
          <>
            <DataTable
              label={t('settings.audit.title')}
              heads={(['when', 'who', 'what', 'object', 'where'] as const).map((head) =>
                t(`settings.audit.${head}`),
              )}
              rows={rows.map((row) => ({
                key: row.id,
                cells: [
                  formatTime(row.at, language, zone),
                  whoOf(row),
                  textOf('settings.audit.actions', row.action),
                  onWhat(row),
                  row.address ?? '',
                ],
              }))}
            />
            {query.hasNextPage && (
              <Button
                mt="xs"
                variant="default"
                size="xs"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.actions.load_more')}
              </Button>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}
