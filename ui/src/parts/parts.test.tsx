import { fireEvent, screen } from "@testing-library/react";
import { MessageCircle, TriangleAlert } from "lucide-react";
import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../host/failure";
import { chooseLanguage } from "../i18n/language";
import { violations } from "../test/axe";
import { show } from "../test/show";
import { Avatar } from "./Avatar";
import { Bar } from "./Bar";
import { Bars } from "./Bars";
import { Chart } from "./chart/Chart";
import { Chips, Tag } from "./Chip";
import { ConflictNote, differing } from "./ConflictNote";
import { EmptyState } from "./EmptyState";
import { Facts } from "./Facts";
import { Failed } from "./Failed";
import { Fig, Figs } from "./Fig";
import { Kv } from "./Kv";
import { Mark, pieces, shownSpans } from "./Mark";
import { Money } from "./Money";
import { Note } from "./Note";
import { Ring } from "./Rings";
import { SearchBox } from "./SearchBox";
import { Section } from "./Section";
import { ConflictMark, Pending, ThinData, WaitingMark } from "./States";
import { Stepper } from "./Stepper";
import { Tier } from "./Tier";
import { Timeline } from "./Timeline";
import { offerUndo, UndoToasts } from "./UndoToast";

const noop = () => undefined;

afterEach(() => {
  vi.useRealTimers();
  act(() => chooseLanguage("zh-CN"));
});

const drawing = { series: [] };

function Everything() {
  return (
    <main>
      <Section title="词" note="小">
        <Tier look="gold" name="金卡" pill />
        <Tag onRemove={noop}>送礼</Tag>
        <Avatar name="陈晓" />
        <Mark text="张丽华" spans={[[0, 2]]} />
        <Pending />
        <WaitingMark />
        <ConflictMark />
        <ThinData n={24} needed={30} />
        <Ring label="做完" done={false} onChange={noop} />
        <Bar label="升铂金" parts={[{ share: 0.94 }, { share: 0.06 }]} />
        <Figs>
          <Fig label="积分" value="2,480" why="12-31 过期 320" />
        </Figs>
        <Kv rows={[{ label: "忌", value: "花粉过敏", tone: "err", why: "当面说" }]} />
        <Money fen={470_000} headline />
      </Section>
      <Note kind="error" title="有未结的投诉" urgent>
        等店长答复
      </Note>
      <ConflictNote
        field="手机号"
        original={null}
        current={{ value: "159 6712 7788", whose: "林淑仪" }}
        mine={{ value: "159 6712 7798", whose: "你" }}
        onKeep={noop}
      />
      <EmptyState action={<button type="button">新建</button>}>这个月还没有人生日</EmptyState>
      <Failed failure={new Failure("store.damaged")} onRetry={noop} />
      <Bars />
      <SearchBox large label="找客户" value="" onChange={noop} controls="hits" expanded={false} />
      <div id="hits" role="listbox" aria-label="结果" tabIndex={-1}>
        <div role="option" aria-selected="false" tabIndex={-1}>
          张丽华
        </div>
      </div>
      <Stepper label="数量" value={2} onChange={noop} />
      <Chart
        title="年利润"
        note="千元"
        says="涨了。"
        option={drawing}
        table={{ head: ["年", "利润"], rows: [["2026", "92"]] }}
      />
      <Chips
        label="筛"
        value="all"
        onChange={noop}
        options={[{ value: "all", label: "全部", count: "128" }]}
      />
      <Timeline
        months={[
          {
            key: "9",
            title: "2026 年 9 月",
            entries: [
              { id: "1", icon: TriangleAlert, kind: "投诉", title: "投诉未结", facts: ["09-15"], open: true },
              {
                id: "2",
                icon: MessageCircle,
                kind: "微信",
                title: "回访",
                facts: ["08-13", "周航"],
                pending: true,
              },
            ],
          },
        ]}
      />
    </main>
  );
}

describe("all parts together", () => {
  it.each(["zh-CN", "zh-TW", "en"] as const)("have no axe violation in %s", async (language) => {
    act(() => chooseLanguage(language));
    const { container } = show(<Everything />);
    expect(document.documentElement.lang).toBe(language);
    expect(await violations(container)).toEqual([]);
  });
});

describe("marks", () => {
  it("cuts by character, also outside the first plane", () => {
    expect(pieces("𠮷野家", [[0, 1]])).toEqual([
      { text: "𠮷", hit: true },
      { text: "野家", hit: false },
    ]);
    expect(pieces("张丽华", [[5, 9]])).toEqual([{ text: "张丽华", hit: false }]);
    expect(
      pieces("abc", [
        [1, 2],
        [0, 1],
      ]),
    ).toEqual([
      { text: "ab", hit: true },
      { text: "c", hit: false },
    ]);
  });
  it("finds the digits again where a number is shown in groups and without its country code", () => {
    const shown = "138 0571 6688";
    const spans = shownSpans("+8613805716688", shown, [[12, 14]]);
    expect(pieces(shown, spans).filter((piece) => piece.hit)).toEqual([{ text: "88", hit: true }]);
  });
});

it("marks only the digits that differ", () => {
  expect(differing("159 6712 7788", "159 6712 7798")).toEqual([11, 12]);
  expect(differing("same", "same")).toEqual([4, 4]);
  expect(differing("", "159")).toEqual([0, 0]);
});

it("leaves out empty facts with their dots", () => {
  const { container } = show(<Facts items={["湖滨店", null, "", "陈晓"]} />);
  expect(container.querySelectorAll("i.d")).toHaveLength(1);
});

it("shows nothing of loading before 120 ms", () => {
  vi.useFakeTimers();
  show(<Bars count={3} />);
  act(() => void vi.advanceTimersByTime(119));
  expect(screen.queryByRole("status")).toBeNull();
  act(() => void vi.advanceTimersByTime(2));
  expect(screen.getByRole("status").querySelectorAll(".skel")).toHaveLength(3);
});

it("offers undo for six seconds, and once", () => {
  vi.useFakeTimers();
  const undo = vi.fn();
  show(<UndoToasts />);
  act(() => offerUndo("已删除", undo));
  fireEvent.click(screen.getByRole("button", { name: "撤销" }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByText("已删除")).toBeNull();
  act(() => offerUndo("已合并", undo));
  act(() => void vi.advanceTimersByTime(6_001));
  expect(screen.queryByText("已合并")).toBeNull();
  expect(undo).toHaveBeenCalledOnce();
});

it("shows a code that has no sentence yet, with what is safe", () => {
  show(<Failed failure={new Failure("store.unheard_of")} saved />);
  expect(screen.getByText("store.unheard_of")).toBeInTheDocument();
  expect(screen.getByText("已保存在本机")).toBeInTheDocument();
});

it("stops at the least quantity", () => {
  const change = vi.fn();
  show(<Stepper label="数量" value={1} onChange={change} />);
  expect(screen.getByRole("button", { name: "减一" })).toBeDisabled();
  fireEvent.click(screen.getByRole("button", { name: "加一" }));
  expect(change).toHaveBeenCalledWith(2);
});
