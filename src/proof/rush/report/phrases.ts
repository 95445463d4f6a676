/** Everything the page says, in both languages; a phrase is named once and never built from parts. */
export interface Phrase {
  en: string;
  ko: string;
}

export const PHRASES = {
  title: { en: 'Rush report', ko: '러시 보고서' },
  otherLanguage: { en: '한국어', ko: 'English' },
  soldOnce: { en: 'No seat was sold twice', ko: '두 번 팔린 좌석은 없습니다' },
  soldTwice: { en: 'Seats were sold twice', ko: '두 번 팔린 좌석이 있습니다' },
  unproven: {
    en: 'No seat was sold twice, yet the rush failed',
    ko: '두 번 팔린 좌석은 없지만 기준을 넘지 못했습니다',
  },
  byClients: { en: 'What the buyers were told', ko: '구매자가 받은 응답' },
  byClientsHow: {
    en: 'Every acknowledged confirmation and cancellation with its times, judged without a look at the server.',
    ko: '서버를 보지 않고, 확정과 취소 응답의 시각만으로 판정했습니다.',
  },
  byServer: { en: 'What the server shows', ko: '서버가 보여 주는 상태' },
  byServerHow: {
    en: 'Every booking and the whole hall, read afterwards and held against what the buyers were told.',
    ko: '끝난 뒤 모든 예매와 전체 좌석을 읽어 구매자가 받은 응답과 대조했습니다.',
  },
  oversold: { en: 'sold twice', ko: '중복 판매' },
  confirmations: { en: 'confirmations', ko: '확정 응답' },
  records: { en: 'records', ko: '기록' },
  confirmedSeats: { en: 'seats confirmed', ko: '확정 좌석' },
  bookedSeats: { en: 'seats booked', ko: '판매된 좌석' },
  reasons: { en: 'What went wrong', ko: '문제점' },
  buyers: { en: 'buyers', ko: '구매자' },
  seatsSold: { en: 'seats sold', ko: '팔린 좌석' },
  purchases: { en: 'purchases', ko: '구매' },
  requests: { en: 'requests', ko: '요청' },
  requestP95: { en: 'all requests, 95th percentile', ko: '전체 요청 95백분위' },
  goals: { en: 'Held against the goals', ko: '목표 대비 결과' },
  goalsHow: {
    en: 'Of all requests of all buyers together. How long people stand in a line is no latency and is not in it.',
    ko: '모든 구매자의 모든 요청을 합친 수치입니다. 줄에서 기다린 시간은 응답 지연이 아니므로 포함하지 않습니다.',
  },
  goal: { en: 'goal', ko: '목표' },
  measured: { en: 'measured', ko: '측정값' },
  limit: { en: 'limit', ko: '기준' },
  met: { en: 'met', ko: '달성' },
  notMet: { en: 'not met', ko: '미달성' },
  line: { en: 'The waiting room', ko: '대기실' },
  lineHow: {
    en: 'Buyers took a place, asked again as often as the server told them, and came in with their entry token. Who saw on the map that nothing was left gave the place up.',
    ko: '구매자는 자리를 받고, 서버가 알려 준 간격으로 다시 물으며, 입장 토큰으로 들어갔습니다. 지도에서 매진을 본 사람은 자리를 내놓았습니다.',
  },
  admitted: { en: 'let in', ko: '입장' },
  ratePerSecond: { en: 'let in per second, at most', ko: '초당 최대 입장' },
  waitP50: { en: 'in line, half of them less than (s)', ko: '대기 중앙값(초)' },
  waitP95: { en: 'in line, 95 of 100 less than (s)', ko: '대기 95백분위(초)' },
  waitMax: { en: 'in line, at most (s)', ko: '최대 대기(초)' },
  admittedPerSecond: { en: 'Let in, per second', ko: '초당 입장' },
  lineOverTime: { en: 'People in line', ko: '대기 인원' },
  admission: { en: 'admission', ko: '입장 방식' },
  errorRate: { en: 'errors', ko: '오류율' },
  lasted: { en: 'seconds in all', ko: '총 소요(초)' },
  overTime: { en: 'Second by second', ko: '초 단위 흐름' },
  overTimeHow: {
    en: 'The doors open at 0. Buyers arrive by a fixed schedule, however slow the answers are.',
    ko: '0초에 판매가 열립니다. 응답이 느려도 구매자는 정해진 시각에 도착합니다.',
  },
  second: { en: 'second', ko: '초' },
  arrivals: { en: 'Buyers arriving, per second', ko: '초당 도착 구매자' },
  requestsPerSecond: { en: 'Requests, per second', ko: '초당 요청' },
  purchasesPerSecond: { en: 'Purchases, per second', ko: '초당 구매' },
  errorsPerSecond: { en: 'Errors, per second', ko: '초당 오류' },
  latencyOverTime: { en: 'Waiting for an answer, milliseconds (log)', ko: '응답 대기 시간, 밀리초(로그)' },
  seatsOverTime: { en: 'Seats of the hall', ko: '좌석 현황' },
  booked: { en: 'booked', ko: '판매' },
  held: { en: 'held', ko: '선점' },
  available: { en: 'available', ko: '잔여' },
  latency: { en: 'How long a buyer waits', ko: '구매자가 기다린 시간' },
  latencyHow: {
    en: 'Milliseconds on a logarithmic scale, from the moment each step was meant to start. A purchase is the sum of its waiting; thinking and standing in line are left out.',
    ko: '각 단계를 시작하려던 순간부터 잰 밀리초(로그 눈금). 구매는 응답을 기다린 시간의 합이며, 생각하는 시간과 줄에 선 시간은 뺍니다.',
  },
  step: { en: 'step', ko: '단계' },
  count: { en: 'count', ko: '횟수' },
  join: { en: 'join the line', ko: '줄 서기' },
  poll: { en: 'ask again', ko: '순서 확인' },
  enter: { en: 'come in', ko: '입장' },
  leave: { en: 'leave', ko: '나가기' },
  look: { en: 'look', ko: '조회' },
  hold: { en: 'hold', ko: '선점' },
  book: { en: 'book', ko: '예매' },
  confirm: { en: 'confirm', ko: '결제 확정' },
  request: { en: 'all requests', ko: '전체 요청' },
  purchase: { en: 'purchase', ko: '구매 전체' },
  inDetail: { en: 'In detail', ko: '자세히' },
  propagation: { en: 'How fast the map follows', ko: '좌석 지도의 전파 속도' },
  propagationHow: {
    en: 'From a buyer’s 201 to the frame with that seat at each watcher, milliseconds. One sample per seat and watcher.',
    ko: '구매자의 201 응답부터 각 관찰자가 해당 좌석의 프레임을 받기까지(밀리초). 좌석과 관찰자마다 한 번씩 셉니다.',
  },
  delay: { en: 'delay, ms', ko: '지연(ms)' },
  samples: { en: 'samples', ko: '표본' },
  watchers: { en: 'watchers', ko: '관찰자' },
  frames: { en: 'frames', ko: '프레임' },
  lostWatchers: { en: 'connections lost', ko: '끊긴 연결' },
  endings: { en: 'How the visits ended', ko: '방문의 결말' },
  endingsHow: {
    en: 'Finding nothing left is a normal end. Only “failed” and “cut off” are not.',
    ko: '매진으로 끝나는 것은 정상입니다. ‘실패’와 ‘중단’만 문제입니다.',
  },
  ending: { en: 'ending', ko: '결말' },
  refusals: { en: 'Refusals', ko: '거절' },
  refusalsHow: {
    en: 'The game itself: somebody else was faster, a card was declined.',
    ko: '경쟁의 일부입니다. 다른 사람이 더 빨랐거나 카드가 거절되었습니다.',
  },
  errors: { en: 'Errors', ko: '오류' },
  errorsHow: {
    en: 'Answers nobody should get: 5xx, timeouts, broken connections.',
    ko: '있어서는 안 되는 응답: 5xx, 시간 초과, 끊긴 연결.',
  },
  none: { en: 'none', ko: '없음' },
  code: { en: 'code', ko: '코드' },
  failures: { en: 'Failures by what they mean', ko: '의미별 실패' },
  failuresHow: {
    en: 'Refusals and errors together. Being outrun, too late or asked to slow down is part of a rush; the last three are not.',
    ko: '거절과 오류를 함께 셉니다. 경쟁에서 밀리거나 늦거나 천천히 오라는 응답은 정상이고, 마지막 세 가지는 아닙니다.',
  },
  failureClass: { en: 'meaning', ko: '의미' },
  bottlenecks: { en: 'What it waited for', ko: '병목' },
  noBottleneck: {
    en: 'Nothing was at its limit: more buyers would have been served.',
    ko: '한계에 이른 것이 없습니다. 더 많은 구매자도 처리할 수 있었습니다.',
  },
  serverUnseen: {
    en: 'The server was not asked for its own figures: give --token.',
    ko: '서버 지표를 읽지 못했습니다. --token을 주십시오.',
  },
  serverCores: { en: 'Server: cores in use', ko: '서버: 사용 중인 코어' },
  serverLate: { en: 'Server: event loop late by (p99), ms', ko: '서버: 이벤트 루프 지연(p99, ms)' },
  serverCommit: { en: 'Ledger: mean commit, ms', ko: '원장: 평균 커밋 시간(ms)' },
  serverGroup: { en: 'Ledger: commands in one commit', ko: '원장: 커밋당 명령 수' },
  comparison: { en: 'Beside other rushes', ko: '다른 러시와 비교' },
  comparisonHow: {
    en: 'This one comes first. Only runs on the same machine, one after the other, can be compared.',
    ko: '이번 러시가 맨 위입니다. 같은 장비에서 이어서 실행한 결과만 비교할 수 있습니다.',
  },
  backEnds: { en: 'back ends', ko: '백엔드' },
  requestSpread: { en: 'all requests p50 / p95 / p99, ms', ko: '전체 요청 p50 / p95 / p99(ms)' },
  holdSpread: { en: 'hold p50 / p95 / p99, ms', ko: '선점 p50 / p95 / p99(ms)' },
  inLine: { en: 'in line p50 / p95, s', ko: '대기 p50 / p95(초)' },
  mapDelayP99: { en: 'map p99, ms', ko: '지도 p99(ms)' },
  buyersAndSeats: { en: 'buyers / seats', ko: '구매자 / 좌석' },
  machineAndCommit: { en: 'machine, commit, start', ko: '장비, 커밋, 시작' },
  load: { en: 'load per core', ko: '코어당 부하' },
  conditions: { en: 'Under these conditions', ko: '측정 조건' },
  machine: { en: 'machine', ko: '장비' },
  memory: { en: 'memory', ko: '메모리' },
  system: { en: 'system', ko: '시스템' },
  commit: { en: 'commit', ko: '커밋' },
  started: { en: 'started', ko: '시작' },
  event: { en: 'event', ko: '이벤트' },
  seats: { en: 'seats', ko: '좌석' },
  window: { en: 'arrival window, s', ko: '도착 시간대(초)' },
  party: { en: 'seats wanted', ko: '원하는 좌석 수' },
  seed: { en: 'seed', ko: '시드' },
  threads: { en: 'threads, connections', ko: '스레드, 연결' },
  generatorLag: { en: 'generator late by (p99), ms', ko: '생성기 지연(p99, ms)' },
  data: { en: 'Data', ko: '데이터' },
  passed: { en: 'passed', ko: '통과' },
  failed: { en: 'failed', ko: '실패' },
} as const satisfies Record<string, Phrase>;

