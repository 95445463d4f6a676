import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Words } from './words/en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words };
  }
}

export const LANGUAGES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGES;

const STORAGE_KEY = 'onrush.language';

const WORDS: Record<Language, () => Promise<unknown>> = {
  en: async () => (await import('./words/en.ts')).en,
  ko: async () => (await import('./words/ko.ts')).ko,
};

export const i18n = i18next.use(initReactI18next);

/** To be awaited before the first render. */
export async function startLanguage(): Promise<void> {
  await i18n.init({
    fallbackLng: false,
    interpolation: { escapeValue: false },
    resources: {},
    react: { useSuspense: false },
  });
  await speak(preferredLanguage());
}

/** Changes the page's language, its `lang` attribute included, and remembers it. */
export async function speak(language: Language): Promise<void> {
  if (!i18n.hasResourceBundle(language, 'translation')) {
    i18n.addResourceBundle(language, 'translation', await WORDS[language]());
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(STORAGE_KEY, language);
}

function preferredLanguage(): Language {
  const wishes = [localStorage.getItem(STORAGE_KEY), ...navigator.languages];
  const known = wishes.map((wish) => wish?.slice(0, 2)).find((wish) => wish === 'ko' || wish === 'en');
  return known === 'ko' ? 'ko' : 'en';
}
