import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Membership } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { useSwitch } from '~/app/useSwitch';
import { workspacesQuery } from '~/app/WorkspaceMenu';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

export default function WorkspacesPart() {
  const { t } = useTranslation();
  const query = useQuery(workspacesQuery);
  return (
    <>
      <Panel title={t('settings.workspaces.title')}>
        <Answer query={query}>{({ items }) => <List items={items} />}</Answer>
      </Panel>
      {query.data && <Make />}
    </>
  );
}

function List({ items }: { items: Membership[] }) {
  const { t } = useTranslation();
  const current = useWorkspace();
  const change = useSwitch();
  return (
    <DataTable
      label={t('settings.workspaces.title')}
      heads={[
        t('settings.workspace.name'),
        t('settings.members.role'),
        t('settings.workspace.zone'),
        t('settings.workspace.currency'),
        '',
      ]}
      rows={items.map((item) => ({
        key: item.id,
        cells: [
          <b key="n">{item.name}</b>,
          t(`settings.roles.${item.role}`),
          item.time_zone,
          item.currency,
          item.id === current.id ? (
            <Tag key="t" tone="good">
              {t('settings.workspaces.current')}
            </Tag>
          ) : (
            <Button
              key="s"
              size="compact-xs"
              variant="default"
              loading={change.isPending}
              onClick={() => change.mutate(item.id)}
            >
              {t('settings.workspaces.switch')}
            </Button>
          ),
        ],
      }))}
    />
  );
}

function Make() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone, currency } = useWorkspace();
  const [name, setName] = useState('');
  const make = useAct({
    run: () => ask(api.POST('/v1/workspaces', { body: { name, locale: language, time_zone, currency } })),
    touches: ['workspaces'],
    done: () => {
      setName('');
      return t('settings.workspaces.made');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Panel title={t('settings.workspaces.new')}>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            flex="1 1 240px"
            label={t('settings.workspaces.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
            {t('settings.workspaces.make')}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
