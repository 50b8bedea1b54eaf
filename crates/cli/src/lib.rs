//! `shukectl`: Shuke without a window, for rollout, scripts and rescue.
//!
//! Each module is one noun: what may be typed, which use case that asks, what is printed of the
//! answer. Nothing is decided here; the shapes of the answers are a contract that only grows.

mod backup;
mod call;
mod condition;
mod conflict;
mod customer;
mod device;
mod dump;
mod export;
mod figure;
mod home;
mod import;
mod intake;
mod people;
mod points;
mod progress;
mod reward;
mod sale;
mod search;
mod sync;
mod table;
mod voice;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};
use shuke_app::{App, Code, Failure, KeyPlace, customer::Id};
use shuke_locales::Locale;

use progress::Progress;
use voice::{Stop, Voice};

/// Shuke 熟客 without a window.
#[derive(Debug, Parser)]
#[command(name = "shukectl", version)]
struct Cli {
    /// The data folder; the app's own unless said otherwise.
    #[arg(long, global = true, env = "SHUKE_HOME", value_name = "DIR")]
    home: Option<PathBuf>,
    /// One JSON value on standard output, nothing else.
    #[arg(long, global = true)]
    json: bool,
    /// The language of what people read: zh-CN, zh-TW or en.
    #[arg(long, global = true, env = "SHUKE_LOCALE", value_parser = locale)]
    locale: Option<Locale>,
    /// Where keys are kept: the system's keychain, or the folder `keys` of the data folder.
    #[arg(
        long,
        global = true,
        env = "SHUKE_KEY_STORE",
        value_name = "PLACE",
        default_value = "keychain"
    )]
    key_store: Keys,
    /// Who acts, by name; asks for the PIN, or reads `SHUKE_PIN`. Whoever was enrolled, where nobody has one.
    #[arg(long = "as", global = true, env = "SHUKE_AS", value_name = "NAME")]
    acting: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Keys {
    Keychain,
    File,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Name a shop on this machine.
    Init(home::Init),
    /// Fill the shop with made-up customers and sales.
    Demo(home::Demo),
    /// Customers: add, show, edit, delete, list, count.
    #[command(subcommand)]
    Customer(customer::Customer),
    /// Find customers by any part of name, sound, phone, number, e-mail or tag.
    Search(search::Search),
    /// Bring customers, sales or products in from a file.
    Import(import::Import),
    /// Sales from another till system: the watched folder.
    #[command(subcommand)]
    Intake(intake::Intake),
    /// Write customers, sales or products to a file: csv, xlsx, vcf or json by its ending.
    Export(export::Export),
    /// Sales and refunds.
    #[command(subcommand)]
    Sale(sale::Sale),
    /// Points and coins of a customer.
    #[command(subcommand)]
    Points(points::Points),
    /// Rewards: list, redeem, undo.
    #[command(subcommand)]
    Reward(reward::Reward),
    /// The team: list, add, invite, PINs, leave.
    #[command(subcommand)]
    People(people::People),
    /// Devices: list, rename, lost, retire, quarantine.
    #[command(subcommand)]
    Devices(device::Devices),
    /// Join the shop's server.
    Enroll(sync::Enroll),
    /// End the tie to the server; the data stay.
    Leave,
    /// Send what waits, fetch what is new.
    Sync(sync::Sync),
    /// Whether everything is on the server.
    Status,
    /// What two people wrote who did not know of each other: three values each.
    Conflicts,
    /// Settle a conflict.
    #[command(subcommand)]
    Conflict(conflict::Conflict),
    /// Every record, in canonical order, one JSON line each.
    Dump,
    /// Write an encrypted copy of everything.
    Backup(backup::Backup),
    /// Put a backup in the place of what is here.
    Restore(backup::Restore),
    /// The words that open these data elsewhere.
    #[command(subcommand)]
    Recovery(backup::Recovery),
    /// Examine the data file.
    Doctor(backup::Doctor),
    /// Any command of the command table, raw.
    Call(call::Call),
}

