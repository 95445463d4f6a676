import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareOutputs } from '../../../src/proof/output-files.ts';
import { readSaved } from '../../../src/proof/simulate/saved.ts';
import { fromOne, wholeNumber } from '../../../src/proof/whole-number.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-options-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a number on the command line', () => {
  it('is whole', () => {
    expect(wholeNumber('0')).toBe(0);
    for (const wrong of ['', '-1', '1.5', 'abc', '1e3']) expect(() => wholeNumber(wrong)).toThrow(/whole/);
  });

  it('of what is done is not nothing', () => {
    expect(fromOne('1')).toBe(1);
    for (const wrong of ['0', '00', 'abc']) expect(() => fromOne(wrong)).toThrow(/whole/);
  });
});

describe('a file that a run writes at its end', () => {
  it('has its folder made', () => {
    const file = join(folder, 'new/folder/report.html');
    expect(prepareOutputs([undefined, file])).toBeUndefined();
    writeFileSync(file, 'it can be written');
    expect(prepareOutputs([file])).toBeUndefined();
  });

  it.each(['below a file', 'where a folder is'])('is refused in one sentence %s', (where) => {
    writeFileSync(join(folder, 'file'), '');
    const file = where === 'below a file' ? join(folder, 'file/report.html') : folder;
    expect(prepareOutputs([file])).toMatch(/^\S+ cannot be written \(.*\)\.$/);
  });
});

describe('a saved world', () => {
  it.each([
    ['that is not there', undefined],
    ['that is no JSON', 'abc'],
    ['that is another JSON', '{"plan":{}}'],
    ['that is nothing', 'null'],
  ])('%s is refused in one sentence', (_, text) => {
    const file = join(folder, 'saved.json');
    if (text !== undefined) writeFileSync(file, text);
    expect(() => readSaved(file)).toThrow(/^\S+ is no world that was saved \(.*\)$/);
  });
});
