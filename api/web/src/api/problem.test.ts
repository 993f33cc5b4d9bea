import { describe, expect, it } from 'vitest';
import { asProblem, Problem } from './problem';

describe('problems', () => {
  it('put messages to their fields', () => {
    const problem = new Problem(422, {
      detail: 'email: no',
      errors: [{ index: 0, field: 'email', message: 'no' }],
    });
    expect(problem.fields).toEqual({ email: 'no' });
    expect(problem.message).toBe('email: no');
  });

  it('tell a route that is not there from a thing that is not there', () => {
    expect(
      new Problem(404, { detail: 'there is nothing at this address; /docs lists what there is' })
        .isMissingRoute,
    ).toBe(true);
    expect(new Problem(404, { detail: 'no such customer' }).isMissingRoute).toBe(false);
    expect(new Problem(405, {}).isMissingRoute).toBe(true);
  });

  it('tell how long to wait', () => {
    expect(new Problem(429, {}, new Headers({ 'retry-after': '7' })).retryAfter).toBe(7);
    expect(new Problem(429, {}).retryAfter).toBeNull();
  });

  it('take a lost connection for one', () => {
    expect(asProblem(new TypeError('fetch failed')).status).toBe(0);
  });
});
