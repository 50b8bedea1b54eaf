import { Link } from "@tanstack/react-router";
import { ArchiveX } from "lucide-react";
import type { BackupFailed } from "../bindings/app";
import { Failure } from "../host/failure";
import { useFailureWords } from "../i18n/failure";
import { useFormat } from "../i18n/format";
import { useWords } from "../i18n/words";
import { Icon } from "../parts/Icon";
import { Note } from "../parts/Note";
import { useSession } from "./session";

/** The page of the settings on which backups are made and seen to. */
const page = { to: "/settings", search: { page: "backup" } } as const;

/** In the status bar: the day's backup was not made. Leads to where it is seen to. */
export function BackupWords() {
  const t = useWords();
  const format = useFormat();
  const failed = useSession()?.backup_failed;
  if (failed === undefined) return null;
  const at = format.dayAndTime(new Date(failed.at));
  return (
    <Link {...page} className="sync warn" data-testid="status-backup" title={t("shell:backup.why", { at })}>
      <Icon of={ArchiveX} />
      <b className="nw">{t("shell:backup.failed")}</b>
    </Link>
  );
}

function Unmade({ failed: { code, params, at } }: { failed: BackupFailed }) {
  const t = useWords();
  const format = useFormat();
  const why = useFailureWords(new Failure(code, params));
  return (
    <Note
      kind="warning"
      title={t("today:backup.title", { at: format.dayAndTime(new Date(at)) })}
      action={<Link {...page}>{t("today:backup.see")}</Link>}
    >
      {why}
    </Note>
  );
}

/** The same as a notice: why, and where to go. */
export function BackupNote() {
  const failed = useSession()?.backup_failed;
  return failed === undefined ? null : <Unmade failed={failed} />;
}
