import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import type { Account } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useEnter } from '~/app/session';
import { AnchorLink } from '~/ui/links';
import { Door } from './Door';
import { useFields } from './fields';
import { Password } from './Password';

/** Accepting an invitation: the workspace is there, so only the person is asked for. */
export function Invite() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { token } = useParams({ from: '/invite/$token' });
  const navigate = useNavigate();
  const enter = useEnter();
  const { values, bind, check, refuse } = useFields({ name: '', email: '', password: '' });
  const [error, setError] = useState<string | null>(null);
  const join = useMutation({
    mutationFn: () => {
      const body = { ...values, locale: language, invite: token };
      return ask(api.POST('/v1/auth/register', { body }));
    },
    onSuccess: async (account) => {
      enter(account as Account);
      await navigate({ to: '/' });
    },
    onError: (problem) => {
      const { status, fields } = asProblem(problem);
      if (status === 409) setError(t('auth.sign_up.taken'));
      else if (fields.invite || status === 403 || status === 404 || status === 410)
        setError(t('auth.invite.invalid'));
      else setError(refuse(problem));
    },
  });
  return (
    <Door
      title={t('auth.invite.title')}
      lead={t('auth.invite.lead')}
      button={t('auth.invite.button')}
      error={error}
      busy={join.isPending}
      onSubmit={() => check() && join.mutate()}
      below={
        <AnchorLink to="/sign-in" size="sm">
          {t('auth.reset.back')}
        </AnchorLink>
      }
    >
      <TextInput label={t('auth.fields.name')} autoComplete="name" autoFocus {...bind('name')} />
      <TextInput label={t('auth.fields.email')} type="email" autoComplete="email" {...bind('email')} />
      <Password autoComplete="new-password" description={t('auth.errors.password')} {...bind('password')} />
    </Door>
  );
}