export type PhraseName = keyof typeof PHRASES;

/** By Ending. */
export const ENDING_PHRASES: Record<string, Phrase> = {
  bought: { en: 'bought', ko: '구매' },
  cancelled: { en: 'bought, then cancelled', ko: '구매 후 취소' },
  'sold-out': { en: 'sold out', ko: '매진' },
  outrun: { en: 'outrun by others', ko: '경쟁에서 밀림' },
  released: { en: 'gave the seats back', ko: '좌석 반납' },
  'let-lapse': { en: 'let the hold lapse', ko: '선점 만료' },
  declined: { en: 'payment declined', ko: '결제 거절' },
  'too-late': { en: 'too late', ko: '시간 초과' },
  'turned-away': { en: 'turned away (busy)', ko: '혼잡으로 거절' },
  'gave-up': { en: 'gave up waiting in line', ko: '대기 포기' },
  failed: { en: 'failed', ko: '실패' },
  'cut-off': { en: 'cut off at the end', ko: '중단' },
};

/** By Bottleneck; figures are filled in. */
export const BOTTLENECK_PHRASES = {
  generator: {
    en: 'The load generator: its event loop was {measured} ms late ({limit} is too much), so part of the latency is its own.',
    ko: '부하 생성기: 이벤트 루프가 {measured}ms 늦었으므로(한계 {limit}ms) 지연의 일부는 생성기 탓입니다.',
  },
  machine: {
    en: 'The machine: {measured} tasks wanted each core ({limit} is too much); server, generator and others share it.',
    ko: '장비: 코어마다 {measured}개 작업이 몰렸습니다(한계 {limit}). 서버와 생성기, 다른 작업이 함께 씁니다.',
  },
  eventLoop: {
    en: 'The server’s event loop: late by {measured} ms in the middle of the rush (limit {limit}). More nodes would help.',
    ko: '서버 이벤트 루프: 러시 중간값 {measured}ms 지연(한계 {limit}ms). 노드를 늘리면 나아집니다.',
  },
  processor: {
    en: 'The server’s processor time: {measured} cores in use (limit {limit} for one event loop).',
    ko: '서버 처리 시간: 코어 {measured}개 사용(이벤트 루프 하나의 한계 {limit}).',
  },
  ledger: {
    en: 'The ledger: a commit took {measured} ms (limit {limit}). A faster disk would help, more nodes would not.',
    ko: '원장: 커밋에 {measured}ms(한계 {limit}ms). 빠른 디스크가 필요하며 노드를 늘려도 나아지지 않습니다.',
  },
  provider: {
    en: 'The payment provider: {measured} ms a request (limit {limit}).',
    ko: '결제 제공자: 요청마다 {measured}ms(한계 {limit}ms).',
  },
} as const satisfies Record<string, Phrase>;

