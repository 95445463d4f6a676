import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, speak } from '../lib/language.ts';

const CODES = Object.keys(LANGUAGES) as Language[];

/** Each language is named in itself, for those who read no other. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <fieldset
      aria-label={t('app.language')}
      className="flex overflow-hidden rounded-lg border border-line-strong"
    >
      {CODES.map((code) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={i18n.language === code}
          onClick={() => speak(code)}
          className="min-h-9 cursor-pointer px-3 text-sm aria-pressed:bg-ink aria-pressed:text-paper"
        >
          {LANGUAGES[code]}
        </button>
      ))}
    </fieldset>
  );
}
