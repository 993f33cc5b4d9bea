import type { Language } from './format';

/** Time zones that the browser knows, UTC first. */
export function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

/** Currencies offered; the API takes any code of ISO 4217. */
export const CURRENCIES = [
  'RUB',
  'USD',
  'EUR',
  'GBP',
  'KZT',
  'BYN',
  'UZS',
  'KGS',
  'AMD',
  'GEL',
  'AZN',
  'TJS',
  'TRY',
  'CNY',
  'INR',
  'AED',
  'ILS',
  'PLN',
  'CZK',
  'HUF',
  'RON',
  'RSD',
  'CHF',
  'SEK',
  'NOK',
  'DKK',
  'JPY',
  'KRW',
  'BRL',
  'MXN',
  'CAD',
  'AUD',
];

export function currencyNames(codes: string[], language: Language): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  return codes.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
