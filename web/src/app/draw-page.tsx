import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { DrawCheck } from '../features/draw/draw-check.tsx';
import { buttonClass } from '../ui/button.tsx';
import { PageTitle } from '../ui/page-title.tsx';

/** Where somebody who took part in the draw of a waiting room checks his place. */
export function DrawPage() {
  const { t } = useTranslation();
  const eventId = Number(useParams().eventId);
  return (
    <div className="grid max-w-2xl gap-6">
      <PageTitle text={t('draw.title')} />
      <p>{t('draw.explain')}</p>
      <DrawCheck key={eventId} eventId={eventId} />
      <Link to={`/events/${eventId}`} className={`${buttonClass('secondary')} justify-self-start`}>
        {t('draw.back')}
      </Link>
    </div>
  );
}
