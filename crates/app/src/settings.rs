//! What a person sets on this device. Never synced.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure};
use ts_rs::TS;

use crate::{App, Event};

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
    let path = app.home().join(FILE);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(app.home())?;
        let draft = path.with_extension("json.new");
        std::fs::write(&draft, serde_json::to_vec_pretty(&settings)?)?;
        std::fs::rename(&draft, &path)
    };
    write().map_err(|error| {
        Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
    })?;
    if settings != known {
        app.announce(Event::Touched(vec!["settings".to_owned()]));
    }
    Ok(settings)
}
