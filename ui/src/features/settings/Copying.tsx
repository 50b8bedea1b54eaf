import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { useProgress } from "../../query/progress";

/** How far a backup is, while one is being made. */
export function Copying({ running }: { running: boolean }) {
  const t = useWords();
  const progress = useProgress("backup", running);
  if (!running) return null;
  const share = progress === null || progress.all === 0 ? 0 : progress.done / progress.all;
  return (
    <div role="status">
      <Bar label={t("settings:backup.making")} parts={[{ share }]} />
    </div>
  );
}
