import { Radio, Segmented } from "antd";
import { call } from "../../host/call";
import { percent } from "../../i18n/figures";
import type { Language } from "../../i18n/language";
import { chooseLanguage, languages, useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";
import { chooseZoom, useZoom, zoomSteps } from "../../shell/zoom";
import { useSchemeSetting } from "../../theme/scheme";

/** Each language is named in itself, whatever language is in force. */
const own: Record<Language, string> = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };

/** Language, light or dark, size: each takes effect at once, on this device only. */
export function Appearance() {
  const t = useWords();
  const language = useLanguage();
  const [scheme, chooseScheme] = useSchemeSetting();
  const zoom = useZoom();
  return (
    <>
      <Section title={t("settings:language.title")} note={t("settings:language.note")}>
        <Radio.Group
          data-testid="settings-language"
          value={language}
          onChange={({ target }: { target: { value?: unknown } }) => {
            const chosen = languages.find((one) => one === target.value);
            if (chosen === undefined) return;
            chooseLanguage(chosen);
            void call("settings.set", { locale: chosen });
          }}
          options={languages.map((one) => ({
            value: one,
            label: (
              <span lang={one} data-testid={`language-${one}`}>
                {own[one]}
              </span>
            ),
          }))}
        />
      </Section>
      <Section title={t("settings:theme.title")} note={t("settings:theme.note")}>
        <Segmented
          aria-label={t("settings:theme.title")}
          value={scheme}
          options={(["system", "light", "dark"] as const).map((one) => ({
            value: one,
            label: <span data-testid={`theme-${one}`}>{t(`settings:theme.${one}`)}</span>,
          }))}
          onChange={(next) => {
            chooseScheme(next);
            void call("settings.set", { theme: next });
          }}
        />
      </Section>
      <Section title={t("settings:zoom.title")} note={t("settings:zoom.note")}>
        <Segmented
          aria-label={t("settings:zoom.title")}
          value={zoom}
          options={zoomSteps.map((step) => ({ value: step, label: percent(step) }))}
          onChange={(step) => {
            chooseZoom(step);
            void call("settings.set", { zoom: step });
          }}
        />
      </Section>
    </>
  );
}
