import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useWords } from "../../i18n/words";
import { Chips } from "../../parts/Chip";
import { Activities } from "./Activities";
import { Earning } from "./Earning";
import { Ladder } from "./Ladder";
import { Overview } from "./Overview";
import { Rewards } from "./Rewards";
import "./club.css";

const pages = {
  overview: Overview,
  earning: Earning,
  tiers: Ladder,
  rewards: Rewards,
  activities: Activities,
} as const;
type PageId = keyof typeof pages;
const ids = Object.keys(pages) as PageId[];

/** The club for who leads it: how it stands, what sales earn, tiers, and what points are given for. */
export function Screen() {
  const t = useWords();
  const navigate = useNavigate();
  const wanted = useRouterState({
    select: ({ location }) => new URLSearchParams(location.searchStr).get("page"),
  });
  const at = ids.find((id) => id === wanted) ?? "overview";
  const Page = pages[at];
  return (
    <div className="club">
      <header className="head">
        <h1>{t("club:title")}</h1>
        <Chips
          label={t("club:title")}
          value={at}
          options={ids.map((value) => ({ value, label: t(`club:page.${value}`) }))}
          onChange={(page) => void navigate({ to: ".", search: { page }, replace: true })}
        />
      </header>
      <div className="clubpage scroll" data-testid={`club-${at}`}>
        <Page />
      </div>
    </div>
  );
}
