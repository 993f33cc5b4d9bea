import { expect, it } from 'vitest';
import type { Trends } from '~/api/types';
import { depthOf, factorsOf } from './Factors';
import { partsOf } from './Tree';

const trends: Trends = {
  from: '2011-11-01T00:00:00Z',
  to: '2011-12-01T00:00:00Z',
  compared_with: { from: '2011-10-01T00:00:00Z', to: '2011-11-01T00:00:00Z' },
  total: { metric: 'revenue', unit: 'GBP', before: 10, after: 16, change: 6 },
  findings: [],
  notes: [],
  tree: {
    sentence: 'More of all.',
    parts: [
      { factor: 'customers', parent: null, contribution: 4 },
      { factor: 'average_order', parent: null, contribution: 2 },
      { factor: 'price_per_unit', parent: 'average_order', contribution: 2 },
      { factor: 'mix', parent: 'price_per_unit', contribution: 2 },
    ],
  },
};

it('tells the factors that sum to the change apart from their parts', () => {
  const sum = partsOf(trends).reduce((all, { contribution }) => all + (contribution ?? 0), 0);
  expect(sum).toBe(trends.total.change);
  const all = factorsOf(trends);
  expect(all.map((part) => depthOf(part, all))).toEqual([0, 0, 1, 2]);
});

it('has no factors where the server tells none', () => {
  expect(factorsOf({ ...trends, tree: null })).toEqual([]);
});
