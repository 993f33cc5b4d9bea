import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useLanguage } from '~/app/language';
import { fieldText } from '~/app/problems';
import { useAccount } from '~/app/session';
import { formatDate } from '~/lib/format';
import { Password } from '~/pages/auth/Password';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';
import classes from './Settings.module.css';

/** One's own name and address. Another address takes the password. */
export function Profile() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { user, workspace } = useAccount();
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email);
  const [current, setCurrent] = useState('');
  const moves = email.trim() !== user.email;
  const save = useAct({
    run: () =>
      ask(api.PATCH('/v1/me', { body: { name, ...(moves && { email, current_password: current }) } })),
    touches: ['me', 'sessions'],
    done: ({ pending_email }) => {
      setCurrent('');
      return pending_email
        ? t('settings.account.email_sent', { email: pending_email })
        : t('settings.account.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const told = (field: string) => fieldText(problem?.fields[field]);
  const isWrong = problem?.code === 'wrong_password';
  const isTaken = problem?.code === 'email_taken';
  const general = problem && !isWrong && !isTaken && !told('name') && !told('email');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Panel title={t('settings.account.profile')}>
      <form onSubmit={submit} className={classes.form}>
        {general && (
          <Alert color="red" variant="light" role="alert">
            {problem.retryAfter
              ? t('common.states.wait_seconds', { count: problem.retryAfter })
              : problem.message}
          </Alert>
        )}
        <Stack gap="sm">
          <TextInput
            label={t('settings.account.name')}
            autoComplete="name"
            value={name}
            error={told('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('settings.account.email')}
            type="email"
            autoComplete="email"
            value={email}
            error={isTaken ? t('settings.account.email_taken') : told('email')}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          {moves && (
            <Password
              label={t('settings.account.current')}
              description={t('settings.account.email_hint')}
              autoComplete="current-password"
              value={current}
              error={isWrong && t('settings.account.wrong')}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
          )}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!name.trim() || (moves && !current)}>
              {t('common.actions.save')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('settings.account.since')} {formatDate(user.created_at, language, workspace.time_zone)}
            </Text>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
