import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Button } from "antd";
import type { LucideIcon } from "lucide-react";
import {
  Archive,
  Eye,
  Gauge,
  History,
  Info,
  KeyRound,
  MonitorSmartphone,
  Palette,
  Plug,
  Printer,
  ShieldCheck,
  Store,
  Upload,
  Users,
} from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { useAct } from "../../query/use";
import { useSession } from "../../shell/session";
import { Appearance } from "./Appearance";
import { Backup } from "./Backup";
import { Check } from "./Check";
import { Devices } from "./Devices";
import { Imports } from "./Imports";
import { Intake } from "./Intake";
import { Keeping } from "./Keeping";
import { Limits } from "./Limits";
import { People } from "./People";
import { Receipts } from "./Receipts";
import { Recovery } from "./Recovery";
import { Rights } from "./Rights";
import { TeamPane } from "./TeamPane";
import { Visibility } from "./Visibility";
import "./settings.css";

const pages = [
  { id: "appearance", icon: Palette, page: Appearance },
  { id: "recovery", icon: KeyRound, page: Recovery },
  { id: "backup", icon: Archive, page: Backup },
  { id: "people", icon: Users, page: People },
  { id: "devices", icon: MonitorSmartphone, page: Devices },
  { id: "team", icon: Store, page: TeamPane },
  { id: "visibility", icon: Eye, page: Visibility },
  { id: "rights", icon: ShieldCheck, page: Rights },
  { id: "limits", icon: Gauge, page: Limits },
  { id: "receipts", icon: Printer, page: Receipts },
  { id: "history", icon: History, page: Keeping },
  { id: "intake", icon: Plug, page: Intake },
  { id: "imports", icon: Upload, page: Imports },
  { id: "about", icon: Info, page: Check },
] as const satisfies readonly { id: string; icon: LucideIcon; page: () => ReactNode }[];

type PageId = (typeof pages)[number]["id"];

/** The look around with made-up data is left in one click. */
function Demo() {
  const t = useWords();
  const leave = useAct("home.leave_demo");
  return (
    <div className="demonote">
      <Note
        kind="info"
        title={t("settings:demo.title")}
        action={
          <Button size="small" disabled={leave.isPending} onClick={() => leave.mutate(null)}>
            {t("settings:demo.leave")}
          </Button>
        }
      >
        {t("settings:demo.why")}
      </Note>
      <Refused failure={leave.error} />
    </div>
  );
}

/** The page is part of the address, so that other screens can lead to it. */
function usePage(): [PageId, (page: PageId) => void] {
  const navigate = useNavigate();
  const wanted = useRouterState({
    select: ({ location }) => new URLSearchParams(location.searchStr).get("page"),
  });
  const at = pages.find((page) => page.id === wanted)?.id ?? "appearance";
  const go = (page: PageId) => void navigate({ to: ".", search: { page }, replace: true });
  return [at, go];
}

/** What is set on this device, and what keeps its data safe. */
export function Screen() {
  const t = useWords();
  const session = useSession();
  const [at, setAt] = usePage();
  const role = session?.person?.role;
  // Who sees what is the owner's alone to say; what comes from another till is for who leads the shop.
  const may = (page: PageId) =>
    page === "visibility" ? role === "owner" : page !== "intake" || role === "owner" || role === "manager";
  const open = pages.filter((page) => may(page.id));
  const Page = open.find((page) => page.id === at)?.page ?? Appearance;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = open[open.findIndex((page) => page.id === at) + by];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    setAt(next.id);
    document.getElementById(`settings-${next.id}`)?.focus();
  };
  return (
    <div className="settings">
      <header className="head">
        <h1>{t("settings:title")}</h1>
      </header>
      <div
        className="settingsnav"
        role="tablist"
        aria-orientation="vertical"
        aria-label={t("settings:title")}
      >
        {open.map(({ id, icon }) => (
          <button
            key={id}
            id={`settings-${id}`}
            type="button"
            role="tab"
            aria-selected={id === at}
            aria-controls="settings-page"
            tabIndex={id === at ? 0 : -1}
            className={id === at ? "on" : ""}
            onClick={() => setAt(id)}
            onKeyDown={onKeyDown}
          >
            <Icon of={icon} />
            <span className="grow">{t(`settings:page.${id}`)}</span>
            {id === "recovery" && session?.recovery_saved === false && (
              <span className="warn sm">{t("settings:recovery.todo")}</span>
            )}
          </button>
        ))}
      </div>
      <div
        className="settingspage scroll"
        id="settings-page"
        role="tabpanel"
        aria-labelledby={`settings-${at}`}
      >
        {session?.demo === true && <Demo />}
        <Page />
      </div>
    </div>
  );
}
