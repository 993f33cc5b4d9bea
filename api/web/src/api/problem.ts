/** What went wrong, as the API tells it (RFC 9457). */
export interface ProblemBody {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { index: number; field: string; message: string }[];
}

/** A request that was answered with a problem, or with nothing. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;
  /** Seconds to wait, where the server has said so. */
  readonly retryAfter: number | null;
  readonly requestId: string | null;

  constructor(status: number, body: ProblemBody, headers?: Headers) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'offline' : 'http');
    this.fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, error.message]));
    const wait = Number(headers?.get('retry-after'));
    this.retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null;
    this.requestId = headers?.get('x-request-id') ?? null;
  }

  /** The route does not exist on this server: an older one, or a part that is switched off. */
  get isMissingRoute(): boolean {
    return (
      (this.status === 404 && this.message.includes('/docs lists')) ||
      this.status === 405 ||
      this.status === 501
    );
  }
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { detail: error instanceof Error ? error.message : String(error), code: 'offline' });
}
