import {
  Button,
  Checkbox,
  DatePicker,
  Input,
  InputNumber,
  Radio,
  Segmented,
  Select,
  Switch,
  Tabs,
} from "antd";
import { Coins, MessageCircle, Plus, ShoppingBag, TriangleAlert, Users } from "lucide-react";
import { useState } from "react";
import { Failure } from "../host/failure";
import { chooseLanguage, languages, useLanguage } from "../i18n/language";
import { Avatar } from "../parts/Avatar";
import { Bar } from "../parts/Bar";
import { Bars } from "../parts/Bars";
import { Chart } from "../parts/chart/Chart";
import { Chips, Tag } from "../parts/Chip";
import { ConflictNote } from "../parts/ConflictNote";
import { EmptyState } from "../parts/EmptyState";
import { Facts } from "../parts/Facts";
import { Failed } from "../parts/Failed";
import { Fig, Figs } from "../parts/Fig";
import { Icon } from "../parts/Icon";
import { Kbd } from "../parts/Kbd";
import { Kv } from "../parts/Kv";
import { Mark } from "../parts/Mark";
import { Money } from "../parts/Money";
import { Note } from "../parts/Note";
import { Phone } from "../parts/Phone";
import { Ring } from "../parts/Rings";
import { SearchBox } from "../parts/SearchBox";
import { Section } from "../parts/Section";
import { ConflictMark, Pending, ThinData, WaitingMark } from "../parts/States";
import { Stepper } from "../parts/Stepper";
import { Tier } from "../parts/Tier";
import { Timeline } from "../parts/Timeline";
import { offerUndo, UndoToasts } from "../parts/UndoToast";
import { chooseScheme, useScheme } from "../theme/scheme";
import { TouchSizes } from "../theme/ThemeRoot";
import { GridDemo } from "./GridDemo";

const noop = () => undefined;

function Switches() {
  const scheme = useScheme();
  const language = useLanguage();
  return (
    <header className="head">
      <h1>Shuke 熟客</h1>
      <span className="grow" />
      <Segmented
        options={["light", "dark"]}
        value={scheme}
        onChange={(next) => chooseScheme(next as "light" | "dark")}
      />
      <Segmented options={[...languages]} value={language} onChange={chooseLanguage} />
    </header>
  );
}

function Words() {
  return (
    <>
      <Section title="Tier, tag, mark" note="8 px">
        <div className="row g16 wrap">
          <Tier look="plain" name="普通" />
          <Tier look="silver" name="银卡" />
          <Tier look="gold" name="金卡" />
          <Tier look="plat" name="铂金" />
          <Tier look="black" name="大客户" />
          <Tier look="gold" name="金卡" pill />
          <Tier look="plat" name="铂金" pill />
          <Tier look="silver" name="银卡" pill />
          <Tag icon={Users}>李静的介绍人</Tag>
          <Tag onRemove={noop}>送礼</Tag>
          <Mark text="张丽华" spans={[[0, 2]]} />
          <Mark
            text="zhāng lì huá"
            spans={[
              [0, 1],
              [6, 7],
            ]}
          />
          <Phone number="13805716688" />
          <Kbd>Ctrl N</Kbd>
          <Avatar name="陈晓" />
          <Pending />
          <WaitingMark />
          <ConflictMark />
          <ThinData n={24} needed={30} />
          <Ring label="做完" done={false} onChange={noop} />
          <Ring label="做完" done onChange={noop} />
        </div>
      </Section>
      <Section title="Fig, Bar, Kv">
        <Figs>
          <Fig label="积分" value="2,480" />
          <Fig label="欧圆" value="36" why="今天 0 / 30" />
          <Fig label="12 个月消费" value={<Money fen={470_000} headline />} why="还差 ¥300 升铂金" />
          <Fig label="活跃联系人" value="1 位" why="90 天内，少于 2 位为红" tone="err" />
        </Figs>
        <div style={{ margin: "12px 0" }}>
          <Bar label="升铂金" parts={[{ share: 0.94, colour: "t-gold" }, { share: 0.06 }]} />
        </div>
        <Kv
          rows={[
            { label: "首选", value: "微信，下午" },
            { label: "忌", value: "花粉过敏，不推花茶", tone: "err" },
            { label: "买法", value: "周末上午来，先试喝", why: "23 次里 15 次" },
          ]}
        />
      </Section>
    </>
  );
}

function Notes() {
  return (
    <Section title="Note">
      <div className="col g12">
        <Note kind="error" title="有未结的投诉，先处理再推荐" action={<Button size="large">查看</Button>}>
          上批龙井受潮，等店长答复。今天 18:00 到期，陈晓跟进
        </Note>
        <Note kind="warning" title="还有 3 条待上传">
          最早的一条 8 分钟前
        </Note>
        <Note kind="info" title="问问要不要补一饼 2019 老寿眉">
          第 4 次购买周期已到
        </Note>
        <ConflictNote
          field="手机号"
          original="159 6712 0318"
          current={{ value: "159 6712 7788", whose: "现用，林淑仪" }}
          mine={{ value: "159 6712 7798", whose: "你，昨天离线" }}
          onKeep={noop}
        />
        <EmptyState action={<Button>新建客户</Button>}>这个月还没有人生日</EmptyState>
        <Failed failure={new Failure("store.damaged")} onRetry={noop} />
        <Bars />
      </div>
    </Section>
  );
}

