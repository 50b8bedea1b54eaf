import { Select } from "antd";
import type { RightsTable, RoleSights } from "../../bindings/app";
import type { Role, Sight } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useFormat } from "../../i18n/format";
import { i18next } from "../../i18n/i18n";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { useSession } from "../../shell/session";

const sights = ["open", "masked", "hidden"] as const satisfies readonly Sight[];
/** What is guarded stands out; nobody is hurt by it, and nothing waits. */
const tones: Record<Sight, string> = { open: "t3", masked: "", hidden: "" };

function fieldName(unit: string): string {
  const key = `nouns:customer.${unit}`;
  return i18next.exists(key) ? i18next.t(key) : unit;
}

function Cell({ role, unit, sight, mine }: { role: Role; unit: string; sight: Sight; mine: boolean }) {
  const t = useWords();
  const set = useAct("rights.set");
  const word = t(`settings:rights.${sight}`);
  if (!mine) return <span className={tones[sight]}>{word}</span>;
  return (
    <>
      <Select
        size="small"
        variant="borderless"
        aria-label={t("settings:rights.cell", { role: t(`nouns:role.${role}`), field: fieldName(unit) })}
        className={`sight ${tones[sight]}`}
        value={sight}
        options={sights.map((value) => ({ value, label: t(`settings:rights.${value}`) }))}
        onChange={(next: Sight) => set.mutate({ role, unit, sight: next })}
      />
      <Refused failure={set.error} />
    </>
  );
}

function Table({ table }: { table: RightsTable }) {
  const t = useWords();
  return (
    <div className="rightstable">
      <table className="plaintable">
        <thead>
          <tr>
            <th scope="col">{t("settings:rights.field")}</th>
            {table.roles.map(({ role }: RoleSights) => (
              <th key={role} scope="col">
                {t(`nouns:role.${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.units.map((unit) => (
            <tr key={unit}>
              <th scope="row">{fieldName(unit)}</th>
              {table.roles.map((row: RoleSights) => (
                <td key={row.role}>
                  <Cell role={row.role} unit={unit} sight={row.sights[unit] ?? "open"} mine={table.mine} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const leases = [7, 14, 30, 60, 90, 0] as const;

function Lease({ table }: { table: RightsTable }) {
  const t = useWords();
  const set = useAct("rights.lease");
  const said = (days: number) =>
    days === 0 ? t("settings:rights.lease_never") : t("settings:rights.lease_days", { count: days });
  const choices = leases.some((days) => days === table.lease_days)
    ? [...leases]
    : [...leases, table.lease_days];
  return (
    <Section title={t("settings:rights.lease")} note={t("settings:rights.lease_why")}>
      {table.mine ? (
        <Select
          aria-label={t("settings:rights.lease")}
          value={table.lease_days}
          popupMatchSelectWidth={false}
          options={choices.map((days) => ({ value: days, label: said(days) }))}
          onChange={(days: number) => set.mutate({ days })}
        />
      ) : (
        <span>{said(table.lease_days)}</span>
      )}
      <Refused failure={set.error} />
    </Section>
  );
}

/** Who looked at a masked value: for those who answer for it. */
function Looks() {
  const t = useWords();
  const format = useFormat();
  const { data, error } = useRead("reveal.list", { limit: 100 });
  if (error !== null || data === undefined) return null;
  return (
    <Section title={t("settings:looks.title")} note={t("settings:looks.note")}>
      {data.length === 0 ? (
        <EmptyState>{t("settings:looks.none")}</EmptyState>
      ) : (
        <table className="plaintable">
          <thead>
            <tr>
              <th scope="col">{t("settings:looks.when")}</th>
              <th scope="col">{t("settings:looks.who")}</th>
              <th scope="col">{t("settings:looks.whose")}</th>
              <th scope="col">{t("settings:looks.what")}</th>
              <th scope="col">{t("settings:looks.where")}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((look, at) => (
              <tr key={at}>
                <td className="nw">{format.dayAndTime(new Date(look.at))}</td>
                <td>{look.person}</td>
                <td className="wraps">{look.customer_name}</td>
                <td className="nw">{fieldName(look.field)}</td>
                <td>{look.device}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Who sees what of a customer, in plain words; how long a machine may go without the server; who looked. */
export function Rights() {
  const t = useWords();
  const role = useSession()?.person?.role;
  const { data, error, refetch } = useRead("rights.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={6} />;
  return (
    <>
      <Section title={t("settings:rights.title")} note={t("settings:rights.note")}>
        <p className="t2">{t(data.mine ? "settings:rights.why" : "settings:rights.not_mine")}</p>
        <Table table={data} />
        <dl className="kv rightskey">
          {sights.map((sight) => (
            <div key={sight}>
              <dt className={tones[sight]}>{t(`settings:rights.${sight}`)}</dt>
              <dd>{t(`settings:rights.means.${sight}`)}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {data.shared && <Lease table={data} />}
      {(role === "owner" || role === "manager") && <Looks />}
    </>
  );
}
