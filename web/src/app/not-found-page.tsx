import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '../ui/button.tsx';
import { PageTitle } from '../ui/page-title.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="grid justify-items-start gap-6">
      <PageTitle text={t('app.notFound')} />
      <Link to="/" className={buttonClass()}>
        {t('app.toEvents')}
      </Link>
    </div>
  );
}
