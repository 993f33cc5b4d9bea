import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { problemLine } from '~/app/problems';
import { tell } from '~/ui/tell';
import { Door } from './Door';

/** The link that was sent to another address of one's own. It is not taken before somebody says so: readers of mail open links, too. */
export function ConfirmEmail() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/email/$token' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [error, setError] = useState<string | null>(null);
  const confirm = useMutation({
    mutationFn: () => ask(api.POST('/v1/me/email', { body: { token } })),
    onSuccess: async () => {
      tell({ message: t('auth.email.done') });
      await client.invalidateQueries({ queryKey: ['me'] });
      await navigate({ to: '/' });
    },
    onError: (problem) => {
      const { code, status } = asProblem(problem);
      setError(
        code === 'bad_email_link'
          ? t('auth.email.invalid')
          : status === 401
            ? t('auth.email.sign_in')
            : problemLine(problem),
      );
    },
  });
  return (
    <Door
      title={t('auth.email.title')}
      lead={t('auth.email.lead')}
      button={t('auth.email.button')}
      error={error}
      busy={confirm.isPending}
      onSubmit={() => confirm.mutate()}
    />
  );
}
