import { expect, it } from 'vitest';
import { readCustomers, readForecast, readNext, readReport } from './search';

it('goes to pages of ours after signing in, never elsewhere', () => {
  expect(readNext({ next: '/reports/abc_xyz?period=all' })).toEqual({ next: '/reports/abc_xyz?period=all' });
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', '', 7])
    expect(readNext({ next })).toEqual({});
});

it('keeps the parameters of a report and drops what is empty', () => {
  expect(readReport({ grain: 'week', attribute: '', period: 'all' })).toEqual({
    grain: 'week',
    period: 'all',
  });
});

it('reads ids that look like numbers as texts', () => {
  expect(readCustomers({ open: '17850' }).open).toBe('17850');
});

it('bounds the horizon', () => {
  expect(readForecast({ horizon: '12' }).horizon).toBe(12);
  expect(readForecast({ horizon: '4000', grain: 'hour' })).toMatchObject({
    horizon: undefined,
    grain: undefined,
  });
});
