import { Alert, Button, Group, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { fieldText } from '~/app/problems';
import { Password } from '~/pages/auth/Password';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';
import { Profile } from './Profile';
import { Sessions } from './Sessions';
import classes from './Settings.module.css';

export default function AccountPart() {
  return (
    <>
      <Profile />
      <ChangePassword />
      <Sessions />
    </>
  );
}

function ChangePassword() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useAct({
    run: () =>
      ask(api.POST('/v1/auth/password', { body: { current_password: current, new_password: password } })),
    touches: ['sessions'],
    done: () => {
      setCurrent('');
      setPassword('');
      return t('settings.account.changed');
    },
    quiet: true,
  });
  const problem = change.isError ? asProblem(change.error) : null;
  const told = (name: string) => fieldText(problem?.fields[name]);
  const isWrong = problem?.code === 'wrong_password';
  const general = problem && !isWrong && !told('new_password');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Panel title={t('settings.account.password')}>
      <form onSubmit={submit} className={classes.form}>
        {general && (
          <Alert color="red" variant="light" role="alert">
            {problem.retryAfter
              ? t('common.states.wait_seconds', { count: problem.retryAfter })
              : problem.message}
          </Alert>
        )}
        <Stack gap="sm">
          <Password
            label={t('settings.account.current')}
            autoComplete="current-password"
            value={current}
            error={isWrong && t('settings.account.wrong')}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <Password
            label={t('settings.account.new')}
            description={t('auth.errors.password')}
            autoComplete="new-password"
            value={password}
            error={told('new_password')}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!current || [...password].length < 8}>
              {t('settings.account.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
