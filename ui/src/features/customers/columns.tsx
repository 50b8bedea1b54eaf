import { useMemo } from "react";
import type { CustomerRow } from "../../bindings/app";
import { count, money, quantity } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { memberNo } from "../../i18n/phone";
import { useWords } from "../../i18n/words";
import { CustomerTier } from "../../parts/CustomerTier";
import { Phone } from "../../parts/Phone";
import type { Column } from "../../parts/grid/columns";

/** Hidden until somebody asks for them. */
export const hiddenAtFirst = ["spent", "units", "member_no", "company", "store", "birthday", "joined"];

/** Columns whose values can be typed over in place, with the field of the customer they show. */
export const editable: Readonly<
  Record<string, "name" | "phone" | "member_no" | "company" | "birthday" | "joined_on">
> = {
  name: "name",
  phone: "phone",
  member_no: "member_no",
  company: "company",
  birthday: "birthday",
  joined: "joined_on",
};

/** Every column the list can have. Ids that the core sorts by are its own sort keys. */
export function useCustomerColumns(): readonly Column<CustomerRow>[] {
  const t = useWords();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        title: t("nouns:customer.name"),
        width: 112,
        fixed: true,
        sortable: true,
        cell: (row) => <b>{row.name}</b>,
      },
      {
        id: "tier",
        title: t("customers:column.tier"),
        width: 88,
        cell: (row) => <CustomerTier tier={row.tier} />,
      },
      {
        id: "phone",
        title: t("nouns:customer.phone"),
        width: 124,
        cell: (row) => row.phone !== null && <Phone number={row.phone} />,
      },
      {
        id: "last_sale",
        title: t("customers:column.last_sale"),
        width: 152,
        sortable: true,
        cell: (row) =>
          row.last_sale_at !== null && (
            <>
              {format.shortDay(new Date(row.last_sale_at))}{" "}
              <span className="t3">{format.relativeDay(new Date(row.last_sale_at))}</span>
            </>
          ),
      },
      {
        id: "spent_12_months",
        title: t("customers:column.spent_12_months"),
        width: 96,
        end: true,
        sortable: true,
        cell: (row) => money(row.spent_12_months),
      },
      {
        id: "spent",
        title: t("customers:column.spent"),
        width: 104,
        end: true,
        sortable: true,
        cell: (row) => money(row.spent),
      },
      {
        id: "points",
        title: t("customers:column.points"),
        width: 80,
        end: true,
        sortable: true,
        cell: (row) => count(row.points),
      },
      {
        id: "sales",
        title: t("customers:column.sales"),
        width: 64,
        end: true,
        sortable: true,
        cell: (row) => count(row.sales),
      },
      {
        id: "units",
        title: t("customers:column.units"),
        width: 64,
        end: true,
        cell: (row) => quantity(row.units / 1000),
      },
      {
        id: "member_no",
        title: t("nouns:customer.member_no"),
        width: 104,
        sortable: true,
        cell: (row) => row.member_no !== null && memberNo(row.member_no),
      },
      { id: "company", title: t("nouns:customer.company"), width: 160, cell: (row) => row.company },
      {
        id: "birthday",
        title: t("nouns:customer.birthday"),
        width: 96,
        cell: (row) => row.birthday?.replace(/^--/, ""),
      },
      {
        id: "joined",
        title: t("nouns:customer.joined_on"),
        width: 96,
        sortable: true,
        cell: (row) => row.joined_on,
      },
      {
        id: "store",
        title: t("nouns:customer.store"),
        width: 96,
        cell: (row) => <span className="t2">{row.store}</span>,
      },
      {
        id: "owner",
        title: t("nouns:customer.owner"),
        width: 72,
        cell: (row) => <span className="t2">{row.owner}</span>,
      },
      {
        id: "tags",
        title: t("nouns:customer.tags"),
        width: 120,
        grow: true,
        cell: (row) => <span className="t3">{row.tags.join(t("customers:comma"))}</span>,
      },
    ],
    [t, format],
  );
}
