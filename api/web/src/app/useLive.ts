import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { setLive } from './live';

/** What shows figures of records. */
const FIGURES = [
  'report',
  'trends',
  'forecast',
  'customers',
  'customer',
  'timeline',
  'notes',
  'merged',
  'duplicates',
  'offers',
  'connection',
  'saved-report-run',
  'sql',
  'spotlight',
];

/** By the name of an event: the beginnings of the keys of what is asked for anew. */
const TOUCHED: Record<string, string[]> = {
  records: FIGURES,
  task: ['tasks'],
  import: ['imports', 'sample-data', ...FIGURES],
  export: ['exports'],
  recommendation: ['recommendations', 'tasks'],
  delivery: ['deliveries', 'delivery-runs'],
};

/** Records come in bursts: figures are asked for anew at most this often. */
const REST_MS = 5_000;

/**
 * What changes on the server shows on its own. A server without events, or a way that does not let them through, leaves pages
 * as they are: nothing depends on it.
 */
export function useLive(workspace: string): void {
  const client = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: events are those of the workspace that the session is in
  useEffect(() => {
    let source: EventSource | null = null;
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const touched = new Set(waiting);
      waiting.clear();
      void client.invalidateQueries({ predicate: ({ queryKey }) => touched.has(String(queryKey[0])) });
    };
    const touch = (keys: string[], at: number) => {
      for (const key of keys) waiting.add(key);
      timer ??= setTimeout(flush, at);
    };
    // What was missed in between is not known: all of it may have changed.
    const touchAll = () => touch(Object.values(TOUCHED).flat(), 0);
    const open = () => {
      const opened = new EventSource('/v1/events');
      for (const [name, keys] of Object.entries(TOUCHED))
        opened.addEventListener(name, () => touch(keys, name === 'records' ? REST_MS : 0));
      opened.addEventListener('reset', touchAll);
      opened.addEventListener('open', () => setLive(true));
      opened.addEventListener('error', () => setLive(false));
      return opened;
    };
    // Browsers have six ways to a server over HTTP/1.1: a tab that nobody looks at must not hold one.
    const follow = () => {
      if (document.hidden) {
        source?.close();
        source = null;
        setLive(false);
      } else if (!source) {
        source = open();
        touchAll();
      }
    };
    if (!document.hidden) source = open();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', follow);
      source?.close();
      setLive(false);
    };
  }, [client, workspace]);
}
