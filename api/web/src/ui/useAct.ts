import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemLine } from '~/app/problems';
import { tell } from '~/ui/tell';

interface Act<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** What is asked for anew: the beginnings of its keys. */
  touches: string[];
  done?: (output: Output, input: Input) => string | undefined;
  /** An error that the form itself shows is not told twice. */
  quiet?: boolean;
}

/** A change of a setting: done, told, and what shows it asked for anew. */
export function useAct<Input = void, Output = unknown>({ run, touches, done, quiet }: Act<Input, Output>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (output, input) => {
      const message = done?.(output, input);
      if (message) tell({ message });
      await client.invalidateQueries({ predicate: ({ queryKey }) => touches.includes(String(queryKey[0])) });
    },
    onError: (error) => {
      if (quiet) return;
      tell({ color: 'red', title: t('common.states.failed'), message: problemLine(error) });
    },
  });
}
