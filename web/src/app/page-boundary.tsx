import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

interface PageBoundaryState {
  readonly isBroken: boolean;
}

/** A page that breaks, or whose code is gone after an update, says so and offers a fresh start. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, PageBoundaryState> {
  override state: PageBoundaryState = { isBroken: false };

  static getDerivedStateFromError(): PageBoundaryState {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <BrokenPage /> : this.props.children;
  }
}

function BrokenPage() {
  const { t } = useTranslation();
  return (
    <Notice tone="bad" role="alert" title={t('app.broken')}>
      <Button kind="secondary" className="justify-self-start" onClick={() => location.reload()}>
        {t('app.retry')}
      </Button>
    </Notice>
  );
}
