/**
 * The SQL editor, a file of its own that only the Query page loads. CodeMirror's styles go into a shadow root, where
 * style-mod adopts a constructable stylesheet: the style element that it makes in a document is refused by the
 * dashboard's content security policy.
 * @see https://github.com/marijnh/style-mod
 */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Column names by table: `{'lake.orders': ['order_id']}`. */
export type CompletedTables = Readonly<Record<string, readonly string[]>>;

export interface SqlEditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  onChange(text: string): void;
  /** Called for Ctrl+Enter or Cmd+Enter. */
  onRun(): void;
}

export interface SqlEditor {
  setText(text: string): void;
  setTables(tables: CompletedTables): void;
  /** Puts the cursor there and takes the focus. Both are counted from 1. */
  showPosition(line: number, column: number): void;
  destroy(): void;
}

export function openSqlEditor({ parent, text, label, onChange, onRun }: SqlEditorOptions): SqlEditor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const box = root.appendChild(document.createElement('div'));
  const language = new Compartment();
  const languageOf = (schema: CompletedTables) =>
    sql({ dialect: PostgreSQL, schema: schema as Record<string, string[]> });
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: box,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: 'Mod-Enter', run },
            { key: 'Ctrl-Enter', run },
          ]),
        ),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        // Tab leaves the editor, as keyboard users expect of every field of a page.
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        language.of(languageOf({})),
        syntaxHighlighting(colours),
        theme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    setTables: (tables) => view.dispatch({ effects: language.reconfigure(languageOf(tables)) }),
    showPosition(line, column) {
      const { doc } = view.state;
      const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      view.dispatch({ selection: { anchor: Math.min(from + column - 1, to) }, scrollIntoView: true });
      view.focus();
    },
    destroy() {
      view.destroy();
      box.remove();
    },
  };
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--link)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
]);

/** The page's custom properties reach into the shadow root, so both themes apply. */
const theme = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--page)',
    border: '1px solid var(--quiet)',
    borderRadius: '5px',
  },
  '&.cm-focused': { outline: '2px solid var(--link)', outlineOffset: '1px' },
  '.cm-scroller': {
    minHeight: '132px',
    maxHeight: '45vh',
    font: '12px / 1.5 ui-monospace, SFMono-Regular, Menlo, monospace',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--quiet)', backgroundColor: 'var(--raised)', borderRight: '1px solid var(--line)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--line)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--line)' },
  '.cm-tooltip': { color: 'var(--text)', backgroundColor: 'var(--raised)', border: '1px solid var(--quiet)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--page)', background: 'var(--link)' },
});
