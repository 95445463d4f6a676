import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import type { Language } from '../../core/language.ts';
import type { Sheet } from '../../ticket/ports/documents.ts';
import { BOLD, inFonts, nanumGothic, REGULAR } from './fonts.ts';

// In points, on a sheet of A5: 420 by 595.
const MARGIN = 40;
const WIDTH = 420 - 2 * MARGIN;
const CODE_SIDE = 190;
const LABEL_WIDTH = 90;
/** From the top of a line of text to the line itself, as a share of the size. */
const ASCENT = 0.9;
const INK = '#111111';
const FAINT = '#5a5a5a';

type Document = InstanceType<typeof PDFDocument>;

let fonts: ReturnType<typeof nanumGothic> | undefined;

/** One page a sheet. Takes some ten milliseconds of processor time, so it is called in a thread of its own. */
export async function drawPdf(
  sheets: readonly Sheet[],
  { title, language }: { title: string; language: Language },
): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: 'A5',
    margin: MARGIN,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    info: { Title: title, Creator: 'Onrush' },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => document.on('end', resolve));
  fonts ??= nanumGothic();
  for (const [name, file] of fonts) document.registerFont(name, file);
  for (const sheet of sheets) drawSheet(document.addPage(), sheet);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawSheet(document: Document, { title, lines, code, note }: Sheet): void {
  write(document, title, {
    font: BOLD,
    size: 20,
    colour: INK,
    at: [MARGIN, MARGIN],
    width: WIDTH,
    height: 52,
  });
  let top = MARGIN + 62;
  for (const [label, value] of lines) {
    write(document, label, {
      font: REGULAR,
      size: 9,
      colour: FAINT,
      at: [MARGIN, top + 1.5],
      width: LABEL_WIDTH,
    });
    const beside = { at: [MARGIN + LABEL_WIDTH, top] as const, width: WIDTH - LABEL_WIDTH, height: 28 };
    write(document, value, { font: BOLD, size: 11, colour: INK, ...beside });
    top = Math.max(top + 18, document.y + 4);
  }
  const codeTop = Math.max(top + 12, 290);
  drawCode(document, code, [(420 - CODE_SIDE) / 2, codeTop]);
  write(document, note, {
    font: REGULAR,
    size: 8.5,
    colour: FAINT,
    at: [MARGIN, codeTop + CODE_SIDE + 12],
    width: WIDTH,
    height: 40,
  });
}

interface Style {
  font: string;
  size: number;
  colour: string;
  at: readonly [x: number, y: number];
  width: number;
  /** What is over is left out with an ellipsis. */
  height?: number;
}

function write(
  document: Document,
  text: string,
  { font, size, colour, at, width, height = 14 }: Style,
): void {
  const pieces = inFonts(text, font);
  // Fonts differ in their height above the line, so pieces share the line itself.
  const style = { width, height, ellipsis: true, lineGap: size / 6, baseline: 'alphabetic' } as const;
  document.fontSize(size).fillColor(colour);
  for (const [index, piece] of pieces.entries()) {
    const continued = index < pieces.length - 1;
    document.font(piece.font);
    if (index === 0) document.text(piece.text, at[0], at[1] + size * ASCENT, { ...style, continued });
    else document.text(piece.text, { continued });
  }
}

/** Dark modules as rectangles, those side by side as one. */
function drawCode(document: Document, code: string, [left, top]: readonly [number, number]): void {
  const { modules } = QRCode.create(code, { errorCorrectionLevel: 'M' });
  const side = CODE_SIDE / modules.size;
  for (let row = 0; row < modules.size; row++) {
    let begin = -1;
    for (let column = 0; column <= modules.size; column++) {
      const isDark = column < modules.size && modules.get(row, column) === 1;
      if (isDark && begin < 0) begin = column;
      if (isDark || begin < 0) continue;
      document.rect(left + begin * side, top + row * side, (column - begin) * side, side);
      begin = -1;
    }
  }
  document.fill('#000000');
}
