import { Button } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { count, decimal, money } from "../i18n/figures";
import { useFormat } from "../i18n/format";
import { Bar } from "../parts/Bar";
import { Phone } from "../parts/Phone";
import { ConflictMark, WaitingMark } from "../parts/States";
import { Tier } from "../parts/Tier";
import { ColumnMenu } from "../parts/grid/ColumnMenu";
import type { Column } from "../parts/grid/columns";
import { useColumns } from "../parts/grid/columns";
import type { GridHandle } from "../parts/grid/Grid";
import { Grid } from "../parts/grid/Grid";
import type { Sort } from "../parts/grid/GridHead";
import type { Ranges } from "../parts/grid/ranges";
import { none, size } from "../parts/grid/ranges";
import type { Person } from "./people";
import { person } from "./people";

const tierNames = { plain: "普通", silver: "银卡", gold: "金卡", plat: "铂金", black: "大客户" };

function useDemoColumns(): readonly Column<Person>[] {
  const format = useFormat();
  return useMemo(
    () => [
      { id: "name", title: "姓名", width: 92, fixed: true, sortable: true, cell: (row) => <b>{row.name}</b> },
      {
        id: "tier",
        title: "等级",
        width: 76,
        cell: (row) => <Tier look={row.tier} name={tierNames[row.tier]} />,
      },
      { id: "phone", title: "手机", width: 124, cell: (row) => <Phone number={row.phone} /> },
      {
        id: "last",
        title: "最近到店",
        width: 124,
        sortable: true,
        cell: (row) => (
          <>
            {format.shortDay(row.day)} <span className="t3">{format.relativeDay(row.day)}</span>
          </>
        ),
      },
      {
        id: "spent",
        title: "12 个月",
        width: 96,
        end: true,
        sortable: true,
        cell: (row) => money(row.spentFen),
      },
      { id: "points", title: "积分", width: 72, end: true, cell: (row) => count(row.points) },
      { id: "visits", title: "次数", width: 56, end: true, cell: (row) => row.visits },
      {
        id: "again",
        title: "还会来",
        width: 90,
        end: true,
        cell: (row) => (
          <span className="row g8" style={{ justifyContent: "flex-end" }}>
            <Bar
              thin
              width={28}
              label="还会来"
              parts={[{ share: row.again, colour: row.again < 0.4 ? "error" : "c3" }]}
            />
            {decimal(row.again, 2)}
          </span>
        ),
      },
      { id: "owner", title: "负责", width: 68, cell: (row) => <span className="t2">{row.owner}</span> },
      {
        id: "tags",
        title: "标签",
        width: 80,
        grow: true,
        cell: (row) => <span className="t3">{row.tags}</span>,
      },
    ],
    [format],
  );
}

const rowCount = 1_000_000;

export function GridDemo() {
  const layout = useColumns("gallery", useDemoColumns());
  const [selection, setSelection] = useState<Ranges>(none);
  const [sort, setSort] = useState<Sort>({ by: "last", descending: true });
  const [seen, setSeen] = useState<readonly [number, number]>([0, 0]);
  const handle = useRef<GridHandle>(null);
  const onWindow = useCallback((first: number, last: number) => setSeen([first, last]), []);
  return (
    <div style={{ display: "grid", gridTemplateRows: "44px minmax(0,1fr) 32px", height: 560 }}>
      <div className="row g8" style={{ padding: "0 20px" }}>
        <b className="acc">已选 {count(size(selection))} 位</b>
        <span className="grow" />
        <Button onClick={() => handle.current?.jump(617_283)}>617,284</Button>
        <ColumnMenu layout={layout} />
      </div>
      <Grid
        label="客户"
        count={rowCount}
        layout={layout}
        rowAt={person}
        onWindow={onWindow}
        selection={selection}
        onSelection={setSelection}
        sort={sort}
        onSort={setSort}
        state={(row) =>
          row.mark === "waiting" ? <WaitingMark /> : row.mark === "conflict" ? <ConflictMark /> : null
        }
        handle={handle}
      />
      <div className="row sm t3" style={{ padding: "0 20px" }}>
        第 {count(seen[0] + 1)} 到 {count(seen[1] + 1)} 位，共 {count(rowCount)}
      </div>
    </div>
  );
}
