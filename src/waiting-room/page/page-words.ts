import type { Phase } from '../phase.ts';

/** What the page of a room says, in one language. Places of facts are in braces. */
export interface PageWords {
  title: string;
  phases: Readonly<Record<Phase, string>>;
  lost: string;
  waiting: string;
  serving: string;
  opensAt: string;
  message: string;
  again: string;
  keeps: string;
  own: string;
  draw: string;
  inLine: string;
  turn: string;
  inside: string;
  passed: string;
  place: string;
  ahead: string;
  wait: string;
  minutes: string;
  until: string;
  name: string;
  join: string;
  enter: string;
  shop: string;
  signIn: string;
  proof: string;
  check: string;
  full: string;
}

export const PAGE_WORDS: Readonly<Record<'en' | 'ko', PageWords>> = {
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
    lost: 'The waiting room cannot be asked at the moment. Your place is kept.',
    waiting: 'People waiting',
    serving: 'Now serving, up to place',
    opensAt: 'Opens at (UTC)',
    message: 'From the organiser',
    again: 'Look again now',
    keeps: 'This page looks again by itself. Your place is kept when you close it.',
    own: 'You',
    draw: 'You take part in the draw.',
    inLine: 'You are in line.',
    turn: 'It is your turn.',
    inside: 'You are in.',
    passed: 'You have no place in line.',
    place: 'Your place',
    ahead: 'People before you',
    wait: 'You will wait about',
    minutes: '{low} to {high} minutes',
    until: 'Come in by (UTC)',
    name: 'Your user name',
    join: 'Take a place',
    enter: 'Go in',
    shop: 'To the shop',
    signIn: 'Sign in at the shop to take a place.',
    proof: 'Proof of the draw',
    check: 'Check of the draw (needs script)',
    full: 'The line is full. Try again in a while.',
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
    lost: '지금은 대기실에 물어볼 수 없습니다. 순번은 유지됩니다.',
    waiting: '대기 인원',
    serving: '현재 입장 순번',
    opensAt: '여는 시각 (UTC)',
    message: '주최자 안내',
    again: '지금 다시 보기',
    keeps: '이 페이지는 저절로 새로 고쳐집니다. 페이지를 닫아도 순번은 유지됩니다.',
    own: '나의 순번',
    draw: '순번 추첨에 참여하고 있습니다.',
    inLine: '줄을 서 있습니다.',
    turn: '입장하실 차례입니다.',
    inside: '입장하셨습니다.',
    passed: '아직 줄을 서지 않았습니다.',
    place: '순번',
    ahead: '앞에 계신 분',
    wait: '예상 대기 시간',
    minutes: '{low}~{high}분',
    until: '입장 마감 시각 (UTC)',
    name: '사용자 이름',
    join: '줄 서기',
    enter: '입장하기',
    shop: '예매하러 가기',
    signIn: '줄을 서려면 예매 페이지에서 로그인해 주세요.',
    proof: '추첨의 증명',
    check: '추첨 확인 (스크립트 필요)',
    full: '대기 인원이 가득 찼습니다. 잠시 후 다시 시도해 주세요.',
  },
};
