import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../lib/identity.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { DrawNote } from './draw-note.tsx';
import { LineFacts } from './line-facts.tsx';
import { LineProgress } from './line-progress.tsx';
import type { LineState } from './line-state.ts';
import type { CameBack, LineEnds } from './line-world.ts';
import { useLine } from './use-line.ts';
import { useLineWords } from './use-line-words.ts';

interface WaitingRoomProps extends LineEnds {
  readonly eventId: number;
  readonly cameBack: CameBack | undefined;
}

/** The line before a sale: takes a place, shows how it moves, and goes in by itself when the buyer is called. */
export function WaitingRoom({ eventId, cameBack, ...ends }: WaitingRoomProps) {
  const { t } = useTranslation();
  const userId = useIdentity((identity) => identity.userId);
  const { state, join, leave, hurry } = useLine({ eventId, userId, cameBack, ...ends });
  return (
    <section
      aria-labelledby="room-title"
      data-stage={state.stage}
      data-connection={state.connection}
      className="grid max-w-2xl gap-4 rounded-2xl border border-line bg-raised p-5"
    >
      <h2 id="room-title" className="font-bold text-xl">
        {t('room.title')}
      </h2>
      {cameBack && <Notice tone="notice" role="alert" title={t(`room.${cameBack}`)} />}
      <LineSentence state={state} />
      {state.standing && <Standing state={state} onLeave={leave} />}
      {state.standing && <DrawNote eventId={eventId} place={state.standing.place} />}
      {state.stage === 'out' && (
        <Button className="justify-self-start" data-step="join-line" onClick={join}>
          {t('room.join')}
        </Button>
      )}
      {state.error !== undefined && (
        <>
          <ErrorNotice error={state.error} onRetry={hurry} />
          <p className="text-ink-muted text-sm">{t('room.again')}</p>
        </>
      )}
    </section>
  );
}

/** How things stand, in one sentence; said aloud whenever it is another. */
function LineSentence({ state }: { readonly state: LineState }) {
  const sentence = useLineWords(state);
  if (sentence === undefined) return state.error === undefined ? <Loading /> : null;
  return (
    <p role="status" className="font-semibold text-lg">
      {sentence}
    </p>
  );
}

function Standing({ state, onLeave }: { readonly state: LineState; readonly onLeave: () => void }) {
  const { t, i18n } = useTranslation();
  const message = state.standing?.message;
  const said = i18n.language === 'ko' ? message?.ko : message?.en;
  return (
    <>
      {said && (
        <Notice tone="notice" role="status" title={t('room.message')}>
          <p className="break-words">{said}</p>
        </Notice>
      )}
      <LineProgress state={state} />
      <LineFacts state={state} />
      <p className="text-ink-muted text-sm">
        {state.connection === 'interrupted' ? t('room.interrupted') : t('room.keeps')}
      </p>
      {state.stage === 'waiting' && (
        <Button kind="secondary" className="justify-self-start" data-step="leave-line" onClick={onLeave}>
          {t('room.leave')}
        </Button>
      )}
    </>
  );
}
