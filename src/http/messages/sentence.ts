import type { Language } from '../../core/language.ts';
import { LatestMap } from '../../core/latest-map.ts';
import type { Refusal } from '../../core/refusal.ts';
import { LONGEST_WEIGHED, weightsIn } from '../weights.ts';
import { english } from './en.ts';
import { korean } from './ko.ts';

export type { Language };

/** Browsers have few wishes between them, and in a rush most answers are sentences. */
const remembered = new LatestMap<string, Language>({ most: 500 });

/** Which of our languages Accept-Language weighs more; of equal ones the one it names first, else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'en';
  const wish = acceptLanguage.slice(0, LONGEST_WEIGHED);
  const known = remembered.get(wish);
  if (known !== undefined) return known;
  const language = weighed(wish);
  remembered.set(wish, language);
  return language;
}

function weighed(acceptLanguage: string): Language {
  const weights = new Map<string, number>();
  for (const [tag, weight] of weightsIn(acceptLanguage)) {
    const [language = ''] = tag.split('-');
    if (!weights.has(language)) weights.set(language, weight);
  }
  const others = weights.get('*') ?? 0;
  const korean = weights.get('ko') ?? others;
  const english = weights.get('en') ?? others;
  if (korean !== english) return korean > english ? 'ko' : 'en';
  const named = [...weights.keys()].find((language) => language === 'ko' || language === 'en');
  return named === 'ko' && korean > 0 ? 'ko' : 'en';
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** The refusal as a sentence for people. A fact that was not given is left out. */
export function sentence({ refused, facts }: Refusal, acceptLanguage: string | undefined): string {
  const template = languageOf(acceptLanguage) === 'ko' ? korean[refused] : english[refused];
  if (!template.includes('{')) return template;
  return template.replace(PLACEHOLDER, (_, name: string) => String(facts?.[name] ?? '')).trim();
}
