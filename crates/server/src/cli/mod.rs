//! `shuke-server`: the command line. Reads settings, asks [`Service`], prints what it answered.

mod intake;
mod invite;
mod print;
mod serve;
mod upkeep;

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, OnceLock},
};

use clap::{Parser, Subcommand};
use shuke_domain::{DeviceId, Role, revocation::Ending};

use crate::{Refused, Service, System, database::Database, settings::Settings};
use print::Printer;

#[derive(Debug, Parser)]
#[command(name = "shuke-server", version, about = "Shuke 熟客: the shared server")]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    /// A settings file instead of server.toml in the data folder.
    #[arg(long = "settings", global = true, env = "SHUKE_SERVER_SETTINGS", value_name = "FILE")]
    // Not `file`: a global flag takes the value of any argument of its name, the backup's among them.
    settings_file: Option<PathBuf>,
    /// One JSON value on standard output, nothing else.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop.
    Serve {
        /// Write the log as JSON lines.
        #[arg(long, env = "SHUKE_SERVER_LOG_JSON")]
        log_json: bool,
    },
    /// Name the workspace; gives the first owner's enrolment code.
    Init {
        #[arg(long, value_name = "NAME")]
        workspace: String,
    },
    /// Give an enrolment code for one more device.
    Invite {
        #[arg(long, value_parser = role, required_unless_present = "replaces")]
        role: Option<Role>,
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        /// The broken device whose place the new one takes, with its people, name, store and settings.
        #[arg(long, value_name = "DEVICE", conflicts_with_all = ["role", "store"])]
        replaces: Option<DeviceId>,
    },
    /// List the devices.
    Devices,
    /// Shut a device out. What it holds stays on it, unless it is lost or retired.
    Revoke {
        device: DeviceId,
        /// Lost or stolen: it destroys its keys and data when it is heard of next.
        #[arg(long, conflicts_with = "retire")]
        lost: bool,
        /// No longer needed: it sends what waits, hands back its member numbers, and ends.
        #[arg(long)]
        retire: bool,
    },
    /// Tokens by which another till system brings its sales.
    #[command(subcommand)]
    IntakeToken(intake::IntakeCommand),
    /// Write an encrypted copy of everything.
    Backup { file: PathBuf },
    /// Put a backup in the place of everything; every device notices.
    Restore { file: PathBuf },
    /// Move everything into an empty database, such as one of PostgreSQL. Stop the server first.
    Move {
        #[arg(value_name = "URL")]
        to: String,
    },
    /// Look whether everything is as it must be.
    Doctor,
}

fn role(text: &str) -> Result<Role, String> {
    let names = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Role::parse(text).ok_or_else(names)
}

/// Runs the command line of this process. Wrong calls end the process with status 2, as clap does.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let given = cli.settings.locale.clone();
    let mut printer = Printer::new(cli.json, given.as_deref());
    let settings = match cli.settings.completed(cli.settings_file.as_deref()) {
        Ok(settings) => settings,
        Err(refused) => return printer.refused(&refused),
    };
    printer = Printer::new(cli.json, settings.locale.as_deref());
    let ended = match cli.command {
        Command::Serve { log_json } => serve::serve(&settings, &printer, log_json).await,
        Command::Init { workspace } => invite::init(&settings, &printer, &workspace).await,
        Command::Invite { replaces: Some(device), .. } => {
            invite::invite_instead(&settings, &printer, device).await
        }
        Command::Invite { role, store, .. } => {
            let role = role.unwrap_or(Role::ReadOnly);
            invite::invite(&settings, &printer, role, store.as_deref()).await
        }
        Command::Devices => upkeep::devices(&settings, &printer).await,
        Command::Revoke { device, lost, retire } => {
            let ending = match (lost, retire) {
                (true, _) => Some(Ending::Lost),
                (_, true) => Some(Ending::Retired),
                _ => None,
            };
            upkeep::revoke(&settings, &printer, device, ending).await
        }
        Command::IntakeToken(it) => it.run(&settings, &printer).await,
        Command::Backup { file } => upkeep::backup(&settings, &printer, &file).await,
        Command::Restore { file } => upkeep::restore(&settings, &printer, &file).await,
        Command::Move { to } => upkeep::move_to(&settings, &printer, to).await,
        Command::Doctor => upkeep::doctor(&settings, &printer).await,
    };
    if let Some(database) = OPENED.get() {
        database.close().await;
    }
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(refused) => printer.refused(&refused),
    }
}

/// What a command opened. It is closed before the process ends: SQLCipher frees its memory at exit, also under a
/// thread that still closes a connection.
static OPENED: OnceLock<Database> = OnceLock::new();

async fn open(settings: &Settings) -> Result<Service, Refused> {
    let database = settings.open().await?;
    let _ = OPENED.set(database.clone());
    Ok(Service::new(database, Arc::new(System)))
}
