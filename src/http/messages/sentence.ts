import type { Language } from '../../core/language.ts';
import type { Refusal } from '../../core/refusal.ts';
import { english } from './en.ts';
import { korean } from './ko.ts';

export type { Language };

/** The first language of Accept-Language that there are sentences in; weights are ignored, for clients list by preference. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'en';
  const korean = acceptLanguage.search(/\bko\b/i);
  if (korean < 0) return 'en';
  const english = acceptLanguage.search(/\ben\b/i);
  return english >= 0 && english < korean ? 'en' : 'ko';
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** The refusal as a sentence for people. A fact that was not given is left out. */
export function sentence({ refused, facts }: Refusal, acceptLanguage: string | undefined): string {
  const template = languageOf(acceptLanguage) === 'ko' ? korean[refused] : english[refused];
  if (!template.includes('{')) return template;
  return template.replace(PLACEHOLDER, (_, name: string) => String(facts?.[name] ?? '')).trim();
}
