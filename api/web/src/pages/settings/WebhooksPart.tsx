import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import {
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
  webhookDeliveriesQuery,
  webhooks,
  webhooksQuery,
} from '~/api/work';
import { textOf, useLanguage } from '~/app/language';
import { fieldText } from '~/app/problems';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatAgo, formatTime, NONE } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { Copy } from '~/ui/Copy';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import { Secret } from '~/ui/Secret';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

/** Addresses that are told what happens here. */
export default function WebhooksPart() {
  const { t } = useTranslation();
  const query = useQuery(webhooksQuery);
  const mayChange = useAllowed('admin');
  const [making, { open, close }] = useDisclosure(false);
  return (
    <Panel
      title={t('sending.webhooks.title')}
      note={t('sending.webhooks.note')}
      actions={
        mayChange &&
        query.data && (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={open}>
            {t('sending.webhooks.new')}
          </Button>
        )
      }
    >
      <Answer
        query={query}
        isEmpty={(hooks) => hooks.length === 0}
        empty={<Empty title={t('sending.webhooks.empty')} text={t('sending.webhooks.empty_text')} />}
      >
        {(hooks) => <Hooks hooks={hooks} mayChange={mayChange} />}
      </Answer>
      {making && <HookForm onClose={close} />}
    </Panel>
  );
}

function Hooks({ hooks, mayChange }: { hooks: Webhook[]; mayChange: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [chosen, setChosen] = useState<{ hook: Webhook; act: 'edit' | 'remove' | 'log' } | null>(null);
  const close = () => setChosen(null);
  const test = useAct({
    run: (id: string) => webhooks.test(id),
    touches: ['webhooks', 'webhook-deliveries'],
    done: () => t('sending.webhooks.tested'),
  });
  const remove = useAct({
    run: (id: string) => webhooks.remove(id),
    touches: ['webhooks'],
    done: () => {
      close();
      return t('sending.webhooks.removed');
    },
    quiet: true,
  });
  return (
    <>
      <DataTable
        label={t('sending.webhooks.title')}
        wraps={[0, 1]}
        heads={[
          t('sending.webhooks.url'),
          t('sending.webhooks.events'),
          t('sending.webhooks.state'),
          t('sending.webhooks.last'),
          '',
        ]}
        rows={hooks.map((hook) => ({
          key: hook.id,
          cells: [
            <b key="u">{hook.url}</b>,
            hook.events.map((event) => (
              <Tag key={event}>{textOf('sending.webhooks.names', nameOf(event))}</Tag>
            )),
            hook.active ? (
              <Tag key="s" tone={hook.failures > 0 ? 'warn' : 'good'}>
                {hook.failures > 0
                  ? t('sending.webhooks.failing', { count: hook.failures })
                  : t('sending.webhooks.active')}
              </Tag>
            ) : (
              <Tag key="s" tone="bad">
                {t('sending.webhooks.paused')}
              </Tag>
            ),
            hook.last_delivery_at
              ? `${formatAgo(hook.last_delivery_at, language, zone)}, ${hook.last_status ?? NONE}`
              : t('settings.keys.never'),
            <Group key="a" gap={6} justify="flex-end" wrap="nowrap">
              <Button size="compact-xs" variant="default" onClick={() => setChosen({ hook, act: 'log' })}>
                {t('sending.webhooks.log')}
              </Button>
              {mayChange && (
                <>
                  <Button
                    size="compact-xs"
                    variant="default"
                    loading={test.isPending && test.variables === hook.id}
                    onClick={() => test.mutate(hook.id)}
                  >
                    {t('sending.webhooks.test')}
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => setChosen({ hook, act: 'edit' })}
                  >
                    {t('common.actions.edit')}
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={t('sending.webhooks.remove', { url: hook.url })}
                    onClick={() => setChosen({ hook, act: 'remove' })}
                  >
                    {t('common.actions.remove')}
                  </Button>
                </>
              )}
            </Group>,
          ],
        }))}
      />
      {chosen?.act === 'edit' && <HookForm hook={chosen.hook} onClose={close} />}
      {chosen?.act === 'log' && <Log hook={chosen.hook} onClose={close} />}
      {chosen?.act === 'remove' && (
        <Confirm
          title={t('sending.webhooks.remove', { url: chosen.hook.url })}
          text={t('sending.webhooks.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(chosen.hook.id)}
          onClose={close}
        />
      )}
    </>
  );
}

/** As a key of our texts. */
function nameOf(event: WebhookEvent): string {
  return event.replace('.', '_');
}

function HookForm({ hook, onClose }: { hook?: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState(hook?.url ?? '');
  const [events, setEvents] = useState<WebhookEvent[]>(hook?.events ?? [...WEBHOOK_EVENTS]);
  const [active, setActive] = useState(hook?.active ?? true);
  const save = useAct({
    run: () => {
      const body = { url: url.trim(), events, active };
      return hook ? webhooks.change(hook.id, body) : webhooks.create(body);
    },
    touches: ['webhooks'],
    done: ({ secret }) => {
      // A secret is shown once, before the form closes.
      if (!secret) onClose();
      return t('sending.webhooks.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const secret = hook ? null : save.data?.secret;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(hook ? 'sending.webhooks.edit' : 'sending.webhooks.new')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      {secret ? (
        <Stack gap="sm">
          <Secret text={secret} label={t('sending.webhooks.secret')} />
          <Text size="sm" c="var(--kp-warn)">
            {t('sending.webhooks.once')}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Copy text={secret} label={t('common.actions.copy')} variant="filled" />
            <Button variant="default" onClick={onClose}>
              {t('common.actions.close')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            {problem && Object.keys(problem.fields).length === 0 && (
              <Alert color="red" variant="light" role="alert">
                <ProblemText error={problem} />
              </Alert>
            )}
            <TextInput
              type="url"
              label={t('sending.webhooks.url')}
              placeholder="https://shop.example/hooks/kupets"
              value={url}
              data-autofocus
              error={fieldText(problem?.fields.url)}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Checkbox.Group
              label={t('sending.webhooks.events')}
              value={events}
              onChange={(value) => setEvents(value as WebhookEvent[])}
            >
              <Stack gap={6} mt={6}>
                {WEBHOOK_EVENTS.map((event) => (
                  <Checkbox
                    key={event}
                    value={event}
                    size="xs"
                    label={`${textOf('sending.webhooks.names', nameOf(event))} (${event})`}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
            <Checkbox
              label={t('sending.active')}
              checked={active}
              onChange={(event) => setActive(event.currentTarget.checked)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common.actions.cancel')}
              </Button>
              <Button type="submit" loading={save.isPending} disabled={!url.trim() || events.length === 0}>
                {t('common.actions.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Log({ hook, onClose }: { hook: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useQuery(webhookDeliveriesQuery(hook.id));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('sending.webhooks.log_of', { url: hook.url })}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <Answer
        query={query}
        isEmpty={(items) => items.length === 0}
        empty={<Empty title={t('sending.webhooks.no_log')} />}
      >
        {(items) => (
          <DataTable
            label={t('sending.webhooks.log')}
            wraps={[2]}
            heads={[t('settings.audit.when'), t('settings.audit.what'), t('sending.webhooks.answer')]}
            rows={items.map((item) => ({
              key: item.id,
              cells: [
                formatTime(item.at, language, zone),
                textOf('sending.webhooks.names', nameOf(item.event as WebhookEvent)),
                [item.status, item.error].filter(Boolean).join(' · ') || NONE,
              ],
            }))}
          />
        )}
      </Answer>
    </Modal>
  );
}
