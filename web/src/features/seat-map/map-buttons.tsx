import { useTranslation } from 'react-i18next';
import type { HallCamera } from './canvas/hall-camera.ts';

const BUTTON =
  'grid size-11 place-items-center border-l border-line text-xl leading-none text-ink hover:bg-paper';

/** Beside the picture and not on it, where they would lie on seats. */
export function MapButtons({ camera }: { readonly camera: () => HallCamera | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-end border-t border-line bg-raised">
      <button
        type="button"
        className={BUTTON}
        aria-label={t('map.zoomIn')}
        onClick={() => camera()?.zoomIn()}
      >
        <span aria-hidden="true">+</span>
      </button>
      <button
        type="button"
        className={BUTTON}
        aria-label={t('map.zoomOut')}
        onClick={() => camera()?.zoomOut()}
      >
        <span aria-hidden="true">−</span>
      </button>
      <button
        type="button"
        className={BUTTON}
        aria-label={t('map.whole')}
        onClick={() => camera()?.showWhole()}
      >
        <span aria-hidden="true">⤢</span>
      </button>
    </div>
  );
}
