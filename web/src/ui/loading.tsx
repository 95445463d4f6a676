import { useTranslation } from 'react-i18next';

export function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="py-10 text-center text-ink-muted">
      {t('app.loading')}
    </p>
  );
}
