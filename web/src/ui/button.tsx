import type { ButtonHTMLAttributes } from 'react';

const BASE =
  'inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-lg px-4 py-2 text-center font-semibold leading-tight disabled:cursor-default disabled:opacity-60';

const KINDS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-deep',
  secondary: 'border border-line-strong bg-raised text-ink hover:border-ink',
  quiet: 'text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink',
};

/** For links that look like buttons, too. */
export function buttonClass(kind: keyof typeof KINDS = 'primary'): string {
  return `${BASE} ${KINDS[kind]}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: keyof typeof KINDS;
  /** Names the step of a purchase in every language, for tests and for measuring. */
  readonly 'data-step'?: string;
}

export function Button({ kind = 'primary', className = '', ...rest }: ButtonProps) {
  return <button type="button" className={`${buttonClass(kind)} ${className}`} {...rest} />;
}
