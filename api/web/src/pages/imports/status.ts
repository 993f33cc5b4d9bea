/** How the state of an import looks; its text says it. */
export const TONES: Record<string, 'good' | 'bad' | 'warn' | 'accent' | undefined> = {
  uploaded: 'accent',
  looking: 'accent',
  looked_at: 'warn',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  undoing: 'accent',
  undone: undefined,
};
