import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '~/lib/format';
import type { Texts } from './en';

const STORED = 'kupets.language';

type Part = 'first' | 'rest';

/** Only the language in use is loaded, and of it first what the doors and the first page say. */
const loaders: Record<Language, Record<Part, () => Promise<{ texts: object }>>> = {
  en: { first: () => import('./en/first'), rest: () => import('./en/rest') },
  ru: { first: () => import('./ru/first'), rest: () => import('./ru/rest') },
};

const wanted = new Set<Part>(['first']);
const loaded = new Set<string>();

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
  const missing = [...wanted].filter((part) => !loaded.has(`${language}.${part}`));
  await Promise.all(
    missing.map(async (part) => {
      const { texts } = await loaders[language][part]();
      i18n.addResourceBundle(language, 'translation', texts, true);
      loaded.add(`${language}.${part}`);
    }),
  );
}

/** A page beyond the first one: with its code come all texts. */
export async function withTexts<T>(page: Promise<T>): Promise<T> {
  wanted.add('rest');
  const [shown] = await Promise.all([page, load(i18n.language === 'ru' ? 'ru' : 'en')]);
  return shown;
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
