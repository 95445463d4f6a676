import { useTranslation } from 'react-i18next';
import type { HallCamera } from './canvas/hall-camera.ts';

const BUTTON =
  'grid size-11 place-items-center border border-line bg-raised text-xl leading-none text-ink shadow-sm hover:bg-paper';

export function MapButtons({ camera }: { readonly camera: () => HallCamera | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="absolute right-3 bottom-3 grid">
      <button
        type="button"
        className={`${BUTTON} rounded-t-lg`}
        aria-label={t('map.zoomIn')}
        onClick={() => camera()?.zoomIn()}
      >
        <span aria-hidden="true">+</span>
      </button>
      <button
        type="button"
        className={`${BUTTON} -mt-px`}
        aria-label={t('map.zoomOut')}
        onClick={() => camera()?.zoomOut()}
      >
        <span aria-hidden="true">−</span>
      </button>
      <button
        type="button"
        className={`${BUTTON} -mt-px rounded-b-lg`}
        aria-label={t('map.whole')}
        onClick={() => camera()?.showWhole()}
      >
        <span aria-hidden="true">⤢</span>
      </button>
    </div>
  );
}
