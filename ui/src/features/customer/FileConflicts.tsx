import { useState } from "react";
import { ConflictCard } from "../../forms/ConflictCard";
import { useRead } from "../../query/use";

/** What two people wrote about this customer who did not know of each other. Put away, it waits in the list. */
export function FileConflicts({ id }: { id: string }) {
  const { data } = useRead("conflict.list", { about: id });
  const [away, setAway] = useState<readonly string[]>([]);
  // What has changed since it was put away is shown again.
  const shown = data?.conflicts.filter((row) => !away.includes(row.as_of)) ?? [];
  return shown.map((row) => (
    <div key={row.id} className="filenote" data-testid="file-conflict">
      <ConflictCard row={row} onClose={() => setAway([...away, row.as_of])} />
    </div>
  ));
}
