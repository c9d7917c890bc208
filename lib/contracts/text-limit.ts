/**
 * The maximum UTF-8 bytes of a text: of a string, or of a nested value as JSON. Events with longer text are rejected,
 * because not every reader of the table can return it.
 */
export const MAX_TEXT_BYTES = 65_535;
