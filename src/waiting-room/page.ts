import type { RoomView } from './command.ts';
import { LANES } from './lane.ts';
import type { Phase } from './phase.ts';

/** What the page says of a room. */
export interface PageFacts {
  event: string;
  view: RoomView;
  /** As it is shown: UTC. */
  opensAt: string | null;
  language: 'en' | 'ko';
}

interface Words {
  title: string;
  phases: Readonly<Record<Phase, string>>;
  waiting: string;
  serving: string;
  opensAt: string;
  message: string;
  again: string;
  keeps: string;
}

const WORDS: Readonly<Record<'en' | 'ko', Words>> = {
  en: {
    title: 'Waiting room',
    phases: {
      before:
        'The waiting room has not opened yet. Everybody who is here by then takes part in the draw for places.',
      opening: 'The places are being drawn.',
      open: 'People are being let in.',
      paused: 'Nobody is being let in at the moment. Your place is kept.',
      drained: 'Those who wait are still let in; nobody can join any more.',
      closed: 'The waiting room is closed.',
    },
    waiting: 'People waiting',
    serving: 'Now serving, up to place',
    opensAt: 'Opens at (UTC)',
    message: 'From the organiser',
    again: 'Look again now',
    keeps: 'This page looks again by itself. Your place is kept when you close it.',
  },
  ko: {
    title: '대기실',
    phases: {
      before: '대기실이 아직 열리지 않았습니다. 열릴 때까지 오신 모든 분이 순번 추첨에 참여합니다.',
      opening: '순번을 추첨하고 있습니다.',
      open: '입장이 진행 중입니다.',
      paused: '지금은 입장이 멈춰 있습니다. 순번은 유지됩니다.',
      drained: '기다리시는 분은 계속 입장하며, 새로 줄을 설 수는 없습니다.',
      closed: '대기실이 닫혔습니다.',
    },
    waiting: '대기 인원',
    serving: '현재 입장 순번',
    opensAt: '여는 시각 (UTC)',
    message: '주최자 안내',
    again: '지금 다시 보기',
    keeps: '이 페이지는 저절로 새로 고쳐집니다. 페이지를 닫아도 순번은 유지됩니다.',
  },
};

const STYLE = `body{font:1.125rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.75rem;line-height:1.25}dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}dt{color:#444}
dd{margin:0;font-weight:600}a{color:#0b4f9c}section+section{margin-top:2rem;border-top:1px solid #767676;padding-top:1rem}`;

/** A page without script, in the reader's language first. It is asked for again by the Refresh header, which works everywhere. */
export function roomPage(facts: PageFacts): string {
  const { language, event } = facts;
  const other = language === 'ko' ? 'en' : 'ko';
  const title = escaped(`${WORDS[language].title} – ${event}`);
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${part(facts, language)}
${part(facts, other)}
</main></body></html>
`;
}

function part({ view, opensAt, language }: PageFacts, spoken: 'en' | 'ko'): string {
  const words = WORDS[spoken];
  const heading = spoken === language ? '' : `<h2>${words.title}</h2>`;
  const serving = LANES.map((lane) => view.serving[lane]).filter((place) => place > 0);
  const facts: [string, string][] = [[words.waiting, String(view.waiting)]];
  if (serving.length > 0) facts.push([words.serving, serving.join(' / ')]);
  if (view.phase === 'before' && opensAt !== null) facts.push([words.opensAt, opensAt.replace('T', ' ')]);
  if (view.message) facts.push([words.message, view.message[spoken]]);
  const rows = facts.map(([name, fact]) => `<dt>${escaped(name)}</dt><dd>${escaped(fact)}</dd>`).join('');
  return `<section lang="${spoken}">${heading}<p role="status">${words.phases[view.phase]}</p>
<dl>${rows}</dl><p>${words.keeps}</p><p><a href="">${words.again}</a></p></section>`;
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
