/** Account routes as the contract fixes them; a snapshot of the server that describes them itself takes their place. */

export type Role = 'owner' | 'admin' | 'manager' | 'analyst' | 'viewer';
export const ROLES: Role[] = ['owner', 'admin', 'manager', 'analyst', 'viewer'];

export interface SessionRow {
  id: string;
  created_at: string;
  last_used_at?: string | null;
  last_seen_at?: string | null;
  user_agent?: string | null;
  address?: string | null;
  current?: boolean;
}

export interface MemberRow {
  user_id: string;
  name: string;
  email: string;
  role: Role;
  joined_at?: string | null;
  created_at?: string | null;
}

export interface InviteRow {
  id: string;
  email?: string | null;
  role: Role;
  created_at?: string | null;
  expires_at?: string | null;
}

export interface NewInvite extends InviteRow {
  url?: string;
  token?: string;
}

export interface WorkspaceRow {
  id: string;
  name: string;
  role?: Role;
  locale?: string;
  time_zone?: string;
  currency?: string;
  current?: boolean;
}

export interface AuditRow {
  id?: string;
  at?: string;
  occurred_at?: string;
  actor?: string | { id?: string; name?: string; email?: string } | null;
  action: string;
  object?: string | null;
  subject?: string | null;
  target?: string | null;
  address?: string | null;
}

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

type Json<T> = { content: { 'application/json': T } };
type Ok<T> = { responses: { 200: { headers: { [name: string]: unknown } } & Json<T> } };
type Created<T> = { responses: { 201: { headers: { [name: string]: unknown } } & Json<T> } };
type Gone = { responses: { 204: { headers: { [name: string]: unknown }; content?: never } } };
type Body<T> = { requestBody: Json<T> };
type NoBody = { requestBody?: never };
type At<P> = { parameters: { query?: never; header?: never; path: P; cookie?: never } };
type Plain = { parameters: { query?: never; header?: never; path?: never; cookie?: never } };
type Paged = {
  parameters: { query?: { limit?: number; cursor?: string }; header?: never; path?: never; cookie?: never };
};

export interface AccountPaths {
  '/v1/auth/password': { post: Plain & Body<{ current: string; password: string }> & Gone };
  '/v1/auth/reset': { post: Plain & Body<{ email: string }> & Gone };
  '/v1/auth/reset/{token}': { post: At<{ token: string }> & Body<{ password: string }> & Gone };
  '/v1/sessions': { get: Plain & NoBody & Ok<Page<SessionRow>> };
  '/v1/sessions/{id}': { delete: At<{ id: string }> & NoBody & Gone };
  '/v1/members': { get: Plain & NoBody & Ok<Page<MemberRow>> };
  '/v1/members/{user_id}': {
    patch: At<{ user_id: string }> & Body<{ role: Role }> & Ok<MemberRow>;
    delete: At<{ user_id: string }> & NoBody & Gone;
  };
  '/v1/invites': {
    get: Plain & NoBody & Ok<Page<InviteRow>>;
    post: Plain & Body<{ email?: string; role: Role }> & Created<NewInvite>;
  };
  '/v1/invites/{id}': { delete: At<{ id: string }> & NoBody & Gone };
  '/v1/workspaces': {
    get: Plain & NoBody & Ok<Page<WorkspaceRow>>;
    post: Plain &
      Body<{ name: string; locale?: string; time_zone?: string; currency?: string }> &
      Created<WorkspaceRow>;
  };
  '/v1/workspaces/{id}': {
    patch: At<{ id: string }> &
      Body<{ name?: string; locale?: string; time_zone?: string; currency?: string }> &
      Ok<WorkspaceRow>;
    delete: At<{ id: string }> & NoBody & Gone;
  };
  '/v1/workspaces/{id}/switch': { post: At<{ id: string }> & NoBody & Gone };
  '/v1/audit': { get: Paged & NoBody & Ok<Page<AuditRow>> };
}
