/**
 * Lets those who ask the same at the same time share one answer: a dashboard on several screens costs
 * what one costs. Nothing is kept: whoever asks later gets a new answer.
 */
export class SharedAnswers<T> {
  /** Has an entry only while its question is being answered. */
  readonly #underWay = new Map<string, Promise<T>>();

  /**
   * @param organizationId answers are shared within it only
   * @param question everything that the answer depends on, as JSON has it
   * @param ask finds the answer; what it throws reaches all who share it
   */
  get(organizationId: string, question: unknown, ask: () => Promise<T>): Promise<T> {
    const key = JSON.stringify([organizationId, question]);
    const shared = this.#underWay.get(key);
    if (shared !== undefined) {
      return shared;
    }
    const answer = ask().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }
}
