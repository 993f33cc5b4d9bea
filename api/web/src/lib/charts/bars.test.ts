import { describe, expect, it } from 'vitest';
import type { Look } from '~/ui/Chart';
import { barChart } from './bars';

const look = { series: [], line: '#ccc' } as unknown as Look;
const one = (name: string, second = false) => ({
  name,
  values: [2, 1],
  format: String,
  short: String,
  second,
});

describe('bars', () => {
  it('of one unit share their axis, so that lengths compare', () => {
    const { xAxis, series } = barChart({ labels: ['a', 'b'], series: [one('now'), one('before')] }, look);
    expect(xAxis).toHaveLength(1);
    expect((series as { xAxisIndex: number }[]).map(({ xAxisIndex }) => xAxisIndex)).toEqual([0, 0]);
  });

  it('of another unit have their own', () => {
    const { xAxis, series } = barChart({ labels: ['a'], series: [one('money'), one('orders', true)] }, look);
    expect(xAxis).toHaveLength(2);
    expect((series as { xAxisIndex: number }[]).map(({ xAxisIndex }) => xAxisIndex)).toEqual([0, 1]);
  });
});
