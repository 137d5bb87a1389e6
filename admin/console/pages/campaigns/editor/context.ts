import { createContext, useContext } from 'react';
import { type Faults, fieldId } from '../draft/faults.ts';
import type { RuleSchema } from '../types.ts';

/** What all parts of the editor share. */
export type EditorContextValue = {
  schema: RuleSchema;
  faults: Faults;
};

export const EditorContext = createContext<EditorContextValue | null>(null);

export function useEditor(): EditorContextValue {
  const context = useContext(EditorContext);
  if (context === null) {
    throw new Error('useEditor is for parts of the editor');
  }
  return context;
}

/** What an input needs to be found by its fault, and to show it. */
export function useField<Part extends { key: string }>(
  part: Part,
): (member: keyof Part & string) => { id: string; error: string | undefined } {
  const { faults } = useEditor();
  return (member) => ({ id: fieldId(part, member), error: faults.at(part, member) });
}
