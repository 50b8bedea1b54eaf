//! What a person or a script reads: sentences of the chosen language, or one JSON value.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use chrono::{DateTime, Local, SecondsFormat, Utc};
use qrcode::{QrCode, render::unicode::Dense1x2};
use serde_json::{Value, json};
use shuke_domain::wire::Refusal;
use shuke_locales::Locale;

use crate::{Refused, database::column};

#[derive(Clone, Copy, Debug)]
pub(super) struct Printer {
    pub json: bool,
    locale: Locale,
}

impl Printer {
    pub fn new(json: bool, locale: Option<&str>) -> Self {
        let from_system =
            || ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
        let locale = locale
            .and_then(Locale::parse)
            .or_else(|| from_system().as_deref().and_then(Locale::parse));
        Self { json, locale: locale.unwrap_or_default() }
    }

    pub fn text(&self, key: &str, params: &[(&str, &str)]) -> String {
        self.locale.text(&format!("server:{key}"), params)
    }

    /// One JSON value for scripts; for people the lines.
    pub fn answer(&self, value: &Value, lines: &[String]) -> Result<(), Refused> {
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

    pub fn refused(&self, refused: &Refused) -> ExitCode {
        let Refusal { code, params } = refused.told();
        let texts: Vec<(&str, String)> = params
            .iter()
            .map(|(name, value)| {
                (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let message = self.locale.text(&format!("errors:{code}"), &texts);
        let mut err = io::stderr().lock();
        // If even standard error is gone, there is nobody left to tell.
        let _ = if self.json {
            writeln!(err, "{}", json!({ "code": code, "params": params, "message": message }))
        } else {
            writeln!(err, "{message}")
        };
        // The cause is for whoever runs the server, and only they see this terminal.
        if refused.is_fault() && !self.json {
            let _ = writeln!(err, "{refused:?}");
        }
        ExitCode::FAILURE
    }

    /// A code to scan, on a terminal only.
    pub fn qr(&self, text: &str) -> Option<String> {
        if self.json || !io::stdout().is_terminal() {
            return None;
        }
        let code = QrCode::new(text).ok()?;
        // Dark modules drawn as blanks suit the light-on-dark of most terminals.
        Some(
            code.render::<Dense1x2>()
                .dark_color(Dense1x2::Light)
                .light_color(Dense1x2::Dark)
                .build(),
        )
    }
}

/// A moment for scripts.
pub(super) fn rfc3339(millis: u64) -> String {
    DateTime::<Utc>::from_timestamp_millis(column(millis))
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A moment for people, by the machine's own clock.
pub(super) fn local(millis: u64) -> String {
    DateTime::<Utc>::from_timestamp_millis(column(millis))
        .unwrap_or_default()
        .with_timezone(&Local)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}
