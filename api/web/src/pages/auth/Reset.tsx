import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { AnchorLink } from '~/ui/links';
import { tell } from '~/ui/tell';
import { Door } from './Door';
import { useFields } from './fields';
import { Password } from './Password';

function Back() {
  const { t } = useTranslation();
  return (
    <AnchorLink to="/sign-in" size="sm">
      {t('auth.reset.back')}
    </AnchorLink>
  );
}

/** Asks for a link. The answer is the same whether there is such an account or not. */
export function AskReset() {
  const { t } = useTranslation();
  const { values, bind, check, refuse } = useFields({ email: '' });
  const [error, setError] = useState<string | null>(null);
  const send = useMutation({
    mutationFn: () => ask(api.POST('/v1/auth/reset', { body: values })),
    onError: (problem) => setError(refuse(problem)),
  });
  if (send.isSuccess) {
    return (
      <Door
        title={t('auth.reset.sent_title')}
        lead={t('auth.reset.sent_text', { email: values.email })}
        below={<Back />}
      />
    );
  }
  return (
    <Door
      title={t('auth.reset.title')}
      lead={t('auth.reset.lead')}
      button={t('auth.reset.button')}
      error={error}
      busy={send.isPending}
      onSubmit={() => check() && send.mutate()}
      below={<Back />}
    >
      <TextInput
        label={t('auth.fields.email')}
        type="email"
        autoComplete="username"
        autoFocus
        {...bind('email')}
      />
    </Door>
  );
}

export function NewPassword() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/reset/$token' });
  const navigate = useNavigate();
  const { values, bind, check, refuse } = useFields({ password: '' });
  const [error, setError] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: () => ask(api.POST('/v1/auth/reset/{token}', { params: { path: { token } }, body: values })),
    onSuccess: async () => {
      tell({ message: t('auth.reset.done') });
      await navigate({ to: '/sign-in' });
    },
    onError: (problem) => {
      setError(asProblem(problem).code === 'bad_reset' ? t('auth.reset.invalid') : refuse(problem));
    },
  });
  return (
    <Door
      title={t('auth.reset.new_title')}
      button={t('auth.reset.new_button')}
      error={error}
      busy={change.isPending}
      onSubmit={() => check() && change.mutate()}
      below={<Back />}
    >
      <Password
        autoComplete="new-password"
        autoFocus
        description={t('auth.errors.password')}
        {...bind('password')}
      />
    </Door>
  );
}
