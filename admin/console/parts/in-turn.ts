/**
 * Makes a queue of its own for questions that keep the service busy for seconds: one is asked when the
 * one before is answered, so that the first answer is there early instead of all of them late.
 */
export function makeQueue(): <Answer>(ask: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  return (ask) => {
    const answer = last.then(ask, ask);
    last = answer;
    return answer;
  };
}
