import createClient from 'openapi-fetch';
import { Problem, type ProblemBody } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: '/', headers: { Accept: 'application/json' } });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or the problem thrown. */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    // A query that is no longer wanted is not an outage.
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: error instanceof Error ? error.message : String(error), code: 'offline' });
  }
  if (answer.error !== undefined || !answer.response.ok) {
    const body = typeof answer.error === 'object' && answer.error ? (answer.error as ProblemBody) : {};
    throw new Problem(answer.response.status, body, answer.response.headers);
  }
  return answer.data as T;
}