/** By FailureClass. */
export const FAILURE_PHRASES = {
  outrun: { en: 'outrun: the seats were gone', ko: '경쟁에서 밀림: 좌석이 이미 나감' },
  tooLate: { en: 'too late: the deadline had passed', ko: '늦음: 기한이 지남' },
  money: { en: 'the payment was declined or open', ko: '결제가 거절되거나 미정' },
  slowDown: { en: 'asked to slow down or to wait', ko: '천천히 오거나 기다리라는 응답' },
  otherRefusal: { en: 'other refusals', ko: '그 밖의 거절' },
  serverError: { en: 'errors of the server (5xx)', ko: '서버 오류(5xx)' },
  noAnswer: { en: 'no answer: timeout or broken connection', ko: '응답 없음: 시간 초과 또는 끊긴 연결' },
  unexpected: { en: 'answers that nobody should get', ko: '있어서는 안 되는 응답' },
} as const satisfies Record<string, Phrase>;

/** By GoalName. */
export const GOAL_PHRASES = {
  oversold: { en: 'seats sold twice', ko: '중복 판매 좌석' },
  errorRate: { en: 'errors, % of the requests', ko: '오류, 요청 대비 %' },
  requestP95: { en: '95th percentile of all requests, ms', ko: '전체 요청 95백분위(ms)' },
  lasted: { en: 'seconds to the last buyer’s end', ko: '마지막 구매자까지 걸린 시간(초)' },
} as const satisfies Record<string, Phrase>;
