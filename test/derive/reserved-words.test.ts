import { expect, it } from 'vitest';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { reservedWords } from '../../lib/derive/reserved-words.ts';

it('every word that DuckDB keeps for itself is a reserved one', async () => {
  const { connection, close } = await openDuckdb(':memory:', { threads: '1' });
  const keywords = "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'";
  const words = (await connection.runAndReadAll(keywords)).getRowObjectsJson().map((row) => String(row.keyword_name));
  close();
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((word) => !reservedWords.has(word))).toEqual([]);
});
