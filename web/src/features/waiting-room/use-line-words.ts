import { useTranslation } from 'react-i18next';
import type { LineState } from './line-state.ts';

/** How things stand, in one sentence; undefined before the first answer. */
export function useLineWords({ stage, standing, phase }: LineState): string | undefined {
  const { t } = useTranslation();
  if (stage === 'entering' || stage === 'inside') return t('room.turn');
  if (stage === 'out') return t('room.out');
  if (!standing) return undefined;
  if (phase === 'paused' || phase === 'closed') return t(`room.${phase}`);
  return standing.place === null ? t('room.draw') : t('room.inLine');
}
