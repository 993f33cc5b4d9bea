import { describe, expect, it } from 'vitest';
import { boundOf, namesIn, parametersOf, usesPeriod } from './parameters';

describe('parameters of a statement', () => {
  it('are the names after $, not those in texts and comments', () => {
    const sql =
      "SELECT '$no', $city -- $no\nFROM purchases WHERE a = $city AND b > $least /* $no */ AND c = 'it''s $no'";
    expect(namesIn(sql)).toEqual(['city', 'least']);
  });

  it('are numbers where they are written as numbers, and nothing where nothing is written', () => {
    const values = { a: '12.5', b: '007', c: '-3', d: ' ', e: 'tea' };
    expect(boundOf('SELECT $a, $b, $c, $d, $e, $f', values)).toEqual({
      a: 12.5,
      b: '007',
      c: -3,
      d: null,
      e: 'tea',
      f: null,
    });
    expect(boundOf('SELECT 1', values)).toBeUndefined();
  });

  it('keep what was said of them, and leave the period to the page', () => {
    const known = { name: 'least', type: 'number' as const, default: '5', label: 'At least' };
    expect(parametersOf('SELECT $least, $city, $from, $to', [known])).toEqual([
      known,
      { name: 'city', type: 'text' },
    ]);
    expect(usesPeriod('SELECT $from')).toBe(true);
    expect(usesPeriod('SELECT $fromage')).toBe(false);
  });
});
