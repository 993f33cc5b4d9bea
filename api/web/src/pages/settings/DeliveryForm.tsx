import { Alert, Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import {
  type AlertType,
  type Delivery,
  type DeliveryAlert,
  deliveries,
  type NewDelivery,
  type Schedule,
  telegramLinksQuery,
} from '~/api/work';
import { useLanguage } from '~/app/language';
import { METRICS } from '~/app/search';
import { useAccount } from '~/app/session';
import { formatMinutes, toNumber } from '~/lib/format';
import { useAct } from '~/ui/useAct';

const ALERTS: AlertType[] = ['threshold', 'anomaly', 'large_purchase', 'cooling'];
const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: formatMinutes(hour * 60),
}));
const NEVER = 'never';

/** What an alert of its kind is made of: what was typed for another kind is left out. */
function watched({ type, metric, above, below, change_percent, amount }: DeliveryAlert): DeliveryAlert {
  if (type === 'threshold') return { type, metric: metric ?? 'revenue', above, below, change_percent };
  return type === 'large_purchase' ? { type, amount } : { type };
}

interface DeliveryFormProps {
  delivery?: Delivery;
  onClose: () => void;
}

export function DeliveryForm({ delivery, onClose }: DeliveryFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { user } = useAccount();
  const links = useQuery(telegramLinksQuery);
  const [value, setValue] = useState<NewDelivery>(
    () =>
      delivery ?? {
        kind: 'digest',
        name: '',
        channel: 'telegram',
        target: {},
        schedule: { every: 'day', hour: 9 },
        alert: null,
        cooldown_hours: null,
        quiet_hours: null,
        locale: language,
        active: true,
      },
  );
  const set = (next: Partial<NewDelivery>) => setValue((before) => ({ ...before, ...next }));
  const schedule: Schedule = value.schedule ?? { every: 'day', hour: 9 };
  const alert: DeliveryAlert = value.alert ?? { type: 'threshold', metric: 'revenue' };
  const setAlert = (next: Partial<typeof alert>) => set({ alert: { ...alert, ...next } });
  const isAlert = value.kind === 'alert';
  const save = useAct({
    run: () => {
      const { kind, name, channel, target, cooldown_hours, quiet_hours, locale, active } = value;
      const body = {
        name: name.trim() || t(`sending.deliveries.kinds.${kind}`),
        target: channel === 'email' ? { email: target?.email || user.email } : { chat_id: target?.chat_id },
        ...(isAlert
          ? { alert: watched(alert), cooldown_hours: cooldown_hours ?? 24, quiet_hours }
          : { schedule }),
        locale,
        active,
      };
      // What it is and which way it goes stay as they were made.
      return delivery ? deliveries.change(delivery.id, body) : deliveries.create({ ...body, kind, channel });
    },
    touches: ['deliveries'],
    done: () => {
      onClose();
      return t('sending.deliveries.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const field = (name: 'above' | 'below' | 'change_percent' | 'amount') => (
    <TextInput
      label={t(`sending.deliveries.fields.${name}`)}
      inputMode="decimal"
      value={alert[name] ?? ''}
      onChange={(event) => setAlert({ [name]: toNumber(event.currentTarget.value.replace(',', '.')) })}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const noTelegram = value.channel === 'telegram' && links.data?.length === 0;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(delivery ? 'sending.deliveries.edit' : 'sending.deliveries.new')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {problem && (
            <Alert color="red" variant="light" role="alert">
              {problem.code === 'mail_not_set_up'
                ? t('sending.deliveries.no_mail')
                : [problem.message, ...Object.values(problem.fields)].join(' ')}
            </Alert>
          )}
          {!delivery && (
            <SegmentedControl
              aria-label={t('sending.deliveries.kind')}
              value={value.kind}
              onChange={(kind) =>
                set({ kind: kind as Delivery['kind'], alert: kind === 'alert' ? alert : null })
              }
              data={(['digest', 'alert'] as const).map((kind) => ({
                value: kind,
                label: t(`sending.deliveries.kinds.${kind}`),
              }))}
            />
          )}
          <TextInput
            label={t('sending.deliveries.name')}
            value={value.name}
            maxLength={100}
            placeholder={t(`sending.deliveries.kinds.${value.kind}`)}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          {!isAlert && (
            <Group grow align="flex-start">
              <Select
                label={t('sending.deliveries.how_often')}
                value={schedule.every}
                data={(['day', 'week', 'month'] as const).map((every) => ({
                  value: every,
                  label: t(`sending.deliveries.every.${every}`),
                }))}
                onChange={(every) =>
                  every && set({ schedule: { ...schedule, every: every as Schedule['every'] } })
                }
              />
              {schedule.every === 'week' && (
                <Select
                  label={t('sending.deliveries.weekday')}
                  value={String(schedule.weekday ?? 1)}
                  data={(['1', '2', '3', '4', '5', '6', '7'] as const).map((day) => ({
                    value: day,
                    label: t(`reports.weekdays.${day}`),
                  }))}
                  onChange={(day) => day && set({ schedule: { ...schedule, weekday: Number(day) } })}
                />
              )}
              {schedule.every === 'month' && (
                <Select
                  label={t('sending.deliveries.day')}
                  value={String(schedule.day ?? 1)}
                  data={Array.from({ length: 28 }, (_, index) => String(index + 1))}
                  onChange={(day) => day && set({ schedule: { ...schedule, day: Number(day) } })}
                />
              )}
              <Select
                label={t('sending.deliveries.hour')}
                value={String(schedule.hour)}
                data={HOURS}
                onChange={(hour) => hour && set({ schedule: { ...schedule, hour: Number(hour) } })}
              />
            </Group>
          )}
          {isAlert && (
            <>
              <Select
                label={t('sending.deliveries.alert')}
                value={alert.type}
                data={ALERTS.map((type) => ({ value: type, label: t(`sending.deliveries.alerts.${type}`) }))}
                onChange={(type) => type && setAlert({ type: type as AlertType })}
              />
              {alert.type === 'threshold' && (
                <Select
                  label={t('trends.metric')}
                  value={alert.metric ?? 'revenue'}
                  data={METRICS.map((metric) => ({ value: metric, label: t(`common.metrics.${metric}`) }))}
                  onChange={(metric) => metric && setAlert({ metric })}
                />
              )}
              {alert.type === 'threshold' && (
                <Group grow align="flex-end">
                  {field('above')}
                  {field('below')}
                  {field('change_percent')}
                </Group>
              )}
              {alert.type === 'large_purchase' && field('amount')}
              <TextInput
                label={t('sending.deliveries.cooldown')}
                inputMode="numeric"
                value={value.cooldown_hours ?? 24}
                onChange={(event) => set({ cooldown_hours: toNumber(event.currentTarget.value) })}
              />
            </>
          )}
          <Select
            label={t('sending.deliveries.where')}
            value={value.channel}
            disabled={Boolean(delivery)}
            description={noTelegram ? t('sending.deliveries.link_first') : undefined}
            data={(['telegram', 'email'] as const).map((channel) => ({
              value: channel,
              label: t(`sending.deliveries.${channel}`),
            }))}
            onChange={(channel) => channel && set({ channel: channel as Delivery['channel'] })}
          />
          {value.channel === 'email' && (
            <TextInput
              type="email"
              label={t('auth.fields.email')}
              value={value.target?.email ?? user.email}
              onChange={(event) => set({ target: { email: event.currentTarget.value } })}
            />
          )}
          <Group grow align="flex-end">
            {isAlert && (
              <Select
                label={t('sending.deliveries.quiet_from')}
                value={value.quiet_hours ? String(value.quiet_hours.from) : NEVER}
                data={[{ value: NEVER, label: t('sending.deliveries.never') }, ...HOURS]}
                onChange={(from) =>
                  set({
                    quiet_hours:
                      !from || from === NEVER
                        ? null
                        : { from: Number(from), to: value.quiet_hours?.to ?? (Number(from) + 9) % 24 },
                  })
                }
              />
            )}
            {isAlert && value.quiet_hours && (
              <Select
                label={t('sending.deliveries.quiet_to')}
                value={String(value.quiet_hours.to)}
                data={HOURS}
                onChange={(to) =>
                  to &&
                  value.quiet_hours &&
                  set({ quiet_hours: { from: value.quiet_hours.from, to: Number(to) } })
                }
              />
            )}
            <Select
              label={t('settings.appearance.language')}
              value={value.locale}
              data={(['en', 'ru'] as const).map((locale) => ({
                value: locale,
                label: t(`shell.language.${locale}`),
              }))}
              onChange={(locale) => locale && set({ locale })}
            />
          </Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={noTelegram}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
