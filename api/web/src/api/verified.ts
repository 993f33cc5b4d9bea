import { queryOptions } from '@tanstack/react-query';
import type { Plan } from './assistant';
import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type VerifiedQuestion = Schemas['VerifiedQuestionBody'];
export type Checked = Schemas['Checked'];

export const assistantSettingsQuery = queryOptions({
  queryKey: ['assistant-settings'],
  queryFn: ({ signal }) => ask(api.GET('/v1/assistant/settings', { signal })),
});

export const assistantSettings = {
  change: (body: Schemas['AssistantPatch']) => ask(api.PATCH('/v1/assistant/settings', { body })),
};

/** Questions whose answers the workspace vouches for. */
export const verifiedQuery = queryOptions({
  queryKey: ['verified-questions'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/assistant/questions', { signal }))).items,
});

interface Vouched {
  name: string;
  question: string;
  plan?: Plan | null;
  sql?: string | null;
}

export const verified = {
  // A plan is sent back as it was told.
  add: (body: Vouched) => ask(api.POST('/v1/assistant/questions', { body: body as never })),
  remove: (id: string) => ask(api.DELETE('/v1/assistant/questions/{id}', { params: { path: { id } } })),
  check: () => ask(api.POST('/v1/assistant/check', {})),
};
