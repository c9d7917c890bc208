import { useEffect, useRef, useState } from 'preact/hooks';
import type { CompletedTables, SqlEditor } from '../../editor/sql-editor.ts';

interface EditorBoxProps {
  /** What the editor begins with. Once it is open, it is changed through `SqlEditor`. */
  readonly text: string;
  readonly tables: CompletedTables;
  onChange(text: string): void;
  onRun(): void;
  /** Called with the editor once it is loaded. */
  onOpen(editor: SqlEditor): void;
}

/** The SQL editor, and a plain text field until it is loaded, or where it cannot be. */
export function EditorBox(props: EditorBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [editor, setEditor] = useState<SqlEditor>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let isOver = false;
    let opened: SqlEditor | undefined;
    const open = async () => {
      const { openSqlEditor } = await import('../../editor/sql-editor.ts');
      if (isOver || box.current === null) return;
      opened = openSqlEditor({
        parent: box.current,
        text: latest.current.text,
        label: LABEL,
        onChange: (text) => latest.current.onChange(text),
        onRun: () => latest.current.onRun(),
      });
      setEditor(opened);
      latest.current.onOpen(opened);
    };
    open().catch((error) => setFailure(error instanceof Error ? error.message : String(error)));
    return () => {
      isOver = true;
      opened?.destroy();
    };
  }, []);
  useEffect(() => editor?.setTables(props.tables), [editor, props.tables]);
  return (
    <>
      <div ref={box} class="editor" data-editor={editor === undefined ? 'loading' : 'open'} />
      {editor === undefined && (
        <textarea
          aria-label={LABEL}
          rows={6}
          spellcheck={false}
          value={props.text}
          onInput={({ currentTarget }) => props.onChange(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) props.onRun();
          }}
        />
      )}
      {failure !== undefined && <p class="quiet">The editor with completion cannot be loaded: {failure}</p>}
    </>
  );
}

const LABEL = 'SQL statement';
