//! Copies of everything, the words that open them elsewhere, and the examination of the file.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use shuke_app::{
    App, Code, Failure, backup, doctor,
    recovery::{self, ConfirmPhrase, CreatePhrase, SavePhrase},
};

use crate::{
    Keys, figure, home,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Args)]
pub(crate) struct Backup {
    file: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let made =
            backup::make(app, backup::File { path: self.file.display().to_string() }).await?;
        let bytes = figure::count(i64::try_from(made.bytes).unwrap_or(i64::MAX));
        let line = voice.text("cli:backup.done", &[("path", &made.path), ("bytes", &bytes)]);
        voice.answer(&json!({ "path": made.path, "bytes": made.bytes }), &[line])
    }
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    file: PathBuf,
    /// A text with the recovery phrase, needed where the backup comes from another machine.
    #[arg(long, value_name = "FILE")]
    recovery_file: Option<PathBuf>,
}

impl Restore {
    pub(crate) async fn run(self, app: &App, voice: Voice, keys: Keys) -> Result<(), Stop> {
        let phrase = self.recovery_file.as_deref().map(words).transpose()?;
        let restore = backup::Restore { path: self.file.display().to_string(), phrase };
        let state = backup::restore(app, restore).await?;
        let name = state.workspace.as_ref().map(|it| it.name.clone()).unwrap_or_default();
        voice.answer(
            &home::identity(&state),
            &[voice.text("cli:restore.done", &[("name", &name)])],
        )?;
        home::tell_place(app, voice, keys)
    }
}

/// The words as a person typed them, as `recovery show --json` printed them, or as `recovery save`
/// wrote them.
fn words(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Code::FileUnreadable).with("path", path.display().to_string()).because(error)
    })?;
    let Ok(value) = serde_json::from_str::<Value>(&text) else { return Ok(text) };
    let listed = value.get("words").and_then(Value::as_array);
    let words: Option<Vec<&str>> =
        listed.map(|words| words.iter().filter_map(Value::as_str).collect());
    Ok(words.map_or(text, |words| words.join(" ")))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Recovery {
    /// Print the twelve words, in the language of `--locale`.
    Show,
    /// Write them to a text file that says what they are for.
    Save { file: PathBuf },
    /// Open these data by the words, where their key is not on this machine.
    Unlock {
        #[arg(long, value_name = "FILE")]
        recovery_file: PathBuf,
    },
}

impl Recovery {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Recovery::Show => show(app, voice).await,
            Recovery::Save { file } => {
                let path = file.display().to_string();
                let locale = voice.locale().as_str().to_owned();
                recovery::save(app, SavePhrase { path: path.clone(), locale }).await?;
                let line = voice.text("cli:recovery.saved", &[("path", &path)]);
                voice.answer(&json!({ "path": path }), &[line])
            }
            Recovery::Unlock { recovery_file } => {
                let words = words(&recovery_file)?;
                let state = recovery::unlock(app, ConfirmPhrase { words }).await?;
                let name = state.workspace.as_ref().map(|it| it.name.clone()).unwrap_or_default();
                let line = voice.text("cli:recovery.opened", &[("name", &name)]);
                voice.answer(&home::identity(&state), &[line])
            }
        }
    }
}

async fn show(app: &App, voice: Voice) -> Result<(), Stop> {
    let create = CreatePhrase { locale: voice.locale().as_str().to_owned() };
    let phrase = recovery::create(app, create).await?;
    // The words alone, so that what is saved of them can be read back as it is.
    voice.answer(&json!({ "words": phrase.words }), &[phrase.words.join(" ")])?;
    if voice.is_json() {
        return Ok(());
    }
    voice.aside(&voice.text("cli:recovery.keep", &[]))
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Make anew what is derived and does not agree.
    #[arg(long)]
    repair: bool,
}

impl Doctor {
    /// `false` where something is wrong and stays so.
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<bool, Stop> {
        let found = doctor::examine(app, doctor::Doctor { repair: Some(self.repair) }).await?;
        let rows: Vec<Vec<String>> = found
            .findings
            .iter()
            .map(|it| {
                let mut part = voice
                    .known(&format!("cli:doctor.part.{}", it.what))
                    .unwrap_or_else(|| it.what.clone());
                if it.at.is_some() {
                    part = format!("{part} {}", figure::day(it.at));
                }
                let state = match (it.repaired, it.ok) {
                    (true, _) => voice.text("cli:doctor.repaired", &[]),
                    (false, true) => voice.text("cli:doctor.ok", &[]),
                    (false, false) => voice.text("cli:doctor.wrong", &[]),
                };
                let count = if it.count == 0 { String::new() } else { figure::count(it.count) };
                vec![part, state, count]
            })
            .collect();
        let mut lines = table::lines(&[Lean::Left, Lean::Left, Lean::Right], &rows);
        lines.push(
            voice.text(if found.healthy { "cli:doctor.healthy" } else { "cli:doctor.ill" }, &[]),
        );
        let said = json!({ "healthy": found.healthy, "findings": found.findings });
        voice.answer(&said, &lines)?;
        Ok(found.healthy)
    }
}
