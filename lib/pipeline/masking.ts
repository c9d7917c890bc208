import { isUtf8 } from 'node:buffer';
import type { Contract, Field, Fields } from '../contracts/contract.ts';
import { wireFields } from '../contracts/wire-name.ts';
import { endOfValue, skipSpace, stringTokens } from './json/json-text.ts';

const CLEAR_CHARACTERS = 4;

/** A run of digits that may be a card number's: eight or more, or twelve or more in groups (`4111 1111 1111 1111`). */
const DIGIT_RUN = /\d{8,}(?:[ .\-\0]?\d)*|\d(?:[ .\-\0]?\d){11,}/g;

/** All characters but the last four as `*`; four or fewer, all of them. Masking twice changes nothing more. */
export function maskText(text: string): string {
  const characters = Array.from(text);
  const masked = characters.length <= CLEAR_CHARACTERS ? characters.length : characters.length - CLEAR_CHARACTERS;
  return '*'.repeat(masked) + characters.slice(masked).join('');
}

/** Every run of eight or more digits, and of twelve or more in groups, masked up to its last four. */
export function maskDigits(text: string): string {
  return text.replace(DIGIT_RUN, (run) => {
    let left = run.replace(/\D/g, '').length;
    return run.replace(/\d/g, (digit) => (left-- > CLEAR_CHARACTERS ? '*' : digit));
  });
}

/** The same of bytes that may be no text, or text in another encoding. */
export function maskDigitBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = bytes;
  return Buffer.from(maskDigits(Buffer.from(buffer, byteOffset, byteLength).toString('latin1')), 'latin1');
}

/** The names on the wire of the contract's masked fields, nested ones included. */
export function maskedNames(fields: Fields): ReadonlySet<string> {
  return new Set([...wireFields(fields)].flatMap(([name, field]) => maskedNamesOf(name, field)));
}

function maskedNamesOf(name: string, { masked, type }: Field): readonly string[] {
  const own = masked ? [name] : [];
  if (type.kind === 'struct') return [...own, ...maskedNames(type.fields)];
  return type.kind === 'list' || type.kind === 'map' ? [...own, ...maskedNamesOf(name, type.of)] : own;
}

/**
 * Valid JSON with every value of a masked name replaced by its masked text, at any depth, whatever its type (null stays),
 * each time it occurs in an object. All else stays as it was written.
 */
export function maskJson(names: ReadonlySet<string>, json: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, isKey } of stringTokens(json)) {
    if (start < copied || !isKey || !names.has(JSON.parse(json.slice(start, end)))) continue;
    const valueStart = skipSpace(json, skipSpace(json, end) + 1);
    const valueEnd = endOfValue(json, valueStart);
    parts.push(json.slice(copied, valueStart), maskedValue(json.slice(valueStart, valueEnd)));
    copied = valueEnd;
  }
  parts.push(json.slice(copied));
  return parts.join('');
}

function maskedValue(json: string): string {
  if (json === 'null') return json;
  return JSON.stringify(maskText(json.startsWith('"') ? JSON.parse(json) : json));
}

/**
 * A payload as it may be kept: unchanged where the contract masks nothing, else with its masked fields masked. Of what is
 * no JSON object, every run of digits that may be a card number's is masked instead.
 */
export function maskPayload(contract: Contract, payload: Uint8Array): Uint8Array {
  const names = maskedNames(contract.fields);
  if (names.size === 0) return payload;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const text = bytes.toString('utf8');
  return isUtf8(bytes) && isObject(text) ? Buffer.from(maskJson(names, text), 'utf8') : maskDigitBytes(payload);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}
