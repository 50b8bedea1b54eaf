import type { Failure } from "../host/failure";
import { useFailureWords } from "../i18n/failure";
import { Note } from "../parts/Note";

/** Why a form was not taken, in the form. */
export function Refused({ failure }: { failure: Failure | null }) {
  return failure === null ? null : <Said failure={failure} />;
}

function Said({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}
