/** What DuckDB passes on from the operating system: the file itself is as it should be. */
export const SYSTEM_TROUBLE =
  /no space left|read-only file system|permission denied|no such file|not a directory|is a directory|input\/output error|too many open/i;
