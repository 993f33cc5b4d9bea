import { ActionIcon, Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ConversationRow, conversationsQuery, deleteConversation } from '~/api/assistant';
import { asProblem } from '~/api/problem';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatAgo } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { ButtonLink } from '~/ui/links';
import classes from './Assistant.module.css';

/** Conversations of the person, those used last first. */
export function History({ open }: { open: string | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = useInfiniteQuery(conversationsQuery);
  const [going, setGoing] = useState<ConversationRow | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteConversation(id),
    onSuccess: async (_, id) => {
      setGoing(null);
      await client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
      if (id === open) await navigate({ to: '/assistant', search: {} });
    },
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const problem = query.error && asProblem(query.error);
  return (
    <nav aria-label={t('assistant.history')} className={classes.history}>
      <ButtonLink
        to="/assistant"
        search={{}}
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} />}
        fullWidth
      >
        {t('assistant.new')}
      </ButtonLink>
      <Text size="xs" c="dimmed" fw={500} mt="sm" mb={4}>
        {t('assistant.history')}
      </Text>
      {query.isPending && (
        <Stack gap={8}>
          {[80, 60, 70].map((width) => (
            <Skeleton key={width} height={12} width={`${width}%`} />
          ))}
        </Stack>
      )}
      {problem && (
        <Text size="xs" c="dimmed">
          {problem.isMissingRoute ? t('assistant.no_history') : t('common.states.error_title')}
        </Text>
      )}
      {query.isSuccess && items.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('assistant.empty')}
        </Text>
      )}
      <ul>
        {items.map((item) => (
          <li key={item.id} className={classes.past} data-open={item.id === open || undefined}>
            <Link
              to="/assistant"
              search={{ c: item.id }}
              aria-current={item.id === open ? 'page' : undefined}
              title={item.title}
            >
              <span className="truncate">{item.title || t('assistant.untitled')}</span>
              <small>{formatAgo(item.updated_at, language, zone)}</small>
            </Link>
            <ActionIcon
              size={26}
              variant="subtle"
              color="gray"
              aria-label={t('assistant.delete', { title: item.title })}
              onClick={() => setGoing(item)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          size="compact-xs"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.actions.load_more')}
        </Button>
      )}
      {going && (
        <Confirm
          title={t('assistant.delete', { title: going.title })}
          text={t('assistant.delete_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(going.id)}
          onClose={() => setGoing(null)}
        />
      )}
    </nav>
  );
}