function Controls() {
  const [text, setText] = useState("zl 88");
  const [pieces, setPieces] = useState(2);
  const [kind, setKind] = useState("all");
  return (
    <>
      <Section title="SearchBox, Stepper, chips">
        <div className="col g12">
          <SearchBox large label="找客户" value={text} onChange={setText}>
            <span className="t3">6 位</span>
            <span className="t3 sm nw">
              <Kbd>Esc</Kbd> 清空
            </span>
          </SearchBox>
          <div className="row g12">
            <div style={{ width: 236 }}>
              <SearchBox label="找" value="" onChange={noop} placeholder="姓名、拼音、手机尾号" />
            </div>
            <div style={{ width: 116 }}>
              <Stepper label="数量" value={pieces} onChange={setPieces} />
            </div>
            <Chips
              label="筛"
              value={kind}
              onChange={setKind}
              options={[
                { value: "all", label: "全部", count: "128" },
                { value: "buy", label: "买", count: "23" },
                { value: "visit", label: "回访", count: "19" },
              ]}
            />
          </div>
        </div>
      </Section>
      <Section title="Ant Design">
        <div className="row g12 wrap">
          <Button type="primary" icon={<Icon of={Plus} />}>
            新客户
          </Button>
          <Button>挂单</Button>
          <Button color="primary" variant="outlined">
            加入本单
          </Button>
          <Button type="text">她不需要</Button>
          <Button disabled>让价</Button>
          <Button danger>删除</Button>
          <Input style={{ width: 160 }} placeholder="姓名" aria-label="姓名" />
          <InputNumber defaultValue={3} aria-label="数" />
          <Select
            style={{ width: 120 }}
            defaultValue="a"
            aria-label="等级"
            options={[{ value: "a", label: "金卡" }]}
          />
          <DatePicker aria-label="日期" />
          <Switch defaultChecked aria-label="积分" />
          <Checkbox defaultChecked>微信</Checkbox>
          <Radio defaultChecked>我的</Radio>
          <Segmented options={["我的", "全店"]} />
          <Button onClick={() => offerUndo("已删除 1 条", noop)}>UndoToast</Button>
        </div>
        <Tabs
          items={[
            { key: "a", label: "时间线" },
            { key: "b", label: "关系图" },
          ]}
        />
        <TouchSizes>
          <div className="row g8">
            <Button>挂单</Button>
            <Button>让价</Button>
            <Button type="primary" size="large" style={{ flex: 1 }}>
              收款 ¥348.50 <Kbd>F9</Kbd>
            </Button>
          </div>
        </TouchSizes>
      </Section>
    </>
  );
}

const bars = {
  grid: { left: 40, right: 8, top: 12, bottom: 24 },
  xAxis: { type: "category", data: ["2023", "2024", "2025", "2026"] },
  yAxis: { type: "value" },
  series: [{ type: "bar", data: [61, 74, 88, 92], barWidth: 44 }],
  tooltip: {},
};

function Drawn() {
  return (
    <Chart
      title="年利润"
      note="近 4 年，千元"
      says="四年涨了一半。"
      option={bars}
      height={160}
      table={{
        head: ["年", "利润"],
        rows: [
          ["2023", "61"],
          ["2024", "74"],
          ["2025", "88"],
          ["2026", "92"],
        ],
      }}
    />
  );
}

function History() {
  return (
    <Section title="Timeline">
      <Timeline
        months={[
          {
            key: "2026-09",
            title: "2026 年 9 月",
            entries: [
              {
                id: "1",
                icon: TriangleAlert,
                kind: "投诉",
                title: "投诉未结：上批龙井受潮",
                figure: <span className="err sm">剩 3 小时 58 分</span>,
                text: "开袋有潮味，2 包中的 1 包",
                facts: ["09-15 11:20", "林淑仪登记"],
                open: true,
              },
              {
                id: "2",
                icon: MessageCircle,
                kind: "微信",
                title: "成交后第 7 天回访：满意",
                text: "她问小包装什么时候到",
                facts: ["08-13 16:05", "周航，微信"],
              },
              {
                id: "3",
                icon: Coins,
                kind: "积分",
                title: "得 268 分",
                figure: "+268 分",
                facts: ["08-06 15:31"],
                pending: true,
              },
              {
                id: "4",
                icon: ShoppingBag,
                kind: "买",
                title: "老寿眉 2019 357 g",
                figure: "¥268.00",
                facts: ["08-06 15:31", "陈晓"],
              },
            ],
          },
        ]}
      />
      <Facts items={["湖滨店", null, "2 号柜", "陈晓"]} />
    </Section>
  );
}

/** All parts on one page, for looking at. Only while developing. */
export function Gallery() {
  return (
    <main className="main scroll" style={{ height: "100%" }}>
      <Switches />
      <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr" }}>
        <div>
          <Words />
          <Controls />
          <Drawn />
        </div>
        <div style={{ borderLeft: "1px solid var(--line)" }}>
          <Notes />
          <History />
        </div>
      </div>
      <GridDemo />
      <UndoToasts />
    </main>
  );
}
