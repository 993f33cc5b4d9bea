import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { createKey, keysQuery, type NewKey, SCOPES } from '~/api/keys';
import type { ApiKey, Scope } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatAgo, formatDate } from '~/lib/format';
import { momentOf } from '~/lib/zone';
import { Confirm } from '~/ui/Confirm';
import { Copy } from '~/ui/Copy';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Secret } from '~/ui/Secret';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

export default function KeysPart() {
  const { t } = useTranslation();
  const query = useQuery(keysQuery);
  const mayChange = useAllowed('admin');
  const [making, { open, close }] = useDisclosure(false);
  return (
    <Panel
      title={t('settings.keys.title')}
      note={t('settings.keys.note')}
      actions={
        mayChange && (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={open}>
            {t('settings.keys.new')}
          </Button>
        )
      }
    >
      <Answer
        query={query}
        isEmpty={(keys) => keys.length === 0}
        empty={<Empty title={t('settings.keys.empty')} text={t('settings.keys.empty_text')} />}
      >
        {(keys) => <Keys keys={keys} mayChange={mayChange} />}
      </Answer>
      {making && <MakeKey onClose={close} />}
    </Panel>
  );
}

function Keys({ keys, mayChange }: { keys: ApiKey[]; mayChange: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useAct({
    run: (id: string) => ask(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })),
    touches: ['keys'],
    done: () => {
      setRevoking(null);
      return t('settings.keys.revoked');
    },
    quiet: true,
  });
  const end = ({ stopped, expires_at: at }: ApiKey) => {
    if (stopped === 'maker_gone') return <Tag tone="bad">{t('settings.keys.maker_gone')}</Tag>;
    if (!at) return t('settings.keys.no_end');
    const date = formatDate(at, language, zone);
    return stopped === 'expired' ? <Tag tone="bad">{t('settings.keys.expired', { date })}</Tag> : date;
  };
  const heads = (['name', 'prefix', 'scopes', 'maker', 'created', 'used', 'expires'] as const).map((head) =>
    t(`settings.keys.${head}`),
  );
  return (
    <>
      <DataTable
        label={t('settings.keys.title')}
        heads={[...heads, '']}
        rows={keys.map((key) => ({
          key: key.id,
          cells: [
            <b key="n">{key.name}</b>,
            <code key="p">{key.prefix}…</code>,
            key.scopes.map((scope) => <Tag key={scope}>{scope}</Tag>),
            key.made_by,
            formatDate(key.created_at, language, zone),
            key.last_used_at ? formatAgo(key.last_used_at, language, zone) : t('settings.keys.never'),
            end(key),
            mayChange && (
              <Button
                key="r"
                size="compact-xs"
                variant="default"
                aria-label={t('settings.keys.revoke', { name: key.name })}
                onClick={() => setRevoking(key)}
              >
                {t('settings.keys.revoke_button')}
              </Button>
            ),
          ],
        }))}
      />
      {revoking && (
        <Confirm
          title={t('settings.keys.revoke', { name: revoking.name })}
          text={t('settings.keys.revoke_text')}
          button={t('settings.keys.revoke_button')}
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(revoking.id)}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  );
}

function MakeKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { time_zone: zone } = useWorkspace();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['ingest', 'read']);
  const [until, setUntil] = useState('');
  const make = useAct({ run: (key: NewKey) => createKey(key), touches: ['keys'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The day that is named belongs to the key's life.
    const expires_at = until ? momentOf(zone, { day: until, minutes: 24 * 60 }).toISOString() : undefined;
    make.mutate({ name, scopes, expires_at });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('settings.keys.new')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      {make.data ? (
        <Stack gap="sm">
          <Secret text={make.data.key} label={t('connect.key.made')} />
          <Text size="sm" c="var(--kp-warn)">
            {t('connect.key.once')}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Copy text={make.data.key} label={t('connect.key.copy')} variant="filled" />
            <Button variant="default" onClick={onClose}>
              {t('common.actions.close')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label={t('settings.keys.name')}
              value={name}
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Checkbox.Group
              label={t('settings.keys.scopes')}
              value={scopes}
              onChange={(value) => setScopes(value as Scope[])}
            >
              <Stack gap={6} mt={6}>
                {SCOPES.map((scope) => (
                  <Checkbox key={scope} value={scope} size="xs" label={t(`connect.scopes.${scope}`)} />
                ))}
              </Stack>
            </Checkbox.Group>
            <TextInput
              type="date"
              label={t('settings.keys.expiry')}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common.actions.cancel')}
              </Button>
              <Button type="submit" loading={make.isPending} disabled={!name.trim() || scopes.length === 0}>
                {t('connect.key.button')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
