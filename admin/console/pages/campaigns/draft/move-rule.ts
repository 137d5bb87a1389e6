import { copyOf, inOrder, type RuleDraft } from './draft.ts';

type Rules = readonly RuleDraft[];

/**
 * Puts a rule before or behind another one. Its priority becomes the other's where it has to, which
 * leaves all others as they are.
 *
 * @param rules in the order in which they are tried
 * @param to its place afterwards
 */
export function moveRule(rules: Rules, from: number, to: number): Rules {
  const rule = rules[from];
  const other = rules[to];
  if (rule === undefined || other === undefined || from === to) {
    return rules;
  }
  const moved = { ...rule, priority: other.priority };
  return rules.toSpliced(from, 1).toSpliced(to, 0, moved);
}

/** A copy behind the original, which has the same conditions and is therefore tried first. */
export function duplicateRule(rules: Rules, at: number): Rules {
  const rule = rules[at];
  return rule === undefined ? rules : rules.toSpliced(at + 1, 0, copyOf(rule));
}

/** A changed rule in the place that its priority gives it. */
export function replaceRule(rules: Rules, next: RuleDraft): Rules {
  const replaced = rules.map((rule) => (rule.key === next.key ? next : rule));
  const before = rules.find((rule) => rule.key === next.key);
  return before?.priority === next.priority ? replaced : inOrder(replaced);
}
