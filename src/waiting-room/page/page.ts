import type { RoomView } from '../command.ts';
import { LANES } from '../lane.ts';
import { mayJoin } from '../phase.ts';
import type { Told } from '../service.ts';
import { PAGE_WORDS, type PageWords } from './page-words.ts';

/** Who looks at the page. `nobody`: the shop knows him, or, where names are believed, he may say his. */
export type Reader =
  | { kind: 'nobody'; name: string | undefined }
  | { kind: 'visitor' }
  | { kind: 'in line'; told: Told };

/** What the page says of a room. */
export interface PageFacts {
  event: string;
  /** Where the seats are. */
  shop: string;
  /** Undefined while the room cannot be asked. */
  view: RoomView | undefined;
  /** As it is shown: UTC. */
  opensAt: string | null;
  language: 'en' | 'ko';
  reader: Reader;
  /** The same time that a call or a session ends at, as it is shown. */
  until: string | null;
  isFull: boolean;
}

const STYLE = `body{font:1.125rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25}h2{font-size:1.25rem}dl{display:grid;grid-template-columns:minmax(0,auto) minmax(0,1fr);gap:.25rem 1rem}dt{color:#444}
dd{margin:0;font-weight:600}a{color:#0b4f9c;display:inline-block;padding:.5rem 0}section+section{margin-top:2rem;border-top:1px solid #767676;padding-top:1rem}
label{display:block}input,button{font:inherit;padding:.5rem .75rem;border:1px solid #555;border-radius:.25rem;max-width:100%;box-sizing:border-box}
button{background:#0b4f9c;color:#fff;border-color:#0b4f9c;margin-top:.5rem;min-height:2.75rem}`;

/** A page without script, in the reader's language first. It is asked for again by the Refresh header, which works everywhere. */
export function roomPage(facts: PageFacts): string {
  const { language, event } = facts;
  const other = language === 'ko' ? 'en' : 'ko';
  const title = escaped(`${PAGE_WORDS[language].title} – ${event}`);
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${own(facts)}
${room(facts, language)}
${room(facts, other)}
</main></body></html>
`;
}

/** What concerns the reader alone, in his language only. */
function own(facts: PageFacts): string {
  const words = PAGE_WORDS[facts.language];
  const said = saidTo(facts, words);
  return said === '' ? '' : `<section><h2>${words.own}</h2>${said}</section>`;
}

function saidTo(facts: PageFacts, words: PageWords): string {
  const { reader, view, shop, isFull } = facts;
  const toShop = `<p><a href="${escaped(shop)}">${words.shop}</a></p>`;
  const full = isFull ? `<p role="alert">${words.full}</p>` : '';
  if (reader.kind === 'in line') return standing(facts, reader.told, words) + toShopIf(reader.told, toShop);
  if (!view || !mayJoin(view.phase)) return full;
  if (reader.kind === 'visitor') return `${full}<p>${words.passed}</p>${form('join', words.join)}`;
  if (reader.name === undefined) return `<p>${words.signIn}</p>${toShop}`;
  const field = `<label for="name">${words.name}</label><input id="name" name="user_id" required maxlength="128" autocomplete="username" value="${escaped(reader.name)}"> `;
  return full + form('join', words.join, field);
}

function toShopIf({ standing: { state } }: Told, toShop: string): string {
  return state === 'ACTIVE' ? toShop : '';
}

function standing({ until }: PageFacts, told: Told, words: PageWords): string {
  const { state, place, ahead, eta } = told.standing;
  const facts: [string, string][] = [];
  if (place !== null) facts.push([words.place, String(place)]);
  if (state === 'WAITING' && ahead !== null) facts.push([words.ahead, String(ahead)]);
  if (state === 'WAITING' && eta) {
    const [low, high] = [Math.floor(eta.lowSeconds / 60), Math.ceil(eta.highSeconds / 60)];
    facts.push([words.wait, words.minutes.replace('{low}', `${low}`).replace('{high}', `${high}`)]);
  }
  if (state === 'READY' && until !== null) facts.push([words.until, shownTime(until)]);
  const status = sentenceOf(told, words);
  const token = `<input type="hidden" name="entry_token" value="${escaped(told.entryToken ?? '')}">`;
  const enter = told.entryToken === null ? '' : form('enter', words.enter, token);
  return `<p role="status">${status}</p>${list(facts)}${enter}`;
}

function sentenceOf({ standing: { state, place } }: Told, words: PageWords): string {
  if (state === 'READY') return words.turn;
  if (state === 'ACTIVE') return words.inside;
  return place === null ? words.draw : words.inLine;
}

function form(act: 'join' | 'enter', label: string, fields = ''): string {
  return `<form method="post" action="">${fields}<button name="act" value="${act}">${label}</button></form>`;
}

function room({ view, opensAt, language, shop }: PageFacts, spoken: 'en' | 'ko'): string {
  const words = PAGE_WORDS[spoken];
  const heading = spoken === language ? '' : `<h2>${words.title}</h2>`;
  const draw = `<a href="waiting-room/proof">${words.proof}</a> · <a href="${escaped(shop)}/draw">${words.check}</a>`;
  const facts: [string, string][] = [];
  if (view) {
    const serving = LANES.map((lane) => view.serving[lane]).filter((place) => place > 0);
    facts.push([words.waiting, String(view.waiting)]);
    if (serving.length > 0) facts.push([words.serving, serving.join(' / ')]);
    if (view.phase === 'before' && opensAt !== null) facts.push([words.opensAt, shownTime(opensAt)]);
    if (view.message) facts.push([words.message, view.message[spoken]]);
  }
  const status = view ? words.phases[view.phase] : words.lost;
  return `<section lang="${spoken}">${heading}<p role="status">${status}</p>
${list(facts)}<p>${words.keeps}</p><p><a href="">${words.again}</a></p><p>${draw}</p></section>`;
}

function list(facts: readonly (readonly [string, string])[]): string {
  const rows = facts.map(([name, fact]) => `<dt>${escaped(name)}</dt><dd>${escaped(fact)}</dd>`).join('');
  return rows === '' ? '' : `<dl>${rows}</dl>`;
}

function shownTime(time: string): string {
  return time.replace('T', ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] as string);
}
