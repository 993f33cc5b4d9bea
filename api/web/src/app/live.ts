import { useSyncExternalStore } from 'react';

/** Whether changes on the server come to this page by themselves. */
let live = false;
const listeners = new Set<() => void>();

export function setLive(next: boolean): void {
  if (next === live) return;
  live = next;
  for (const told of listeners) told();
}

export function useIsLive(): boolean {
  return useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => live,
  );
}
