import { describe, expect, it } from 'vitest';
import { chartText, readChart } from './own';

describe('a drawing in an address', () => {
  it('comes back as it went, whatever its columns are called', () => {
    const chart = { kind: 'bar' as const, x: 'a:b', y: ['sum(x), all', 'день'] };
    expect(readChart(chartText(chart))).toEqual(chart);
    expect(readChart(chartText({ kind: 'none', x: '', y: [] }))).toEqual({ kind: 'none', x: '', y: [] });
  });

  it('is none where it cannot be read', () => {
    expect(readChart(undefined)).toBeNull();
    expect(readChart('cake:x:y')).toBeNull();
    expect(readChart('bar:%E0%A4%A:y')).toBeNull();
  });
});
