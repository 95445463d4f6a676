import type { Documents } from '../../ticket/ports/documents.ts';
import { calendarText, foldedByOctets } from './calendar-text.ts';
import { PdfThread } from './pdf-thread.ts';

/** A camera's margin around the code, in modules (ISO/IEC 18004), and its resistance to dirt: 15 %. */
const QR = { margin: 4, errorCorrectionLevel: 'M' } as const;
/** Pixels for each module, so about 300 a side. */
const PIXELS = 6;

/** Draws with qrcode, pdfkit and ics, each loaded when it is first needed. */
export function ticketDocuments(): Documents {
  const pdfs = new PdfThread();
  return {
    async qrSvg(code) {
      const { default: QRCode } = await import('qrcode');
      return QRCode.toString(code, { ...QR, type: 'svg' });
    },
    async qrPng(code) {
      const { default: QRCode } = await import('qrcode');
      return QRCode.toBuffer(code, { ...QR, type: 'png', scale: PIXELS });
    },
    pdf: (sheets, about) => pdfs.draw({ sheets, about }),
    async calendar({ appointmentId, title, location, description, startsAt, durationMillis }) {
      const { createEvent } = await import('ics');
      const { value, error } = createEvent({
        uid: `${appointmentId}@onrush`,
        productId: 'onrush',
        // An entry of one's own: one that is published must name its organiser's address (RFC 5546, 3.2.1), and strict readers look.
        method: '',
        title: calendarText(title),
        description: calendarText(description),
        ...(location !== null && { location: calendarText(location) }),
        start: startsAt,
        startInputType: 'utc',
        startOutputType: 'utc',
        duration: { minutes: Math.round(durationMillis / 60_000) },
      });
      if (value === null) throw error ?? new Error('the calendar entry could not be written');
      return foldedByOctets(value);
    },
  };
}
