import { ActionIcon, Drawer, UnstyledButton } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '~/api/assistant';
import { Page } from '~/ui/Page';
import { Failure, Loading } from '~/ui/States';
import classes from './Assistant.module.css';
import { Composer } from './Composer';
import { History } from './History';
import { TurnView } from './TurnView';
import { useChat } from './useChat';

const IDEAS = ['revenue', 'top', 'why', 'customers', 'forecast', 'advice'] as const;

export function AssistantPage() {
  const { t } = useTranslation();
  const { c, q } = useSearch({ from: '/app/assistant' });
  const navigate = useNavigate({ from: '/assistant' });
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });
  const [past, { open, close }] = useDisclosure(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const thread = useRef<HTMLDivElement>(null);
  const chat = useChat(c, (id) => void navigate({ search: { c: id }, replace: true }));
  const { turns, busy, loading } = chat;

  const ask = (text: string, plan?: Plan) => {
    chat.ask({ text, plan });
    field.current?.focus();
  };

  // A question that came with the address is asked once.
  const asked = useRef(false);
  useEffect(() => {
    if (!q || asked.current) return;
    asked.current = true;
    void navigate({ search: {}, replace: true });
    chat.ask({ text: q });
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest question stands on top, its answer below it
  useEffect(() => {
    thread.current?.querySelector('article:last-of-type')?.scrollIntoView({ block: 'start' });
  }, [turns.at(-1)?.key]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation was chosen
  useEffect(close, [c]);

  return (
    <Page
      full
      title={t('assistant.title')}
      lead={turns.length === 0 ? t('assistant.lead') : undefined}
      actions={
        narrow && (
          <ActionIcon size={34} variant="default" aria-label={t('assistant.history')} onClick={open}>
            <IconHistory size={17} />
          </ActionIcon>
        )
      }
    >
      <div className={classes.page}>
        <div className={classes.chat}>
          <div
            ref={thread}
            className={classes.thread}
            role="log"
            aria-label={t('assistant.thread')}
            tabIndex={0}
          >
            {loading.isPending && <Loading rows={4} />}
            {loading.isError && <Failure error={loading.error} retry={chat.reload} />}
            {turns.length === 0 && loading.isIdle && (
              <div className={classes.ideas}>
                <h2>{t('assistant.ideas_title')}</h2>
                <ul>
                  {IDEAS.map((idea) => (
                    <li key={idea}>
                      <UnstyledButton
                        className={classes.idea}
                        onClick={() => ask(t(`assistant.ideas.${idea}`))}
                      >
                        {t(`assistant.ideas.${idea}`)}
                      </UnstyledButton>
                    </li>
                  ))}
                </ul>
              </div>
            )}
            {turns.map((turn) => (
              <TurnView
                key={turn.key}
                turn={turn}
                onAsk={ask}
                onRetry={() => chat.ask({ text: turn.question, plan: turn.plan }, turn.key)}
                onVerdict={(verdict) => chat.change(turn.key, (before) => ({ ...before, verdict }))}
              />
            ))}
          </div>
          <Composer
            field={field}
            busy={busy}
            last={turns.findLast(({ plan }) => !plan)?.question}
            onAsk={ask}
            onStop={chat.stop}
          />
        </div>
        {!narrow && <History open={c} />}
      </div>
      {narrow && past && (
        <Drawer
          opened
          onClose={close}
          size={300}
          position="right"
          title={t('assistant.history')}
          closeButtonProps={{ 'aria-label': t('common.actions.close') }}
        >
          <History open={c} />
        </Drawer>
      )}
    </Page>
  );
}
