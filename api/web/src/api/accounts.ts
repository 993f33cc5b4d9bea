import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Workspace = Schemas['Workspace'];
export type Retention = Schemas['Retention'];
export type Holiday = Schemas['Holiday'];
export type Account = Schemas['Account'];
export type Role = Account['role'];
/** The first may everything, each after it less. */
export const ROLES: Role[] = ['owner', 'admin', 'manager', 'analyst', 'viewer'];

export type Member = Schemas['Member'];
export type Invite = Schemas['Invite'];
export type Membership = Schemas['Membership'];
export type AuditEntry = Schemas['AuditEntry'];

/** Who may be given a task. */
export const membersQuery = queryOptions({
  queryKey: ['members', 'all'],
  queryFn: async ({ signal }) =>
    (await ask(api.GET('/v1/members', { params: { query: { limit: 500 } }, signal }))).items,
});
