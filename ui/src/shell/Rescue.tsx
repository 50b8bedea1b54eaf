import { useQueryClient } from "@tanstack/react-query";
import type { HomeState } from "../bindings/app";
import { RestoreForm } from "../forms/RestoreForm";
import { UnlockForm } from "../forms/UnlockForm";
import type { Failure } from "../host/failure";
import { useWords } from "../i18n/words";
import { Failed } from "../parts/Failed";
import { Section } from "../parts/Section";
import { reading } from "../query/use";

/** The key is elsewhere: the words stand for it, if the file itself is sound. */
const keyless: readonly string[] = ["key.missing", "key.damaged", "database.wrong_key"];
/** What lies here will not open: a backup may stand in its place. */
const lost: readonly string[] = [...keyless, "database.damaged", "database.foreign"];

/** The data folder does not open: what happened, what is safe, and every way on. */
export function Rescue({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const t = useWords();
  const client = useQueryClient();
  const opened = (home: HomeState) => {
    // Whatever was asked meanwhile was answered by the closed door.
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "home.state" });
    client.setQueryData(reading("home.state", null).queryKey, home);
  };
  return (
    <div className="rescue scroll" data-testid="rescue">
      <header className="head">
        <h1>{t("rescue:door.title")}</h1>
      </header>
      <Failed failure={failure} onRetry={onRetry} />
      {keyless.includes(failure.code) && (
        <Section title={t("rescue:unlock.title")} note={t("rescue:unlock.note")}>
          <UnlockForm onDone={opened} />
        </Section>
      )}
      {lost.includes(failure.code) && (
        <Section title={t("rescue:restore.title")} note={t("rescue:door.kept")}>
          <RestoreForm replaces onDone={opened} />
        </Section>
      )}
    </div>
  );
}
