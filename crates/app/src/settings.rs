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
    /// Columns of the customer grid, a sale that is being written, and what else a view remembers.
    /// It names customers, so it lies in the encrypted database and is there only with a workspace.
    #[ts(type = "unknown", optional)]
    pub views: Option<serde_json::Value>,
}

const FILE: &str = "settings.json";

/// The note in the database that holds the views.
const VIEWS: &str = "views";

/// Settings lie beside the database: the welcome needs a language before there is one.
pub fn read(home: &Path) -> Settings {
    // A file that somebody mangled costs the settings, not the app.
    std::fs::read(home.join(FILE))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

pub async fn get(app: &App, (): ()) -> Result<Settings, Failure> {
    let views = match app.find_session().await {
        Some(session) => {
            session.store.meta(VIEWS).await?.and_then(|text| serde_json::from_str(&text).ok())
        }
        None => None,
    };
    Ok(Settings { views, ..read(app.home()) })
}

pub async fn set(app: &App, request: Settings) -> Result<Settings, Failure> {
    let known = get(app, ()).await?;
    if let (Some(views), Some(session)) = (&request.views, app.find_session().await) {
        session.store.set_meta(VIEWS, Some(&views.to_string())).await?;
    }
    let settings = Settings {
        locale: request.locale.or_else(|| known.locale.clone()),
        theme: request.theme.or_else(|| known.theme.clone()),
        zoom: request.zoom.or(known.zoom).map(|zoom| zoom.clamp(0.5, 3.0)),
        views: request.views.or(known.views),
    };
    let path = app.home().join(FILE);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(app.home())?;
        let draft = path.with_extension("json.new");
        let kept = Settings { views: None, ..settings.clone() };
        std::fs::write(&draft, serde_json::to_vec_pretty(&kept)?)?;
        std::fs::rename(&draft, &path)
    };
    write().map_err(|error| {
        Failure::new(Code::FileUnwritable).with("path", path.display().to_string()).because(error)
    })?;
    // What a view remembers is read back by nobody but that view.
    if (&settings.locale, &settings.theme, settings.zoom)
        != (&known.locale, &known.theme, known.zoom)
    {
        app.announce(Event::Touched(vec!["settings".to_owned()]));
    }
    Ok(settings)
}
