import type { Language } from './sentence.ts';

/** Why one field is refused: the keyword of its schema, or a flaw of the JSON itself. */
const FIELD_MESSAGES = {
  required: ['is required', '필수 항목입니다'],
  additionalProperties: ['is not a known field', '알 수 없는 항목입니다'],
  type: ['must be of type {type}', '{type} 형식이어야 합니다'],
  enum: ['must be one of {allowedValues}', '다음 중 하나여야 합니다: {allowedValues}'],
  const: ['must be {allowedValue}', '{allowedValue}이어야 합니다'],
  minimum: ['must be at least {limit}', '{limit} 이상이어야 합니다'],
  maximum: ['must be at most {limit}', '{limit} 이하여야 합니다'],
  exclusiveMinimum: ['must be greater than {limit}', '{limit}보다 커야 합니다'],
  exclusiveMaximum: ['must be less than {limit}', '{limit}보다 작아야 합니다'],
  multipleOf: ['must be a multiple of {multipleOf}', '{multipleOf}의 배수여야 합니다'],
  minLength: ['must have at least {limit} characters', '{limit}자 이상이어야 합니다'],
  maxLength: ['must have at most {limit} characters', '{limit}자 이하여야 합니다'],
  minItems: ['must have at least {limit} items', '{limit}개 이상이어야 합니다'],
  maxItems: ['must have at most {limit} items', '{limit}개 이하여야 합니다'],
  uniqueItems: ['must not have the same item twice', '같은 값을 두 번 넣을 수 없습니다'],
  minProperties: ['must have at least {limit} fields', '항목이 {limit}개 이상이어야 합니다'],
  pattern: ['does not have the expected form', '형식이 올바르지 않습니다'],
  money: [
    'must be an amount above zero with at most two decimals',
    '소수점 둘째 자리까지의 0보다 큰 금액이어야 합니다',
  ],
  'iso-date-time': ['must be an ISO 8601 date and time', 'ISO 8601 날짜와 시각이어야 합니다'],
  depth: ['is nested deeper than {limit} levels', '{limit}단계보다 깊게 중첩되었습니다'],
  number: ['is a number that cannot be kept exactly', '정확히 표현할 수 없는 수입니다'],
  text: ['has characters that are not allowed', '허용되지 않는 문자가 있습니다'],
  key: ['is not a known field', '알 수 없는 항목입니다'],
  other: ['is not valid', '올바르지 않습니다'],
} as const satisfies Record<string, readonly [english: string, korean: string]>;

/** `reason` is a schema keyword, a format or a flaw; one without a sentence of its own is "not valid". */
export function fieldMessage(
  language: Language,
  reason: string,
  params: Readonly<Record<string, unknown>>,
): string {
  const known = Object.hasOwn(FIELD_MESSAGES, reason) ? (reason as keyof typeof FIELD_MESSAGES) : 'other';
  const [english, korean] = FIELD_MESSAGES[known];
  const template = language === 'ko' ? korean : english;
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(params[name] ?? '').replaceAll(',', ', '),
  );
}
