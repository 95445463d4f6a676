import { useTranslation } from 'react-i18next';
import { ApiError } from '../lib/api/api-error.ts';
import { useIdentity } from '../lib/identity.ts';
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
  return (
    <Notice
      tone="bad"
      role="alert"
      title={error instanceof ApiError ? error.message : t('errors.unknown', { message: error.message })}
    >
      {indefinite && status !== 0 && <p>{t('errors.indefinite')}</p>}
      {retryAfterSeconds !== undefined && <p>{t('errors.retryAfter', { seconds: retryAfterSeconds })}</p>}
      {joinUrl && <WaitingRoomLink joinUrl={joinUrl} />}
      {onRetry && (
        <Button kind="secondary" className="justify-self-start" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </Notice>
  );
}

const UNKNOWN = { retryAfterSeconds: undefined, indefinite: false, status: undefined, joinUrl: undefined };

/** A page of its own, which needs no script and leads back here. */
function WaitingRoomLink({ joinUrl }: { readonly joinUrl: string }) {
  const { t } = useTranslation();
  const userId = useIdentity((identity) => identity.userId);
  const page = `${joinUrl.replace(/\/join$/, '')}?user_id=${encodeURIComponent(userId)}`;
  return (
    <a className={`${buttonClass()} justify-self-start`} data-step="waiting-room" href={page}>
      {t('errors.waitingRoom')}
    </a>
  );
}
