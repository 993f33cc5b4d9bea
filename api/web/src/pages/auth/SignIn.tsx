import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useEnter } from '~/app/session';
import { AnchorLink } from '~/ui/links';
import { Door } from './Door';
import { useFields } from './fields';
import { Password } from './Password';

export function SignIn() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const enter = useEnter();
  // A password that was good once is not judged here by today's rule.
  const { values, bind, refuse } = useFields({ email: '', password: '' }, false);
  const [error, setError] = useState<string | null>(null);
  const signIn = useMutation({
    mutationFn: () => ask(api.POST('/v1/auth/login', { body: values })),
    onSuccess: (account) => {
      enter(account);
      router.history.push(next ?? '/');
    },
    onError: (problem) => {
      const { code } = asProblem(problem);
      if (code === 'bad_login') setError(t('auth.sign_in.wrong'));
      else if (code === 'no_workspace') setError(t('auth.sign_in.no_workspace'));
      else setError(refuse(problem));
    },
  });
  return (
    <Door
      title={t('auth.sign_in.title')}
      button={t('auth.sign_in.button')}
      error={error}
      busy={signIn.isPending}
      onSubmit={() => signIn.mutate()}
      below={
        <>
          <span>
            {t('auth.sign_in.no_account')}{' '}
            <AnchorLink to="/sign-up" size="sm" underline="always">
              {t('auth.sign_in.create')}
            </AnchorLink>
          </span>
          <AnchorLink to="/reset" size="sm">
            {t('auth.sign_in.forgot')}
          </AnchorLink>
        </>
      }
    >
      <TextInput
        label={t('auth.fields.email')}
        type="email"
        autoComplete="username"
        autoFocus
        {...bind('email')}
      />
      <Password autoComplete="current-password" {...bind('password')} />
    </Door>
  );
}
