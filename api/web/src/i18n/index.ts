import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '~/lib/format';
import type { Texts } from './en';

const STORED = 'kupets.language';

/** Only the language in use is loaded. */
const loaders: Record<Language, () => Promise<{ texts: unknown }>> = {
  en: () => import('./en'),
  ru: () => import('./ru'),
};

export const i18n = i18next.createInstance();

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Chosen here, else that of the browser. */
export function firstLanguage(): Language {
  const wanted = stored() ?? navigator.languages.find((tag) => /^(ru|en)\b/.test(tag)) ?? 'en';
  return wanted.startsWith('ru') ? 'ru' : 'en';
}

export function hasChosenLanguage(): boolean {
  return stored() !== null;
}

async function load(language: Language): Promise<void> {
  if (i18n.hasResourceBundle(language, 'translation')) return;
  const { texts } = await loaders[language]();
  i18n.addResourceBundle(language, 'translation', texts);
}

export async function startTexts(): Promise<void> {
  const language = firstLanguage();
  await i18n.use(initReactI18next).init({
    lng: language,
    resources: {},
    // A missing text shows its key, and a test finds it: never the other language in between.
    fallbackLng: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await changeLanguage(language, false);
}

/** Loads and shows a language; `keep` remembers it on this device. */
export async function changeLanguage(language: Language, keep = true): Promise<void> {
  await load(language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  if (!keep) return;
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage is refused: the choice holds for this page.
  }
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Texts };
    returnNull: false;
  }
}
