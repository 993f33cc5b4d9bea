import { useTranslation } from 'react-i18next';
import { i18n } from '~/i18n';
import type { Language } from '~/lib/format';

export function useLanguage(): Language {
  const { i18n: current } = useTranslation();
  return current.language === 'ru' ? 'ru' : 'en';
}

/** What is looked at by: an attribute goes by its own name. */
export function dimensionOf(name: string | null | undefined): string {
  return name?.startsWith('attributes.')
    ? name.slice('attributes.'.length)
    : textOf('trends.dimensions', name);
}

/** A text whose key comes from data: the data itself where there is no text for it. */
export function textOf(group: string, key: string | null | undefined): string {
  if (!key) return '';
  const name = `${group}.${key}`;
  return i18n.exists(name) ? (i18n.t as (key: string) => string)(name) : key.replaceAll('_', ' ');
}
