import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { problemLine } from '~/app/problems';
import { tell } from '~/ui/tell';
import { meQuery } from './session';

/** Goes to another workspace of the person. Nothing of the one before may be shown, not for a moment. */
export function useSwitch() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/workspaces/{id}/switch', { params: { path: { id } } })),
    onSuccess: async (account) => {
      client.setQueryData(meQuery.queryKey, account);
      await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
      await navigate({ to: '/' });
    },
    onError: (error) =>
      tell({
        color: 'red',
        title: t('common.states.failed'),
        message: problemLine(error),
      }),
  });
}
