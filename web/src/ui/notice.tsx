import type { ReactNode } from 'react';

const TONES = {
  plain: 'border-line bg-raised text-ink',
  notice: 'border-notice-ink/30 bg-notice text-notice-ink',
  bad: 'border-bad-ink/30 bg-bad text-bad-ink',
  good: 'border-good-ink/30 bg-good text-good-ink',
};

interface NoticeProps {
  readonly tone?: keyof typeof TONES;
  readonly title?: string;
  readonly children?: ReactNode;
  /** `alert` interrupts a screen reader; for what the buyer must know now. */
  readonly role?: 'alert' | 'status';
}

export function Notice({ tone = 'plain', title, children, role }: NoticeProps) {
  return (
    <div role={role} className={`grid gap-2 rounded-xl border p-4 ${TONES[tone]}`}>
      {title && <p className="font-semibold">{title}</p>}
      {children}
    </div>
  );
}
