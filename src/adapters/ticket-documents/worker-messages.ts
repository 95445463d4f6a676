import type { Language } from '../../core/language.ts';
import type { Sheet } from '../../ticket/ports/documents.ts';

export interface PdfTask {
  id: number;
  sheets: readonly Sheet[];
  about: { title: string; language: Language };
}

export type PdfAnswer = { id: number; pdf: Uint8Array } | { id: number; failure: string };
