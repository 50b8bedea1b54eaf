/** What the core answers when it refuses or fails: a code with parameters, never a sentence. */
export class Failure extends Error {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;

  constructor(code: string, params: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = "Failure";
    this.code = code;
    this.params = params;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whatever was thrown, as a `Failure`; what the core did not say itself becomes `ui.unexpected`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (isRecord(thrown) && typeof thrown["code"] === "string") {
    return new Failure(thrown["code"], isRecord(thrown["params"]) ? thrown["params"] : {});
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure("ui.unexpected", { detail });
}
