import { useCallback, useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { keysOf } from '../draft/describe.ts';
import type { CampaignDraft } from '../draft/draft.ts';
import { Faults, type Places } from '../draft/faults.ts';
import type { ChangeRules } from './rule-list.tsx';

const NONE: ReadonlySet<string> = new Set();

/** A draft, what the API found wrong with it, and which of its rules are open. */
export function useEditorState(initial: () => CampaignDraft) {
  const [draft, setDraft] = useState(initial);
  const [faults, setFaults] = useState(Faults.none);
  const [opened, setOpened] = useState(NONE);
  const set = useCallback(
    (changes: Partial<CampaignDraft>) => setDraft((current) => ({ ...current, ...changes })),
    [],
  );
  const changeRules: ChangeRules = useCallback(
    (change) => setDraft((current) => ({ ...current, rules: change(current.rules) })),
    [],
  );
  const restart = useCallback((next: CampaignDraft) => {
    setDraft(next);
    setFaults(Faults.none);
    setOpened(NONE);
  }, []);
  /** @returns whether the error is about what was typed, and is shown there */
  const blame = (error: Error, places: Places): boolean => {
    const isAboutDraft =
      error instanceof ApiProblem && error.errors.some(({ path }) => path.startsWith('/body'));
    const found = isAboutDraft ? Faults.of(error, places) : Faults.none;
    setFaults(found);
    const wrong = draft.rules.filter((rule) => found.concern(keysOf(rule))).map(({ key }) => key);
    setOpened((current) => new Set([...current, ...wrong]));
    return isAboutDraft;
  };
  const forgive = useCallback(() => setFaults(Faults.none), []);
  return { draft, set, changeRules, restart, faults, blame, forgive, opened, setOpened };
}

export type EditorState = ReturnType<typeof useEditorState>;
