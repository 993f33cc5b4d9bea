import { describe, expect, it } from 'vitest';
import type { ImportLook } from '~/api/imports';
import { chosenOf, doubled, mappingOf } from './mapping';

const column = (name: string, field: string | null) => ({ name, field, values: [] });

const look: ImportLook = {
  format: 'csv',
  records: 'purchases',
  taken_for: 'purchases',
  is_guess: true,
  columns: [
    column('Order', 'purchase_id'),
    column('Sum', 'amount'),
    column('Sum', null),
    column('Town', null),
  ],
  fields: ['purchase_id', 'occurred_at', 'amount', 'unit_price'],
  presets: [],
  ignored: [],
  notes: [],
};

describe('a mapping', () => {
  it('is told whole: what has no column is left out', () => {
    expect(mappingOf(look, chosenOf(look), null)).toEqual({
      purchase_id: 'Order',
      amount: 'Sum',
      occurred_at: '',
      unit_price: '',
    });
  });

  it('names the second column of a name, and attributes', () => {
    const chosen = ['purchase_id', '', 'amount', 'attributes.Town'];
    expect(mappingOf(look, chosen, null)).toMatchObject({
      amount: 'Sum#2',
      'attributes.Town': 'Town',
    });
  });

  it('keeps what one column alone cannot say', () => {
    const before = { occurred_at: 'Day+Time', time_zone: 'Zone', amount: 'Old' };
    expect(mappingOf(look, chosenOf(look), before)).toMatchObject({
      occurred_at: 'Day+Time',
      time_zone: 'Zone',
      amount: 'Sum',
    });
  });

  it('says which fields are taken twice', () => {
    expect(doubled(['amount', 'amount', '', ''])).toEqual(['amount']);
    expect(doubled(['', '', ''])).toEqual([]);
  });
});
