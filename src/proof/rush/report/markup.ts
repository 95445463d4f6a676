import { PHRASES, type Phrase, type PhraseName } from './phrases.ts';

export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function phraseOf(name: PhraseName | Phrase): Phrase {
  return typeof name === 'string' ? PHRASES[name] : name;
}

/** An element whose text the language button exchanges. English stands in the page, so it reads without scripts too. */
export function say(tag: string, name: PhraseName | Phrase, attributes = ''): string {
  const { en, ko } = phraseOf(name);
  const [opening, closing] = [tag + (attributes && ` ${attributes}`), tag];
  return `<${opening} data-ko="${escaped(ko)}">${escaped(en)}</${closing}>`;
}

export interface Table {
  columns: readonly (PhraseName | Phrase)[];
  rows: readonly (readonly (string | number | Phrase)[])[];
}

/** The first column names the row, the others are figures. */
export function table({ columns, rows }: Table): string {
  const head = columns.map((name) => say('th', name, 'scope="col"')).join('');
  const body = rows.map(([name = '', ...figures]) => {
    const cells = figures.map((figure) => `<td>${cell(figure)}</td>`).join('');
    return `<tr><th scope="row">${cell(name)}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function cell(value: string | number | Phrase): string {
  if (typeof value === 'object') return say('span', value);
  return escaped(typeof value === 'number' ? figure(value) : value);
}

/** 12,345 and 0.4 and 12.3: as many digits as anybody reads. */
export function figure(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

export interface Plot {
  name: PhraseName;
  /** How to read it, when the heading does not say it all. */
  how?: PhraseName;
  /** One sentence for those who do not see the picture. */
  description: Phrase;
  size: { width: number; height: number };
  drawing: string;
  table: Table;
  /** Anything between the heading and the drawing: a legend. */
  legend?: string;
}

/** A figure: heading, picture with title and description, and its data as a table to unfold. */
export function plot({ name, how, description, size, drawing, table: data, legend = '' }: Plot): string {
  const id = `plot-${name}`;
  return `<figure class="plot">
${say('figcaption', name)}${how ? say('p', how, 'class="how"') : ''}${legend}
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="${id}-title ${id}-description">
${say('title', name, `id="${id}-title"`)}${say('desc', description, `id="${id}-description"`)}
${drawing}</svg>
<details>${say('summary', 'data')}${table(data)}</details>
</figure>`;
}

export function legend(entries: readonly { name: PhraseName | Phrase; style: string }[]): string {
  return `<p class="legend">${entries.map(({ name, style }) => `<span><i class="${style}"></i>${say('b', name)}</span>`).join('')}</p>`;
}
