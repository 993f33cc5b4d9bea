import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import classes from './Editor.module.css';
import type { Schema } from './schema';

interface EditorProps {
  /** What it begins with, and what it is set to when that changes. */
  text: string;
  label: string;
  schema: Schema;
  onChange: (text: string) => void;
  onRun: () => void;
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, class: classes.keyword },
  { tag: [tags.string, tags.special(tags.string)], class: classes.string },
  { tag: [tags.number, tags.bool, tags.null], class: classes.number },
  { tag: tags.comment, class: classes.comment },
]);

function language(schema: Schema) {
  const tables = Object.fromEntries(
    schema.map(({ table, columns }) => [
      table,
      columns.map(({ name, type }) => ({ label: name, detail: type, type: 'property' })),
    ]),
  );
  return sql({ dialect: PostgreSQL, schema: tables, upperCaseKeywords: true });
}

/** The editor. Its text lives in it: React only hears of changes. */
export function Editor({ text, label, schema, onChange, onRun }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const words = useRef(new Compartment());
  const told = useRef({ onChange, onRun });
  told.current = { onChange, onRun };

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes later is told to it below
  useEffect(() => {
    if (!place.current) return;
    const start = () => {
      told.current.onRun();
      return true;
    };
    const run = { key: 'Mod-Enter', run: start };
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(keymap.of([run])),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          syntaxHighlighting(colours),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          // Tab leaves the editor: whoever uses the keyboard must get out of it.
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          words.current.of(language(schema)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: words.current.reconfigure(language(schema)) });
  }, [schema]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  return <div ref={place} className={classes.editor} />;
}
