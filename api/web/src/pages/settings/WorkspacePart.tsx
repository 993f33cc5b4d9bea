import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatTime } from '~/lib/format';
import { CURRENCIES, currencyNames, zones } from '~/lib/places';
import { Confirm } from '~/ui/Confirm';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';
import { Holidays } from './Holidays';
import classes from './Settings.module.css';

export default function WorkspacePart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const workspace = useWorkspace();
  const mayChange = useAllowed('admin');
  const mayDelete = useAllowed('owner');
  const [values, setValues] = useState({
    name: workspace.name,
    time_zone: workspace.time_zone,
    currency: workspace.currency,
    locale: workspace.locale,
  });
  const [deleting, { open, close }] = useDisclosure(false);
  const path = { id: workspace.id };
  const save = useAct({
    run: () => ask(api.PATCH('/v1/workspaces/{id}', { params: { path }, body: values })),
    // Zone and currency are in every figure.
    touches: [
      'me',
      'workspaces',
      'report',
      'trends',
      'forecast',
      'customers',
      'customer',
      'timeline',
      'recommendations',
    ],
    done: () => t('settings.workspace.saved'),
  });
  const remove = useAct({
    run: () => ask(api.DELETE('/v1/workspaces/{id}', { params: { path } })),
    touches: ['me', 'workspaces', 'keys'],
    done: () => {
      close();
      return t('settings.workspace.deleted');
    },
    quiet: true,
  });
  const keep = useAct({
    run: () => ask(api.PATCH('/v1/workspaces/{id}', { params: { path }, body: { delete_at: null } })),
    touches: ['me', 'workspaces', 'keys'],
    done: () => t('settings.workspace.kept'),
  });
  const set = (next: Partial<typeof values>) => setValues((before) => ({ ...before, ...next }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const codes = CURRENCIES.includes(values.currency) ? CURRENCIES : [values.currency, ...CURRENCIES];
  return (
    <>
      <Panel title={t('settings.parts.workspace')}>
        <form onSubmit={submit} className={classes.form}>
          <TextInput
            label={t('settings.workspace.name')}
            value={values.name}
            disabled={!mayChange}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Select
            label={t('settings.workspace.zone')}
            description={t('settings.workspace.zone_hint')}
            searchable
            disabled={!mayChange}
            data={[...new Set([values.time_zone, ...zones()])]}
            value={values.time_zone}
            onChange={(value) => value && set({ time_zone: value })}
          />
          <Select
            label={t('settings.workspace.currency')}
            description={t('settings.workspace.currency_hint')}
            searchable
            disabled={!mayChange}
            data={currencyNames(codes, language)}
            value={values.currency}
            onChange={(value) => value && set({ currency: value })}
          />
          <Select
            label={t('settings.workspace.locale')}
            disabled={!mayChange}
            data={(['en', 'ru'] as const).map((value) => ({ value, label: t(`shell.language.${value}`) }))}
            value={values.locale}
            onChange={(value) => value && set({ locale: value })}
          />
          {mayChange && (
            <Group>
              <Button type="submit" loading={save.isPending} disabled={!values.name.trim()}>
                {t('common.actions.save')}
              </Button>
            </Group>
          )}
        </form>
      </Panel>
      <Holidays />
      {mayDelete && workspace.delete_at && (
        <Panel
          title={t('settings.workspace.going', {
            date: formatTime(workspace.delete_at, language, workspace.time_zone),
          })}
          note={t('settings.workspace.going_text')}
        >
          <Button variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
            {t('settings.workspace.keep')}
          </Button>
        </Panel>
      )}
      {mayDelete && !workspace.delete_at && (
        <Panel title={t('settings.workspace.delete')} note={t('settings.workspace.delete_text')}>
          <Button variant="default" c="var(--kp-bad)" onClick={open}>
            {t('settings.workspace.delete')}
          </Button>
          {deleting && (
            <Confirm
              title={t('settings.workspace.delete')}
              text={t('settings.workspace.delete_text')}
              button={t('settings.workspace.delete')}
              typed={{
                label: t('settings.workspace.delete_confirm', { name: workspace.name }),
                text: workspace.name,
              }}
              busy={remove.isPending}
              error={remove.error}
              onConfirm={() => remove.mutate()}
              onClose={close}
            />
          )}
        </Panel>
      )}
    </>
  );
}
