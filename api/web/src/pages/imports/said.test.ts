import { describe, expect, it } from 'vitest';
import { said } from './said';

const names: Record<string, string> = {
  sheet: 'Worksheet',
  date_format: 'Format of times',
  decimal_mark: 'Fractions after',
};
const told = (message: string) => said(message, (option) => names[option] ?? option);

describe('what the importer says', () => {
  it('names the fields of the page instead of flags', () => {
    expect(told('"x" is not a time such as 2010-12-01, or pass --date-format')).toBe(
      '"x" is not a time such as 2010-12-01, or pass “Format of times”',
    );
    expect(told('name it with --sheet (`sheet` over HTTP)')).toBe('name it with “Worksheet”');
    expect(told('say --decimal-point or --decimal-comma')).toBe('say “Fractions after”');
  });

  it('leaves what the page has no field for', () => {
    expect(told('leave it out by --map status=')).toBe('leave it out by --map status=');
  });
});
