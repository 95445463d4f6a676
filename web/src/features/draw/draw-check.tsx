import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../lib/format.ts';
import { useIdentity } from '../../lib/identity.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type DrawCheckView, useDrawCheck } from './use-draw-check.ts';

/** The buyer's place in a draw, recomputed here from what the house published. */
export function DrawCheck({ eventId }: { readonly eventId: number }) {
  const userId = useIdentity((identity) => identity.userId);
  const { data, error, refetch } = useDrawCheck(eventId, userId);
  if (!data) return error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />;
  return (
    <>
      <Verdict check={data} />
      <Facts check={data} />
      <Published check={data} />
    </>
  );
}

function Verdict({ check: { proof, receipt, verdict, commitment } }: { readonly check: DrawCheckView }) {
  const { t, i18n } = useTranslation();
  const shown = (count: number) => formatCount(count, i18n.language);
  if (verdict === 'not opened' || verdict === 'cannot hash') {
    return (
      <div data-verdict={verdict}>
        <Notice tone="notice" role="status" title={t(`draw.faults.${verdict}`)} />
      </div>
    );
  }
  const entrants = proof.lanes.find(({ lane }) => lane === receipt.lane)?.entrants ?? 0;
  const isRight = verdict === 'right';
  const title = isRight
    ? t('draw.right', { place: shown(receipt.place), entrants: shown(entrants) })
    : t('draw.wrong');
  return (
    <div data-verdict={verdict}>
      <Notice tone={isRight ? 'good' : 'bad'} role={isRight ? 'status' : 'alert'} title={title}>
        {!isRight && <p>{t(`draw.faults.${verdict}`)}</p>}
        {isRight && <p>{commitment === undefined ? t('draw.notKept') : t('draw.kept')}</p>}
      </Notice>
    </div>
  );
}

function Facts({ check: { proof, commitment } }: { readonly check: DrawCheckView }) {
  const { t } = useTranslation();
  return (
    <dl className="grid gap-1 break-all">
      {commitment !== undefined && <Fact name={t('draw.before')}>{commitment}</Fact>}
      <Fact name={t('draw.commitment')}>{proof.commitment}</Fact>
      {proof.beacon_source !== null && <Fact name={t('draw.beacon')}>{proof.beacon_source}</Fact>}
      {proof.secret !== null && <Fact name={t('draw.secret')}>{proof.secret}</Fact>}
      {proof.merkle_root !== null && <Fact name={t('draw.root')}>{proof.merkle_root}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className="mb-2 font-mono text-sm">{children}</dd>
    </>
  );
}

/** To be kept, and checked by a program that did not come from the house. */
function Published({ check: { proof, receipt } }: { readonly check: DrawCheckView }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('draw.elsewhere')}</p>
      <Json title={t('draw.proof')} content={proof} />
      <Json title={t('draw.receipt')} content={receipt} />
    </>
  );
}

function Json({ title, content }: { readonly title: string; readonly content: object }) {
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 font-semibold">{title}</summary>
      <pre className="whitespace-pre-wrap break-all text-sm">{JSON.stringify(content, undefined, 2)}</pre>
    </details>
  );
}
