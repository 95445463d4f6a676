import { MINUTE, type Millis } from '../../core/clock.ts';

/** What was sent to us as a provider's notice, byte for byte. */
export interface SentNotice {
  body: Uint8Array;
  header(name: string): string | undefined;
  at: Millis;
}

/** A provider's word that something happened to a charge. What it says of the charge is not believed: it is looked up. */
export interface ProviderNotice {
  /** The same when the notice is sent again. */
  noticeId: string;
  /** The provider's name of the charge; undefined when it is about something else. */
  reference: string | undefined;
}

/** Reads notices of one provider. */
export interface ProviderNotices {
  readonly provider: string;
  /**
   * `refused` unless it is the provider's own, whole, and of the last five minutes. Throws Unavailable when that cannot
   * be told now.
   */
  read(sent: SentNotice): Promise<ProviderNotice | 'refused'>;
}

/** How old a notice may be when it arrives. */
export const NOTICE_TOLERANCE: Millis = 5 * MINUTE;
