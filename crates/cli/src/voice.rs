//! How answers and refusals are said: a sentence of the chosen language, or one JSON value.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use serde_json::{Value, json};
use shuke_app::{Code, Failure};
use shuke_locales::Locale;

/// Why a command ended before its answer was out.
#[derive(Debug)]
pub(crate) enum Stop {
    Refused(Failure),
    /// Standard output failed; a reader that has gone is no failure.
    Unheard(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Unheard(error)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    json: bool,
    locale: Locale,
}

impl Voice {
    /// The language that was asked for, else the one set in the app, else the system's.
    pub(crate) fn new(json: bool, asked: Option<Locale>, set: Option<&str>) -> Self {
        let of_system = || {
            let told = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .filter_map(|name| std::env::var(name).ok());
            told.filter(|text| !text.is_empty()).find_map(|text| Locale::parse(&text))
        };
        let locale = asked.or_else(|| set.and_then(Locale::parse)).or_else(of_system);
        Self { json, locale: locale.unwrap_or_default() }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    pub(crate) fn locale(self) -> Locale {
        self.locale
    }

    pub(crate) fn text(self, key: &str, params: &[(&str, &str)]) -> String {
        self.locale.text(key, params)
    }

    /// The sentence of a key that may be unknown to this version.
    pub(crate) fn known(self, key: &str) -> Option<String> {
        self.locale.has(key).then(|| self.locale.text(key, &[]))
    }

    /// JSON for scripts; for people the lines.
    pub(crate) fn answer(self, value: &Value, lines: &[String]) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{value}")?;
        } else {
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
        Ok(out.flush()?)
    }

    /// What must not go unsaid, beside the answer.
    pub(crate) fn aside(self, line: &str) -> Result<(), Stop> {
        Ok(writeln!(io::stderr().lock(), "{line}")?)
    }

    pub(crate) fn stop(self, stop: Stop) -> ExitCode {
        match stop {
            Stop::Refused(failure) => self.refuse(&failure),
            Stop::Unheard(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Stop::Unheard(error) => self
                .refuse(&Failure::new(Code::FileUnwritable).with("path", "stdout").because(error)),
        }
    }

    pub(crate) fn refuse(self, failure: &Failure) -> ExitCode {
        let message = self.sentence(failure);
        let mut err = io::stderr().lock();
        let said = if self.json {
            writeln!(
                err,
                "{}",
                json!({ "code": failure.code, "params": failure.params, "message": message })
            )
        } else {
            writeln!(err, "{message}")
        };
        // Whoever sits at this terminal is who has to find out.
        if let (Code::Internal, Some(cause), false) = (failure.code, &failure.cause, self.json) {
            let mut cause: Option<&dyn std::error::Error> = Some(cause.as_ref());
            while let Some(error) = cause {
                if writeln!(err, "  {error}").is_err() {
                    break;
                }
                cause = error.source();
            }
        }
        // Where even standard error is gone, the status alone tells.
        drop(said);
        ExitCode::FAILURE
    }

    pub(crate) fn sentence(self, failure: &Failure) -> String {
        let texts: Vec<(&str, String)> = failure
            .params
            .iter()
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                // A field, and a tier that we ship, by the name that people know it by.
                let called = match name.as_str() {
                    "field" => self.known(&format!("nouns:customer.{text}")),
                    "tier" | "has" => self.known(&format!("nouns:tier.{text}")),
                    _ => None,
                };
                (name.as_str(), called.unwrap_or(text))
            })
            .collect();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let code = failure.code.as_str();
        without_gaps(&self.text(&format!("errors:{code}"), &texts))
    }
}

/// A sentence may mention what not every cause knows: it is left out, not shown as a gap.
fn without_gaps(sentence: &str) -> String {
    let mut whole = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((_, after)) = after.split_once("}}") else { break };
        whole.push_str(before.trim_end_matches([' ', '：', ':']));
        rest = after;
    }
    whole.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_every_language_and_shows_no_gap() {
        for locale in Locale::ALL {
            for code in Code::ALL {
                let key = format!("errors:{}", code.as_str());
                assert!(locale.has(&key), "{locale:?} {key}");
                let said = Voice { json: false, locale }.sentence(&Failure::new(*code));
                assert!(!said.contains(['{', '}']), "{said}");
            }
        }
    }

    #[test]
    fn parameters_are_put_in() {
        let voice = Voice { json: false, locale: Locale::En };
        let failure = Failure::new(Code::FileUnreadable).with("path", "a.csv");
        assert!(voice.sentence(&failure).contains("a.csv"));
    }

    #[test]
    fn the_asked_language_leads() {
        assert_eq!(Voice::new(false, Some(Locale::En), Some("zh-TW")).locale(), Locale::En);
        assert_eq!(Voice::new(false, None, Some("zh-TW")).locale(), Locale::ZhTw);
    }
}
