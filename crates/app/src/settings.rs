//! What a person sets on this device. It counts here alone; the device's record carries it for the machine
//! that may take this one's place.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, nouns::Device};
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::{App, Event, Session, home, sign_in};

/// A field left out keeps its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Settings {
    /// `zh-CN`, `zh-TW`, `en`; unset follows the system.
    pub locale: Option<String>,
    /// `system`, `light`, `dark`.
    pub theme: Option<String>,
    /// 1.0 is the natural size.
    pub zoom: Option<f64>,
}

const FILE: &str = "settings.json";

/// Settings lie beside the database: the welcome needs a language before there is one.
pub fn read(home: &Path) -> Settings {
    // A file that somebody mangled costs the settings, not the app.
    std::fs::read(home.join(FILE))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

pub async fn get(app: &App, (): ()) -> Result<Settings, Failure> {
    Ok(read(app.home()))
}

pub async fn set(app: &App, request: Settings) -> Result<Settings, Failure> {
    let known = read(app.home());
    let settings = Settings {
        locale: request.locale.or_else(|| known.locale.clone()),
        theme: request.theme.or_else(|| known.theme.clone()),
        zoom: request.zoom.or(known.zoom).map(|zoom| zoom.clamp(0.5, 3.0)),
    };
    write(app.home(), &settings)?;
    if settings != known {
        app.announce(Event::Touched(vec!["settings".to_owned()]));
        if let Some(session) = app.find_session().await {
            carry(&session).await?;
        }
    }
    Ok(settings)
}

fn write(home: &Path, settings: &Settings) -> Result<(), Failure> {
    let path = home.join(FILE);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(home)?;
        let draft = path.with_extension("json.new");
        std::fs::write(&draft, serde_json::to_vec_pretty(settings)?)?;
        std::fs::rename(&draft, &path)
    };
    write().map_err(|error| {
        Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
    })
}

/// What the device's record carries.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Carried {
    #[serde(flatten)]
    settings: Settings,
    lock_after: Option<i64>,
}

/// Notes on this device's record how it is set up.
pub(crate) async fn carry(session: &Session) -> Result<(), Failure> {
    if session.demo || session.shut().is_some() {
        return Ok(());
    }
    let carried = Carried {
        settings: read(home::folder_of(session)),
        lock_after: sign_in::lock_after(session).await?,
    };
    let carried = serde_json::to_value(carried)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let device = session.identity.device;
    if session.record::<Device>(device).await?.and_then(|device| device.settings)
        == Some(carried.clone())
    {
        return Ok(());
    }
    let mut write = session.write().await?;
    write.set(Device::COLLECTION, device, [("settings", carried)], session.author()).await?;
    session.commit(write).await
}

/// A note: this machine took another's place, and is to be set up as that one was.
pub(crate) const TAKES_OVER: &str = "takes_over";

/// Sets this machine up as the one was whose place it took, once the record of it is here.
pub(crate) async fn take_over(
    session: &Session,
    events: &broadcast::Sender<Event>,
) -> Result<(), Failure> {
    if session.store.meta(TAKES_OVER).await?.is_none() {
        return Ok(());
    }
    let Some(device) = session.record::<Device>(session.identity.device).await? else {
        return Ok(());
    };
    // The name stands in the record that the server wrote: before that, nothing has come.
    if device.name.is_none() {
        return Ok(());
    }
    let carried: Carried = device
        .settings
        .and_then(|settings| serde_json::from_value(settings).ok())
        .unwrap_or_default();
    write(home::folder_of(session), &carried.settings)?;
    sign_in::note_lock_after(session, carried.lock_after).await?;
    session.store.set_meta(TAKES_OVER, None).await?;
    let _ = events.send(Event::Touched(vec!["settings".to_owned(), "team".to_owned()]));
    Ok(())
}
