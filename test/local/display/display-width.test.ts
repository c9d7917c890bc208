import { describe, expect, it } from 'vitest';
import { cutTo, displayWidth } from '../../../lib/local/display/display-width.ts';

describe('the width of a text on a terminal', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['東京', 4],
    ['ｱｲｳ', 3],
    ['한국', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['⌚', 2],
    ['👍🏽', 2],
    ['👨‍👩‍👧‍👦', 2],
    ['🇩🇪', 2],
    ['1️⃣', 2],
  ])('of "%s" is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is kept to by cutting between what a reader sees as characters', () => {
    expect(cutTo('東京都', 6)).toBe('東京都');
    expect(cutTo('東京都', 5)).toBe('東京…');
    expect(cutTo('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3)).toBe('👨‍👩‍👧‍👦…');
    expect(cutTo('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
    expect(cutTo('plain', 1)).toBe('…');
  });
});
