import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventLayout, eventTexts } from '../../../lib/pipeline/ingest/event-texts.ts';

const cut = (body: string | Uint8Array, layout: EventLayout) =>
  eventTexts(Buffer.from(body), layout)?.texts.map((text) => Buffer.from(text).toString('latin1'));

describe('the events of a JSON document', () => {
  it('are the document, where it is no array', () => {
    expect(cut('{"a":1}', 'json')).toEqual(['{"a":1}']);
    expect(cut(' \n {"a":', 'json')).toEqual([' \n {"a":']);
    expect(eventTexts(Buffer.from('{"a":1}'), 'json')?.areElements).toBe(false);
  });

  it('are the elements of an array, each as it was written', () => {
    const elements = ['{"a":1.10,"a":9007199254740993, "b" : "]\\",[\\\\"}', '[1,[2]]', 'null', '-0', '"x,y"', '{}'];
    expect(cut(` [${elements.join(' ,\n ')}] \n`, 'json')).toEqual(elements);
    expect(eventTexts(Buffer.from('[1]'), 'json')?.areElements).toBe(true);
  });

  it('are what JSON.stringify made them of, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (values, indent) => {
        const texts = eventTexts(Buffer.from(JSON.stringify(values, null, indent)), 'json')?.texts ?? [];
        expect(texts.map((text) => JSON.parse(Buffer.from(text).toString()))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  it('cut every text so that it is an array of JSON exactly where all its elements are JSON', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', 'null', ' ', '"a"', '{"a":1}');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = `[${parts.join('')}`;
        const found = eventTexts(Buffer.from(text), 'json');
        const areAllJson = found?.texts.every((element) => isJson(Buffer.from(element).toString())) ?? false;
        expect(areAllJson).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('are none of an array that does not end, or whose elements no comma separates', () => {
    for (const text of ['[', '[{"a":1}', '[{"a":1},', '[{"a":"x]', '[1 2]', '[1]]', '[] 1', '[{"a":1}}, 2]']) {
      expect(cut(text, 'json'), text).toBeUndefined();
    }
  });

  it('are none of nothing but white space', () => {
    expect(cut('', 'json')).toEqual([]);
    expect(cut(' \r\n\t', 'json')).toEqual([]);
    expect(cut('[ ]', 'json')).toEqual([]);
  });

  it('keep bytes that are no UTF-8 apart from their neighbours', () => {
    const body = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"},{"a":"é"}]')]);
    expect(cut(body, 'json')).toEqual(['{"a":"\xff\xc3"}', '{"a":"Ã©"}']);
  });

  it('are found however deep they are nested', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(cut(`[${deep},1]`, 'json')?.map(({ length }) => length)).toEqual([400_000, 1]);
  });

  it('begin behind a byte-order mark', () => {
    expect(cut('\uFEFF[1]', 'json')).toEqual(['1']);
    expect(cut('\uFEFF1\n2', 'lines')).toEqual(['1', '2']);
  });
});

describe('the events of lines', () => {
  it('are the lines, of either ending, and the last one without', () => {
    expect(cut('{"a":1}\n{"a":2}\r\n\n \t\r\n{"a"', 'lines')).toEqual(['{"a":1}', '{"a":2}', '{"a"']);
  });

  it('are no elements: a broken line leaves the others good', () => {
    expect(eventTexts(Buffer.from('[1\n2'), 'lines')?.areElements).toBe(false);
  });

  it('are none of an empty body', () => {
    expect(cut('', 'lines')).toEqual([]);
    expect(cut('\r\n\n', 'lines')).toEqual([]);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
