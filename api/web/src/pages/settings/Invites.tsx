import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Invite, ROLES, type Role } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatDate } from '~/lib/format';
import { Copy } from '~/ui/Copy';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Secret } from '~/ui/Secret';
import { Answer } from '~/ui/States';
import { useAct } from '~/ui/useAct';

export function Invites() {
  const { t } = useTranslation();
  const mayInvite = useAllowed('admin');
  const query = useQuery({
    queryKey: ['invites'],
    queryFn: ({ signal }) => ask(api.GET('/v1/invites', { signal })),
    enabled: mayInvite,
  });
  if (!mayInvite) return null;
  return (
    <Panel title={t('settings.members.invites')}>
      <Stack gap="sm">
        <MakeInvite />
        <Answer
          query={query}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <Text size="sm" c="dimmed">
              {t('settings.members.no_invites')}
            </Text>
          }
        >
          {({ items }) => <List invites={items} />}
        </Answer>
      </Stack>
    </Panel>
  );
}

function MakeInvite() {
  const { t } = useTranslation();
  const isOwner = useAllowed('owner');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('manager');
  const make = useAct({
    run: () => ask(api.POST('/v1/invites', { body: { email: email.trim() || undefined, role } })),
    touches: ['invites'],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const link = make.data?.url;
  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            flex="1 1 240px"
            label={t('settings.members.invite_email')}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            w={160}
            label={t('settings.members.role')}
            data={ROLES.filter((item) => isOwner || item !== 'owner').map((item) => ({
              value: item,
              label: t(`settings.roles.${item}`),
            }))}
            value={role}
            onChange={(item) => item && setRole(item as Role)}
          />
          <Button type="submit" loading={make.isPending}>
            {t('settings.members.make_invite')}
          </Button>
        </Group>
      </form>
      {link && (
        <Stack gap={6}>
          <Text size="sm" fw={500}>
            {t('settings.members.link')}
          </Text>
          <Secret text={link} label={t('settings.members.link')} />
          <Group justify="space-between">
            <Text size="xs" c="var(--kp-warn)">
              {t('settings.members.link_note')}
            </Text>
            <Copy text={link} label={t('settings.members.copy_link')} size="xs" />
          </Group>
        </Stack>
      )}
    </>
  );
}

function List({ invites }: { invites: Invite[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const revoke = useAct({
    run: (id: string) => ask(api.DELETE('/v1/invites/{id}', { params: { path: { id } } })),
    touches: ['invites'],
  });
  const who = (invite: Invite) => invite.email ?? t('settings.members.anyone');
  return (
    <DataTable
      label={t('settings.members.invites')}
      heads={[
        t('settings.members.email'),
        t('settings.members.role'),
        t('settings.members.invited_by'),
        t('settings.keys.expires'),
        '',
      ]}
      rows={invites.map((invite) => ({
        key: invite.id,
        cells: [
          who(invite),
          t(`settings.roles.${invite.role}`),
          invite.invited_by ?? '',
          t('settings.members.expires', { date: formatDate(invite.expires_at, language, zone) }),
          <Button
            key="x"
            size="compact-xs"
            variant="default"
            aria-label={t('settings.members.revoke', { who: who(invite) })}
            loading={revoke.isPending && revoke.variables === invite.id}
            onClick={() => revoke.mutate(invite.id)}
          >
            {t('settings.keys.revoke_button')}
          </Button>,
        ],
      }))}
    />
  );
}
