//! The shop's devices: listed, renamed, retired, given up as lost; and what lies in quarantine.

use clap::Subcommand;
use serde_json::json;
use shuke_app::{
    App, Code, Failure,
    customer::Id,
    device::{self, Aside, DeviceState, End, Rename, Settle},
};

use crate::{
    figure, id, people,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Devices {
    /// All of them, with when they were last here.
    List,
    Rename {
        device: String,
        name: String,
    },
    /// Lost or stolen: it destroys its keys and data when it is heard of next.
    Lost {
        device: String,
    },
    /// No longer needed. Without a device this one: sends what waits, then ends.
    Retire {
        device: Option<String>,
    },
    /// A code for the machine that takes a broken one's place.
    Replace {
        device: String,
    },
    /// What came late, and waits for somebody to decide.
    Aside,
    /// Take a row out of quarantine into the data, as of now.
    Accept {
        key: String,
    },
    /// Drop a row that lies in quarantine.
    Discard {
        key: String,
    },
}

impl Devices {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Devices::List => {
                let found = device::list(app, ()).await?;
                let lines = lines(voice, &found.devices);
                voice.answer(&json!(found), &lines)
            }
            Devices::Rename { device, name } => {
                let id = id(&device, Code::DeviceNotFound)?.id;
                let renamed = device::rename(app, Rename { id, name: name.clone() }).await?;
                said(voice, renamed, "cli:devices.renamed", &name)
            }
            Devices::Lost { device } => end(app, voice, &device, "lost").await,
            Devices::Retire { device: Some(device) } => end(app, voice, &device, "retired").await,
            Devices::Retire { device: None } => {
                let state = device::retire(app, ()).await?;
                let line = voice.text("cli:devices.ended", &[]);
                voice.answer(&json!({ "ended": state.ended }), &[line])
            }
            Devices::Replace { device } => {
                let id = id(&device, Code::DeviceNotFound)?;
                let invited = device::replace(app, id).await?;
                people::show_code(voice, &invited, "cli:devices.replace")
            }
            Devices::Aside => {
                let rows = device::asides(app, ()).await?;
                voice.answer(&json!({ "rows": rows }), &aside_lines(voice, &rows))
            }
            Devices::Accept { key } => settle(app, voice, key, true).await,
            Devices::Discard { key } => settle(app, voice, key, false).await,
        }
    }
}

async fn end(app: &App, voice: Voice, device: &str, ending: &str) -> Result<(), Stop> {
    let id = id(device, Code::DeviceNotFound)?.id;
    let ended = device::end(app, End { id, ending: ending.to_owned() }).await?;
    said(voice, ended, &format!("cli:devices.{ending}"), device)
}

async fn settle(app: &App, voice: Voice, key: String, accept: bool) -> Result<(), Stop> {
    device::settle(app, Settle { key: key.clone(), accept }).await?;
    let word = if accept { "cli:devices.accepted" } else { "cli:devices.discarded" };
    voice.answer(&json!({ "key": key }), &[voice.text(word, &[])])
}

fn said(voice: Voice, id: Id, key: &str, name: &str) -> Result<(), Stop> {
    voice.answer(&json!({ "id": id.id }), &[voice.text(key, &[("name", name)])])
}

fn lines(voice: Voice, devices: &[DeviceState]) -> Vec<String> {
    let rows: Vec<Vec<String>> = devices
        .iter()
        .map(|device| {
            let seen = figure::moment(device.last_seen_at);
            let ending = device.ending.as_deref();
            let state = match (ending, device.revoked_at) {
                (Some(ending), _) => voice.text(&format!("cli:devices.state.{ending}"), &[]),
                (None, Some(_)) => voice.text("cli:devices.state.revoked", &[]),
                (None, None) => seen.as_str().unwrap_or_default().to_owned(),
            };
            vec![device.name.clone(), device.people.join(" "), state, device.id.to_string()]
        })
        .collect();
    table::lines(&[Lean::Left; 4], &rows)
}

fn aside_lines(voice: Voice, rows: &[Aside]) -> Vec<String> {
    if rows.is_empty() {
        return vec![voice.text("cli:devices.nothing_aside", &[])];
    }
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let why = Failure::new(Code::parse(&row.code).unwrap_or(Code::ServerRefused));
            vec![row.label.clone(), row.collection.clone(), voice.sentence(&why), row.key.clone()]
        })
        .collect();
    table::lines(&[Lean::Left; 4], &rows)
}
