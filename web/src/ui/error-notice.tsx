import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '../lib/api/api-error.ts';
import { Button, buttonClass } from './button.tsx';
import { Notice } from './notice.tsx';

interface ErrorNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What the server said, whether it is certain, and how long to wait. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation();
  if (!(error instanceof Error)) return null;
  const { retryAfterSeconds, indefinite, status, joinUrl } = error instanceof ApiError ? error : UNKNOWN;
  const roomEvent = joinUrl && /\/events\/(\d+)\/waiting-room\//.exec(joinUrl)?.[1];
  return (
    <Notice
      tone="bad"
      role="alert"
      title={error instanceof ApiError ? error.message : t('errors.unknown', { message: error.message })}
    >
      {indefinite && status !== 0 && <p>{t('errors.indefinite')}</p>}
      {retryAfterSeconds !== undefined && <p>{t('errors.retryAfter', { seconds: retryAfterSeconds })}</p>}
      {roomEvent && <WaitingRoomLink eventId={roomEvent} />}
      {onRetry && (
        <Button kind="secondary" className="justify-self-start" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </Notice>
  );
}

const UNKNOWN = { retryAfterSeconds: undefined, indefinite: false, status: undefined, joinUrl: undefined };

/** The page of the event, which leads everybody without a session to the line. */
function WaitingRoomLink({ eventId }: { readonly eventId: string }) {
  const { t } = useTranslation();
  return (
    <Link
      className={`${buttonClass()} justify-self-start`}
      data-step="waiting-room"
      to={`/events/${eventId}`}
    >
      {t('errors.waitingRoom')}
    </Link>
  );
}
