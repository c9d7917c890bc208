import { isUtf8 } from 'node:buffer';
import type { Contract, Field, Fields } from '../contracts/contract.ts';
import { wireFields } from '../contracts/wire-name.ts';
import { endOfValue, skipSpace, stringTokens } from './json/json-text.ts';

const CLEAR_CHARACTERS = 4;

/** A run of digits that may be a card number: eight or more, or twelve or more in groups (`4111 1111 1111 1111`). */
const DIGIT_RUN = /\d{8,}(?:[ .\-\0]?\d)*|\d(?:[ .\-\0]?\d){11,}/g;

/** Replaces all characters except the last four with `*`; all of them if there are four or fewer. Idempotent. */
export function maskText(text: string): string {
  const characters = Array.from(text);
  const masked = characters.length <= CLEAR_CHARACTERS ? characters.length : characters.length - CLEAR_CHARACTERS;
  return '*'.repeat(masked) + characters.slice(masked).join('');
}

/** Masks every run of eight or more digits, or of twelve or more in groups, except its last four digits. */
export function maskDigits(text: string): string {
  return text.replace(DIGIT_RUN, (run) => {
    let left = run.replace(/\D/g, '').length;
    return run.replace(/\d/g, (digit) => (left-- > CLEAR_CHARACTERS ? '*' : digit));
  });
}

/** The same for bytes that may not be text, or are text in another encoding. */
export function maskDigitBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = bytes;
  return Buffer.from(maskDigits(Buffer.from(buffer, byteOffset, byteLength).toString('latin1')), 'latin1');
}

/** Returns the wire names of the contract's masked fields, including nested ones. */
export function maskedNames(fields: Fields): ReadonlySet<string> {
  return new Set([...wireFields(fields)].flatMap(([name, field]) => maskedNamesOf(name, field)));
}

function maskedNamesOf(name: string, { masked, type }: Field): readonly string[] {
  const own = masked ? [name] : [];
  if (type.kind === 'struct') return [...own, ...maskedNames(type.fields)];
  return type.kind === 'list' || type.kind === 'map' ? [...own, ...maskedNamesOf(name, type.of)] : own;
}

/**
 * Returns valid JSON with every value of a masked name replaced by its masked text, at any depth, whatever its type
 * (null stays), and for every occurrence of the name in an object. Everything else stays as it was written.
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
 * Returns a payload as it may be stored: unchanged if the contract masks nothing, else with its masked fields masked.
 * In a payload that is not a JSON object, every run of digits that may be a card number is masked instead.
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
