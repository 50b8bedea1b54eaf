import {
  AutoComplete,
  Button,
  Checkbox,
  DatePicker,
  Drawer,
  Dropdown,
  Form,
  Input,
  InputNumber,
  Modal,
  Popconfirm,
  Popover,
  QRCode,
  Radio,
  Segmented,
  Select,
  Space,
  Switch,
} from "antd";
import dayjs from "dayjs";
import { expect, it } from "vitest";
import { parts } from "../../build/parts";
import { asked, sheet } from "../../build/sheets";
import { show } from "../test/show";
import { TouchSizes } from "./ThemeRoot";

const options = [{ value: "a", label: "a" }];

/** Every component of Ant Design that a screen uses, with what it opens. */
function Everything() {
  return (
    <>
      <Button type="primary" loading>
        a
      </Button>
      <Space.Compact>
        <Button>a</Button>
        <Input />
      </Space.Compact>
      <Form layout="vertical">
        <Form.Item label="a" help="b" validateStatus="error">
          <Input allowClear />
        </Form.Item>
      </Form>
      <Input.TextArea />
      <Input.Password />
      <Input.Search />
      <Input.OTP />
      <InputNumber />
      <Select open options={options} />
      <Select mode="multiple" options={options} value={["a"]} />
      <AutoComplete open options={options} />
      <DatePicker open value={dayjs("2026-09-18")} />
      <Checkbox.Group options={options} />
      <Radio.Group options={options} optionType="button" />
      <Segmented options={["a", "b"]} />
      <Switch />
      <QRCode value="a" type="svg" />
      <Popover open content="a">
        <i>a</i>
      </Popover>
      <Popconfirm open title="a">
        <i>a</i>
      </Popconfirm>
      <Dropdown open menu={{ items: [{ key: "a", label: "a", children: [{ key: "b", label: "b" }] }] }}>
        <i>a</i>
      </Dropdown>
      <Drawer open title="a" />
      <Modal open title="a" loading />
    </>
  );
}

/** `selector line` of each line that sets a custom property. */
function settings(css: string): string[] {
  return [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors = "", body = ""]) =>
    selectors.split(",").flatMap((selector) =>
      body
        .split(";")
        .filter((line) => line !== "")
        .map((line) => `${selector.trim()} ${line}`),
    ),
  );
}

it("ships each rule and each custom property that the components would write in the page", () => {
  const { css, hash } = sheet(Object.keys(parts));
  const said = new Set(settings(css));
  show(
    <>
      <Everything />
      <TouchSizes>
        <Everything />
      </TouchSizes>
    </>,
  );
  const written = [...document.querySelectorAll("style[data-css-hash]")].map(
    ({ textContent }) => textContent,
  );
  const rules = written.filter((text) => text.includes(hash));
  expect(rules.length).toBeGreaterThan(25);
  expect(rules.filter((text) => !css.includes(text)).map((text) => text.slice(0, 200))).toEqual([]);
  const variables = written.filter((text) => /^\.(desk|touch)-/.test(text));
  expect(variables.length).toBeGreaterThan(40);
  const wanted = asked(written.join("\n"));
  const needed = variables.flatMap(settings).filter((line) => wanted.has(/--[\w-]+/.exec(line)?.[0] ?? ""));
  expect(needed.length).toBeGreaterThan(500);
  expect(needed.filter((line) => !said.has(line))).toEqual([]);
});
