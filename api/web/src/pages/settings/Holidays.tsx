import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Holiday } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { fieldText } from '~/app/problems';
import { useAllowed, useWorkspace } from '~/app/session';
import { addDays } from '~/lib/day';
import { clockIn } from '~/lib/zone';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';
import classes from './Settings.module.css';

/** Days on which the shop is closed or sells otherwise: forecasts go by them. */
export function Holidays() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const mayChange = useAllowed('admin');
  const [days, setDays] = useState<Holiday[]>(workspace.holidays);
  const kept = days.filter(({ date }) => date);
  const save = useAct({
    run: () =>
      ask(
        api.PATCH('/v1/workspaces/{id}', {
          params: { path: { id: workspace.id } },
          body: { holidays: kept.map(({ date, name }) => ({ date, name: name?.trim() || null })) },
        }),
      ),
    touches: ['me', 'workspaces', 'forecast', 'trends'],
    done: ({ holidays }) => {
      setDays(holidays);
      return t('settings.holidays.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const change = (index: number, next: Partial<Holiday>) =>
    setDays((before) => before.map((day, at) => (at === index ? { ...day, ...next } : day)));
  const add = () =>
    setDays((before) => {
      const last = before.at(-1)?.date || clockIn(workspace.time_zone, new Date()).day;
      return [...before, { date: addDays(last, 1), name: '' }];
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const changed = JSON.stringify(kept) !== JSON.stringify(workspace.holidays);
  return (
    <Panel title={t('settings.holidays.title')} note={t('settings.holidays.note')}>
      <form onSubmit={submit} className={classes.form}>
        {problem && (
          <Text size="sm" c="var(--kp-bad)" role="alert">
            {fieldText(problem.fields.holidays) ?? <ProblemText error={problem} />}
          </Text>
        )}
        {days.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('settings.holidays.none')}
          </Text>
        )}
        <Stack gap={6} mah={420} style={{ overflowY: 'auto' }}>
          {days.map(({ date, name }, index) => (
            <Group key={index} gap="xs" wrap="nowrap">
              <TextInput
                type="date"
                w={160}
                aria-label={t('settings.holidays.date')}
                disabled={!mayChange}
                value={date}
                onChange={(event) => change(index, { date: event.currentTarget.value })}
              />
              <TextInput
                flex={1}
                aria-label={t('settings.holidays.name', { date })}
                placeholder={t('settings.holidays.placeholder')}
                maxLength={100}
                disabled={!mayChange}
                value={name ?? ''}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
              />
              {mayChange && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('settings.holidays.remove', { date })}
                  onClick={() => setDays((before) => before.filter((_, at) => at !== index))}
                >
                  <IconX size={15} />
                </ActionIcon>
              )}
            </Group>
          ))}
        </Stack>
        {mayChange && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPlus size={15} />} onClick={add}>
              {t('settings.holidays.add')}
            </Button>
            <Button type="submit" disabled={!changed} loading={save.isPending}>
              {t('common.actions.save')}
            </Button>
          </Group>
        )}
      </form>
    </Panel>
  );
}
