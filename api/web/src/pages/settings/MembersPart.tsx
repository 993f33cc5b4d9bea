import { Button, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Member, ROLES, type Role } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { useAccount, useAllowed } from '~/app/session';
import { Confirm } from '~/ui/Confirm';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import { Invites } from './Invites';

export default function MembersPart() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => ask(api.GET('/v1/members', { signal })),
  });
  return (
    <>
      <Panel title={t('settings.members.title')}>
        <Answer query={query}>{({ items }) => <List members={items} />}</Answer>
      </Panel>
      {query.data && <Invites />}
    </>
  );
}

function List({ members }: { members: Member[] }) {
  const { t } = useTranslation();
  const { user } = useAccount();
  const mayChange = useAllowed('admin');
  const isOwner = useAllowed('owner');
  const [leaving, setLeaving] = useState<Member | null>(null);
  const change = useAct({
    run: ({ user_id, role }: { user_id: string; role: Role }) =>
      ask(api.PATCH('/v1/members/{user_id}', { params: { path: { user_id } }, body: { role } })),
    touches: ['members', 'me'],
    done: () => t('settings.members.changed'),
  });
  const remove = useAct({
    run: ({ user_id }: Member) => ask(api.DELETE('/v1/members/{user_id}', { params: { path: { user_id } } })),
    touches: ['members', 'me', 'workspaces', 'keys'],
    done: (_, { name }) => {
      setLeaving(null);
      return t('settings.members.removed', { name });
    },
    quiet: true,
  });
  // Only an owner makes owners.
  const roles = ROLES.filter((role) => isOwner || role !== 'owner');
  const isMe = (member: Member | null) => member?.user_id === user.id;
  return (
    <>
      <DataTable
        label={t('settings.members.title')}
        heads={[t('settings.members.name'), t('settings.members.email'), t('settings.members.role'), '']}
        rows={members.map((member) => ({
          key: member.user_id,
          cells: [
            <span key="n">
              <b>{member.name}</b>
              {isMe(member) && (
                <Text span size="xs" c="dimmed">
                  {' '}
                  {t('settings.members.you')}
                </Text>
              )}
            </span>,
            member.email,
            mayChange && !isMe(member) && roles.includes(member.role) ? (
              <Select
                key="r"
                size="xs"
                w={160}
                aria-label={t('settings.members.role_of', { name: member.name })}
                data={roles.map((role) => ({ value: role, label: t(`settings.roles.${role}`) }))}
                value={member.role}
                onChange={(role) =>
                  role &&
                  role !== member.role &&
                  change.mutate({ user_id: member.user_id, role: role as Role })
                }
              />
            ) : (
              t(`settings.roles.${member.role}`)
            ),
            (isMe(member) || mayChange) && (
              <Button
                key="x"
                size="compact-xs"
                variant="default"
                aria-label={isMe(member) ? undefined : t('settings.members.remove', { name: member.name })}
                onClick={() => setLeaving(member)}
              >
                {isMe(member) ? t('settings.members.leave') : t('common.actions.remove')}
              </Button>
            ),
          ],
        }))}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {ROLES.map((role) => `${t(`settings.roles.${role}`)}: ${t(`settings.role_hints.${role}`)}`).join(
          '. ',
        )}
        .
      </Text>
      {leaving && (
        <Confirm
          title={
            isMe(leaving) ? t('settings.members.leave') : t('settings.members.remove', { name: leaving.name })
          }
          text={
            isMe(leaving)
              ? t('settings.members.leave_text')
              : t('settings.members.remove_text', { name: leaving.name })
          }
          button={isMe(leaving) ? t('settings.members.leave') : t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}
