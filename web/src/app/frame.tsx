import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router';
import { Announcer } from '../ui/announcer.tsx';
import { IdentityButton } from './identity-button.tsx';
import { LanguageSwitch } from './language-switch.tsx';

/** What stands around every page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="absolute z-10 -translate-y-20 rounded-br-lg bg-ink px-4 py-3 text-paper focus:translate-y-0"
      >
        {t('app.skip')}
      </a>
      <header className="border-line border-b bg-raised">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2 sm:px-6">
          <Link to="/" className="flex min-h-11 items-center gap-2 font-extrabold text-xl tracking-tight">
            <img src="/favicon.svg" alt="" className="size-7" />
            Onrush
          </Link>
          <nav aria-label={t('app.navigation')} className="flex gap-1">
            <FrameLink to="/">{t('app.events')}</FrameLink>
            <FrameLink to="/mine">{t('app.mine')}</FrameLink>
          </nav>
          <div className="flex flex-wrap items-center gap-x-3 sm:ml-auto">
            <IdentityButton />
            <LanguageSwitch />
          </div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-7xl grow px-4 py-6 outline-none sm:px-6 sm:py-8"
      >
        {children}
      </main>
      <Announcer />
    </div>
  );
}

function FrameLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <NavLink
      to={to}
      end
      className="flex min-h-11 items-center rounded-lg px-2 font-medium text-ink-muted hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-2 aria-[current=page]:decoration-accent aria-[current=page]:underline-offset-8"
    >
      {children}
    </NavLink>
  );
}
