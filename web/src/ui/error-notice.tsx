import { useTranslation } from 'react-i18next';
import { ApiError } from '../lib/api/api-error.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface ErrorNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What the server said, whether it is certain, and how long to wait. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation();
  if (!(error instanceof Error)) return null;
  const { retryAfterSeconds, indefinite, status } = error instanceof ApiError ? error : UNKNOWN;
  return (
    <Notice
      tone="bad"
      role="alert"
      title={error instanceof ApiError ? error.message : t('errors.unknown', { message: error.message })}
    >
      {indefinite && status !== 0 && <p>{t('errors.indefinite')}</p>}
      {retryAfterSeconds !== undefined && <p>{t('errors.retryAfter', { seconds: retryAfterSeconds })}</p>}
      {onRetry && (
        <Button kind="secondary" className="justify-self-start" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </Notice>
  );
}

const UNKNOWN = { retryAfterSeconds: undefined, indefinite: false, status: undefined };
