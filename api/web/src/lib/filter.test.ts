import { describe, expect, it } from 'vitest';
import { FILTER_FIELDS, formatFilter, operatorsOf, parseFilter } from './filter';

describe('filters', () => {
  it('reads what the API reads', () => {
    expect(parseFilter('revenue>=1000; attributes.city=Казань ;name~"a;b ""c""";tags!=vip')).toEqual([
      [{ field: 'revenue', operator: '>=', value: '1000' }],
      [{ field: 'attributes.city', operator: '=', value: 'Казань' }],
      [{ field: 'name', operator: '~', value: 'a;b "c"' }],
      [{ field: 'tags', operator: '!=', value: 'vip' }],
    ]);
    expect(parseFilter(undefined)).toEqual([]);
  });

  it('reads groups of which one condition must hold', () => {
    const groups = parseFilter('( tags=vip | name~"a|b;(c)" );orders>2');
    expect(groups).toEqual([
      [
        { field: 'tags', operator: '=', value: 'vip' },
        { field: 'name', operator: '~', value: 'a|b;(c)' },
      ],
      [{ field: 'orders', operator: '>', value: '2' }],
    ]);
    expect(formatFilter(groups ?? [])).toBe('(tags=vip|name~"a|b;(c)");orders>2');
  });

  it('leaves alone what is no condition', () => {
    for (const text of ['(tags=vip|revenue>1', '()', 'revenue', '=3', 'name="open'])
      expect(parseFilter(text)).toBeNull();
  });

  it.each(['plain', 'a;b', 'say "yes"', ' edge ', '(x)', ''])(
    'writes %j so that it is read back',
    (value) => {
      const name = { field: 'name', operator: '=' as const, value };
      const orders = { field: 'orders', operator: '>' as const, value: '2' };
      for (const groups of [[[name], [orders]], [[orders, name]], [[name, orders], [name]]])
        expect(parseFilter(formatFilter(groups))).toEqual(groups);
    },
  );

  it('has a comparison for every field', () => {
    for (const field of Object.keys(FILTER_FIELDS)) expect(operatorsOf(field).length).toBeGreaterThan(0);
    expect(formatFilter([])).toBeUndefined();
  });
});
