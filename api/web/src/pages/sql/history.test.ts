import { expect, it } from 'vitest';
import { type Ran, remember } from './history';

it('keeps each statement once, the newest first, and not for ever', () => {
  let list: Ran[] = [];
  for (let index = 0; index < 60; index += 1)
    list = remember(list, { sql: `SELECT ${index}`, at: String(index) });
  list = remember(list, { sql: 'SELECT 40', at: 'again' });
  expect(list).toHaveLength(50);
  expect(list[0]).toEqual({ sql: 'SELECT 40', at: 'again' });
  expect(list.filter(({ sql }) => sql === 'SELECT 40')).toHaveLength(1);
});
