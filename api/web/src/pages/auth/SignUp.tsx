import { TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useLanguage } from '~/app/language';
import { useEnter } from '~/app/session';
import { ZONE } from '~/lib/zone';
import { AnchorLink } from '~/ui/links';
import { Loading } from '~/ui/States';
import { Door } from './Door';
import { useFields } from './fields';
import { Password } from './Password';

const Places = lazy(() => import('./Places'));

export function SignUp() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const enter = useEnter();
  const { values, bind, set, check, refuse } = useFields({
    name: '',
    email: '',
    password: '',
    workspace: '',
    time_zone: ZONE,
    currency: '',
  });
  const [error, setError] = useState<string | null>(null);
  const [more, { toggle }] = useDisclosure(false);
  const signUp = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/auth/register', {
          body: {
            name: values.name,
            email: values.email,
            password: values.password,
            workspace: values.workspace.trim() || undefined,
            time_zone: values.time_zone,
            currency: values.currency || undefined,
            locale: language,
          },
        }),
      ),
    onSuccess: async (account) => {
      enter(account);
      await navigate({ to: '/connect' });
    },
    onError: (problem) => {
      const { status, code } = asProblem(problem);
      if (status === 409) setError(t('auth.sign_up.taken'));
      else if (code === 'registration_closed') setError(t('auth.sign_up.closed'));
      else if (code === 'invite_required') setError(t('auth.sign_up.by_invite'));
      else setError(refuse(problem));
    },
  });
  const Chevron = more ? IconChevronDown : IconChevronRight;
  return (
    <Door
      title={t('auth.sign_up.title')}
      lead={t('auth.sign_up.lead')}
      button={t('auth.sign_up.button')}
      error={error}
      busy={signUp.isPending}
      onSubmit={() => check() && signUp.mutate()}
      below={
        <span>
          {t('auth.sign_up.have_account')}{' '}
          <AnchorLink to="/sign-in" size="sm" underline="always">
            {t('auth.sign_in.title')}
          </AnchorLink>
        </span>
      }
    >
      <TextInput label={t('auth.fields.name')} autoComplete="name" autoFocus {...bind('name')} />
      <TextInput label={t('auth.fields.email')} type="email" autoComplete="email" {...bind('email')} />
      <Password autoComplete="new-password" description={t('auth.errors.password')} {...bind('password')} />
      <TextInput
        label={t('auth.fields.workspace')}
        description={t('auth.fields.workspace_hint')}
        autoComplete="organization"
        {...bind('workspace')}
      />
      <UnstyledButton onClick={toggle} aria-expanded={more} fz="sm" c="dimmed">
        <Chevron size={14} aria-hidden style={{ verticalAlign: -2 }} /> {t('auth.sign_up.more')}
      </UnstyledButton>
      {more && (
        <Suspense fallback={<Loading rows={2} />}>
          <Places
            zone={values.time_zone}
            currency={values.currency || (language === 'ru' ? 'RUB' : 'USD')}
            onZone={(zone) => set('time_zone', zone)}
            onCurrency={(currency) => set('currency', currency)}
          />
        </Suspense>
      )}
    </Door>
  );
}
