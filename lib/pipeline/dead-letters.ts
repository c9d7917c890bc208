import { isUtf8 } from 'node:buffer';
import type { Contract } from '../contracts/contract.ts';
import { bytesOf, type DeliveredRecord } from './batch.ts';
import { positionOf } from './decoded-records.ts';
import { lineBuffer } from './line-buffer.ts';
import type { Lines } from './lines.ts';
import { maskDigitBytes, maskDigits, maskedNames, maskPayload } from './masking.ts';
import { headersOf } from './msk-event.ts';
import type { Verdict } from './slot.ts';

export interface DeadLetter {
  readonly record: DeliveredRecord;
  readonly verdict: Verdict;
}

export interface DeadLetterSource {
  readonly stream: string;
  readonly topic: string;
  /** null if the topic has none. Masked fields stay masked in the stored payload. */
  readonly contract: Contract | null;
}

/** Returns dead letters as lines of `lake.dead_letters`; `derive/row-select.ts` defines how they are read. */
export function deadLetterLines(source: DeadLetterSource, letters: readonly DeadLetter[]): Lines {
  const buffer = lineBuffer(letters.reduce((bytes, { record }) => bytes + (record.value?.length ?? 0) + 256, 0));
  for (const letter of letters) {
    const text = JSON.stringify(deadLetterRow(source, letter));
    buffer.append(letter.record.offset, positionOf(letter.record), text);
  }
  return buffer.lines();
}

function deadLetterRow({ stream, topic, contract }: DeadLetterSource, { record, verdict }: DeadLetter) {
  const bytes = bytesOf(record.value);
  const key = bytesOf(record.key);
  const payload = bytes === null || contract === null ? bytes : maskPayload(contract, bytes);
  const masks = contract !== null && maskedNames(contract.fields).size > 0;
  // Mask bytes before they become text: no digits would be found in base64.
  const text = (value: Uint8Array) => textOf(masks ? maskDigitBytes(value) : value);
  const nameOf = (name: string) => (masks ? maskDigits(name) : name);
  return {
    stream,
    topic,
    key: key === null ? null : text(key),
    payload: payload === null ? null : textOf(payload),
    headers: JSON.stringify(headersOf(record).map(({ name, value }) => ({ name: nameOf(name), value: text(value) }))),
    reason: verdict.reason,
    path: verdict.path,
    detail: verdict.detail,
    contract_version: verdict.contractVersion,
  };
}

/** Bytes as text; kept whole as `base64:…` if they are not UTF-8, contain U+0000 or begin with `base64:`. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  const plain = isUtf8(buffer) && !text.includes('\0') && !text.startsWith('base64:');
  return plain ? text : `base64:${buffer.toString('base64')}`;
}
