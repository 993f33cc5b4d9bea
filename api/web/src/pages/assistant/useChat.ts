import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { askAssistant, conversationQuery, conversationsQuery, type Plan } from '~/api/assistant';
import { asProblem } from '~/api/problem';
import { useLanguage } from '~/app/language';
import { apply, conversationOf, end, fail, isRunning, ofStored, stop, type Turn } from './turn';

let made = 0;

interface Question {
  text: string;
  plan?: Plan;
}

/** One conversation: its turns, and the one that is being answered. */
export function useChat(conversation: string | undefined, onConversation: (id: string) => void) {
  const client = useQueryClient();
  const locale = useLanguage();
  const [turns, setTurns] = useState<Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  // The conversation that the turns are of: one that was begun here is not loaded anew.
  const own = useRef<string | undefined>(undefined);

  const change = useCallback(
    (key: string, edit: (turn: Turn) => Turn) =>
      setTurns((before) => before.map((turn) => (turn.key === key ? edit(turn) : turn))),
    [],
  );

  const loading = useMutation({
    mutationFn: (id: string) => client.fetchQuery({ ...conversationQuery(id), staleTime: 0 }),
    onSuccess: ({ messages }, id) => {
      if (own.current === id) setTurns(messages.map(ofStored));
    },
  });
  const { mutate: load, reset } = loading;
  useEffect(() => {
    if (own.current === conversation) return;
    running.current?.abort();
    own.current = conversation;
    setTurns([]);
    reset();
    if (conversation) load(conversation);
  }, [conversation, load, reset]);

  // An answer that nobody waits for any more is not worked out.
  useEffect(() => () => running.current?.abort(), []);

  const asking = useMutation({
    mutationFn: async ({ turn, signal }: { turn: Turn; signal: AbortSignal }) => {
      const asked = {
        ...(turn.plan ? { plan: turn.plan } : { message: turn.question }),
        conversation_id: own.current,
        locale,
      };
      for await (const event of askAssistant(asked, signal)) {
        change(turn.key, (before) => apply(before, event));
        begun(conversationOf(event));
      }
      change(turn.key, end);
    },
    onError: (error, { turn, signal }) =>
      change(turn.key, (before) =>
        // What was stopped on purpose is no fault.
        signal.aborted ? stop(before) : isRunning(before) ? fail(before, asProblem(error)) : before,
      ),
    onSettled: () => client.invalidateQueries({ queryKey: conversationsQuery.queryKey }),
  });

  function begun(id: string | undefined) {
    if (!id || own.current) return;
    own.current = id;
    onConversation(id);
  }

  const ask = ({ text, plan }: Question, again?: string) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    made += 1;
    const turn: Turn = { key: `own-${made}`, question: text, plan, step: 'reading', reply: {} };
    setTurns((before) => [...before.filter(({ key }) => key !== again).map(stop), turn]);
    asking.mutate({ turn, signal: control.signal });
  };
  return {
    turns,
    ask,
    change,
    stop: () => running.current?.abort(),
    busy: turns.some(isRunning),
    loading,
    reload: () => conversation && load(conversation),
  };
}
