//! What a screen remembers on this device: its columns, a sale that is being written. Never synced.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::Failure;
use ts_rs::TS;

use crate::App;

/// Each screen has a note of its own, so that no two of them can write over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ScreenName", export_to = "app.ts")]
pub enum Name {
    Counter,
    Customers,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "RecallScreen", export_to = "app.ts")]
pub struct Recall {
    pub screen: Name,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "KeepScreen", export_to = "app.ts")]
pub struct Keep {
    pub screen: Name,
    #[ts(type = "unknown")]
    pub kept: Value,
}

/// It names customers, so it lies in the encrypted database and is there only with a workspace.
#[derive(Debug, Serialize, TS)]
#[ts(rename = "KeptScreen", export_to = "app.ts")]
pub struct Kept {
    /// Nothing where nothing was kept yet.
    #[ts(type = "unknown")]
    pub kept: Value,
}

/// One note for all screens, as the first version wrote it.
const TOGETHER: &str = "views";

impl Name {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Customers => "customers",
        }
    }

    fn note(self) -> String {
        format!("screen.{}", self.as_str())
    }
}

pub async fn recall(app: &App, request: Recall) -> Result<Kept, Failure> {
    // It names customers: nobody reads it over a locked till.
    let Ok(session) = app.session().await else { return Ok(Kept { kept: Value::Null }) };
    let read = |text: String| serde_json::from_str::<Value>(&text).ok();
    if let Some(text) = session.store.meta(&request.screen.note()).await? {
        return Ok(Kept { kept: read(text).unwrap_or_default() });
    }
    let mut together = session.store.meta(TOGETHER).await?.and_then(read).unwrap_or_default();
    let own = together.get_mut(request.screen.as_str()).map(Value::take);
    Ok(Kept { kept: own.unwrap_or_default() })
}

pub async fn keep(app: &App, request: Keep) -> Result<(), Failure> {
    let session = app.session().await?;
    Ok(session.store.set_meta(&request.screen.note(), Some(&request.kept.to_string())).await?)
}