/// Runs the command line of this process. A wrong call ends it with status 2, as clap does.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let Some(home) = cli.home.or_else(shuke_app::folder::default_home) else {
        let voice = Voice::new(cli.json, cli.locale, None);
        return voice.refuse(&Failure::new(Code::HomeMissing));
    };
    let set = shuke_app::settings::read(&home).locale;
    let voice = Voice::new(cli.json, cli.locale, set.as_deref());
    let place = match cli.key_store {
        Keys::Keychain => KeyPlace::Keychain,
        Keys::File => KeyPlace::File,
    };
    let opened = match cli.command {
        // What is here may not open any more: that is what a backup and the words are for.
        Command::Restore(_) | Command::Recovery(backup::Recovery::Unlock { .. }) => {
            Ok(App::closed(&home, place, false))
        }
        _ => App::open(&home, place, false).await,
    };
    let ended = match opened {
        Ok(app) => {
            let progress = Progress::show(&app, voice);
            let ended = match people::act_as(&app, cli.acting.as_deref()).await {
                Ok(()) => cli.command.run(&app, voice, cli.key_store).await,
                Err(failure) => Err(failure.into()),
            };
            progress.end();
            match (ended, app.close().await) {
                (Ok(_), Err(failure)) => Err(failure.into()),
                (ended, _) => ended,
            }
        }
        Err(failure) => Err(failure.into()),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(stop) => voice.stop(stop),
    }
}

impl Command {
    /// `false` where the answer itself is a bad one.
    async fn run(self, app: &App, voice: Voice, keys: Keys) -> Result<bool, Stop> {
        match self {
            Command::Init(it) => it.run(app, voice, keys).await?,
            Command::Demo(it) => it.run(app, voice, keys).await?,
            Command::Customer(it) => it.run(app, voice).await?,
            Command::Search(it) => it.run(app, voice).await?,
            Command::Import(it) => it.run(app, voice).await?,
            Command::Intake(it) => it.run(app, voice).await?,
            Command::Export(it) => it.run(app, voice).await?,
            Command::Sale(it) => it.run(app, voice).await?,
            Command::Points(it) => it.run(app, voice).await?,
            Command::Reward(it) => it.run(app, voice).await?,
            Command::People(it) => it.run(app, voice).await?,
            Command::Devices(it) => it.run(app, voice).await?,
            Command::Enroll(it) => it.run(app, voice, keys).await?,
            Command::Leave => sync::leave(app, voice).await?,
            Command::Sync(it) => it.run(app, voice).await?,
            Command::Status => sync::status(app, voice).await?,
            Command::Conflicts => conflict::list(app, voice).await?,
            Command::Conflict(it) => it.run(app, voice).await?,
            Command::Dump => dump::run(app).await?,
            Command::Backup(it) => it.run(app, voice).await?,
            Command::Restore(it) => it.run(app, voice, keys).await?,
            Command::Recovery(it) => it.run(app, voice).await?,
            Command::Doctor(it) => return it.run(app, voice).await,
            Command::Call(it) => it.run(app, voice).await?,
        }
        Ok(true)
    }
}

fn locale(text: &str) -> Result<Locale, String> {
    let names = || Locale::ALL.map(Locale::as_str).join(", ");
    Locale::parse(text).ok_or_else(names)
}

/// `NAME=VALUE`; a value may hold `=` itself, a field's name never does.
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("NAME=VALUE".to_owned()),
    }
}

/// What is no id at all is as little there as an id that nobody has.
fn id(text: &str, otherwise: Code) -> Result<Id, Failure> {
    serde_json::from_value(serde_json::json!({ "id": text.trim() }))
        .map_err(|_| Failure::new(otherwise).with("id", text))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn files_and_words_after_import_are_told_apart() {
        for good in [
            &[
                "shukectl",
                "import",
                "a.csv",
                "--kind",
                "sales",
                "--map",
                "No=customer_no",
                "--json",
            ][..],
            &["shukectl", "import", "list"],
            &["shukectl", "points", "adjust", "x", "-5", "--why", "y"],
            &[
                "shukectl",
                "--key-store",
                "file",
                "sale",
                "add",
                "--customer",
                "x",
                "--line",
                "A:B:1:100",
            ],
            &["shukectl", "sync", "--watch"],
            &["shukectl", "conflict", "settle", "x", "y", "--take", "13800138000"],
        ] {
            assert!(
                Cli::try_parse_from(good).is_ok(),
                "{good:?}: {:?}",
                Cli::try_parse_from(good).err()
            );
        }
        for bad in [
            &["shukectl", "import", "a.csv"][..],
            &["shukectl", "import"],
            &["shukectl", "sale", "add", "--line", "A"],
            &["shukectl", "sale", "add", "--line", "A:x:100"],
            &["shukectl", "customer", "add"],
            &["shukectl", "conflict", "settle", "--take", "mine"],
            &["shukectl", "call", "home.state", "{"],
        ] {
            assert!(Cli::try_parse_from(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_id_that_is_none_is_not_found() {
        let failure = id("张三", Code::CustomerNotFound).map(|_| ()).unwrap_err();
        assert_eq!(failure.code, Code::CustomerNotFound);
        assert!(id("0190d2c8-7c1e-7a30-8000-000000000001", Code::CustomerNotFound).is_ok());
    }
}
