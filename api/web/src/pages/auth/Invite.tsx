import { TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useLanguage } from '~/app/language';
import { useEnter } from '~/app/session';
import { ZONE } from '~/lib/zone';
import { Door } from './Door';
import { useFields } from './fields';
import { Password } from './Password';

/** Accepting an invitation, with a new account or with the one that the person has. */
export function Invite() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { token } = useParams({ from: '/invite/$token' });
  const navigate = useNavigate();
  const enter = useEnter();
  const [known, { toggle }] = useDisclosure(false);
  const [error, setError] = useState<string | null>(null);
  const { values, bind, check, refuse } = useFields({ name: '', email: '', password: '' }, !known);
  const join = useMutation({
    mutationFn: () => {
      const { email, password } = values;
      if (known) return ask(api.POST('/v1/auth/login', { body: { email, password, invite: token } }));
      // The zone counts where the invitation is the first one of the server and leads into a workspace of one's own.
      const body = { ...values, locale: language, time_zone: ZONE, invite: token };
      return ask(api.POST('/v1/auth/register', { body }));
    },
    onSuccess: async (account) => {
      enter(account);
      await navigate({ to: account.role === 'owner' && !known ? '/connect' : '/' });
    },
    onError: (problem) => {
      const { status, code } = asProblem(problem);
      if (status === 409) setError(t('auth.sign_up.taken'));
      else if (code === 'bad_invite') setError(t('auth.invite.invalid'));
      else if (code === 'bad_login') setError(t('auth.sign_in.wrong'));
      else if (code === 'registration_closed') setError(t('auth.sign_up.closed'));
      else setError(refuse(problem));
    },
  });
  return (
    <Door
      title={t('auth.invite.title')}
      lead={known ? t('auth.invite.lead_account') : t('auth.invite.lead')}
      button={t('auth.invite.button')}
      error={error}
      busy={join.isPending}
      onSubmit={() => check() && join.mutate()}
      below={
        <UnstyledButton
          fz="sm"
          c="var(--mantine-color-anchor)"
          onClick={() => {
            setError(null);
            toggle();
          }}
        >
          {known ? t('auth.invite.new_account') : t('auth.invite.have_account')}
        </UnstyledButton>
      }
    >
      {!known && <TextInput label={t('auth.fields.name')} autoComplete="name" autoFocus {...bind('name')} />}
      <TextInput label={t('auth.fields.email')} type="email" autoComplete="username" {...bind('email')} />
      <Password
        autoComplete={known ? 'current-password' : 'new-password'}
        description={known ? undefined : t('auth.errors.password')}
        {...bind('password')}
      />
    </Door>
  );
}
