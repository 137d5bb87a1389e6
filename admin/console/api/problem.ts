/** What the API says when it refuses or fails: RFC 9457. */
export class ApiProblem extends Error {
  readonly status: number;
  /** Machine-readable, `campaign_unknown`; '' when the answer came from something else than the API. */
  readonly code: string;
  /** By field: `path` is a JSON pointer such as `/body/rules/0/type`. */
  readonly errors: ReadonlyArray<{ path: string; message: string }>;

  constructor(status: number, body: unknown) {
    const problem =
      typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const title = typeof problem.title === 'string' ? problem.title : `Status ${status}`;
    super(typeof problem.detail === 'string' ? problem.detail : title);
    this.name = 'ApiProblem';
    this.status = status;
    this.code =
      String(problem.type ?? '')
        .split(':')
        .at(-1) ?? '';
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
  }

  /** What is wrong with one field of the request, by the beginning of its path. */
  errorAt(path: string): string | undefined {
    return this.errors.find((error) => error.path === path || error.path.startsWith(`${path}/`))
      ?.message;
  }
}
