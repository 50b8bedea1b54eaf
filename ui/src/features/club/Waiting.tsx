import { useNavigate } from "@tanstack/react-router";
import type { Club } from "../../bindings/app";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";

/** What somebody waits for, in one line that leads there. */
export function Waiting({ club }: { club: Club }) {
  const t = useWords();
  const navigate = useNavigate();
  const { approvals_waiting: approvals, reviews_waiting: reviews } = club;
  if (approvals + reviews === 0) return null;
  const link = (words: string, open: () => Promise<void>) => (
    <button type="button" className="bare acc" onClick={() => void open()}>
      {words}
    </button>
  );
  return (
    <p className="clubwaiting" data-testid="waiting">
      <span className="t2">{t("club:waiting.title")}</span>{" "}
      <Facts
        items={[
          approvals > 0 &&
            link(t("club:waiting.approvals", { figure: count(approvals), count: approvals }), () =>
              navigate({ to: "/today" }),
            ),
          reviews > 0 &&
            link(t("club:waiting.reviews", { figure: count(reviews), count: reviews }), () =>
              navigate({ to: ".", search: { page: "activities" } }),
            ),
        ]}
      />
    </p>
  );
}
