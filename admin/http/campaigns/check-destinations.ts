import { compileDestination } from '../../../core/destination/compile.ts';
import type { Rule, RuleAction } from '../../../core/rules/definition.ts';
import type { ProblemField } from '../problems.ts';
import { invalidRequest } from '../validation.ts';

type Actions = {
  rules?: readonly Rule[] | undefined;
  default_action?: RuleAction | null | undefined;
};

/**
 * Refuses destinations that an engine could not send anybody to.
 *
 * @throws ProblemError 400 with the place and the reason of each, as in `/body/rules/0/action/destination`
 */
export function checkDestinations({ rules = [], default_action }: Actions): void {
  const fields = rules.flatMap((rule, index) => ruleFaults(rule, `/body/rules/${index}`));
  if (default_action != null) {
    fields.push(...actionFaults(default_action, '/body/default_action'));
  }
  if (fields.length > 0) {
    throw invalidRequest(fields);
  }
}

function ruleFaults({ action, caps }: Rule, path: string): ProblemField[] {
  const faults = actionFaults(action, `${path}/action`);
  if (caps !== undefined && typeof caps.overflow === 'object') {
    const passthrough = action.type === 'redirect' ? action.passthrough : [];
    faults.push(...urlFaults(caps.overflow.url, passthrough, `${path}/caps/overflow/url`));
  }
  return faults;
}

function actionFaults(action: RuleAction, path: string): ProblemField[] {
  if (action.type === 'block') {
    return [];
  }
  const { destination, destinations = [], passthrough } = action;
  const single =
    destination === undefined ? [] : urlFaults(destination, passthrough, `${path}/destination`);
  const split = destinations.flatMap(({ url }, index) =>
    urlFaults(url, passthrough, `${path}/destinations/${index}/url`),
  );
  return [...single, ...split];
}

function urlFaults(
  url: string,
  passthrough: readonly string[] | 'all',
  path: string,
): ProblemField[] {
  const outcome = compileDestination(url, passthrough);
  return outcome.kind === 'compiled'
    ? []
    : outcome.faults.map(({ message }) => ({ path, message }));
}
