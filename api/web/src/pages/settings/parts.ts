const WORKSPACE = [
  'workspace',
  'members',
  'keys',
  'segments',
  'retention',
  'assistant',
  'webhooks',
  'exports',
  'audit',
] as const;
const PERSON = ['account', 'telegram', 'deliveries', 'workspaces', 'appearance'] as const;

export type Part = (typeof WORKSPACE | typeof PERSON)[number];

/** Parts of the settings by whom they are about; Ctrl+K knows them too. */
export const GROUPS: [group: 'workspace' | 'person', parts: readonly Part[]][] = [
  ['workspace', WORKSPACE],
  ['person', PERSON],
];
