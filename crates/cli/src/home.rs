//! A shop on this machine: named, or filled with made-up data.

use clap::Args;
use serde_json::json;
use shuke_app::{
    App, Code, Failure,
    home::{self, Found, HomeState},
};

use crate::{
    Keys, figure,
    voice::{Stop, Voice},
};

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[arg(long, value_name = "NAME")]
    workspace: String,
    /// The first store; named as the shop unless said otherwise.
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// Who owns the shop.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// What this machine is called.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
}

impl Init {
    pub(crate) async fn run(self, app: &App, voice: Voice, keys: Keys) -> Result<(), Stop> {
        let found = Found {
            workspace: self.workspace,
            store: self.store,
            person: self.user,
            device_name: self.device,
        };
        let state = home::found(app, found).await?;
        let name = state.workspace.as_ref().map(|it| it.name.clone()).unwrap_or_default();
        let lines =
            [voice.text("cli:init.done", &[("name", &name)]), voice.text("cli:init.recovery", &[])];
        voice.answer(&identity(&state), &lines)?;
        tell_place(app, voice, keys)
    }
}

/// `{"workspace_id","store_id","user_id","device_id"}`
pub(crate) fn identity(state: &HomeState) -> serde_json::Value {
    json!({
        "workspace_id": state.workspace.as_ref().map(|it| it.id),
        "store_id": state.store.as_ref().map(|it| it.id),
        "user_id": state.person.as_ref().map(|it| it.id),
        "device_id": state.device.as_ref().map(|it| it.id),
    })
}

/// Keys in a file are never kept silently.
pub(crate) fn tell_place(app: &App, voice: Voice, keys: Keys) -> Result<(), Stop> {
    if keys == Keys::File {
        let folder = app.home().join("keys").display().to_string();
        voice.aside(&voice.text("cli:init.key_in_file", &[("folder", &folder)]))?;
    }
    Ok(())
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[arg(long, value_name = "N")]
    customers: u32,
    /// Three times as many as customers unless said otherwise.
    #[arg(long, value_name = "M")]
    sales: Option<u32>,
    /// Same seed, same data.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
}

impl Demo {
    pub(crate) async fn run(self, app: &App, voice: Voice, keys: Keys) -> Result<(), Stop> {
        // Made-up data need a shop to be in.
        if let Err(Failure { code: Code::HomeMissing, .. }) = app.session().await {
            let workspace = voice.text("cli:demo.workspace", &[]);
            home::found(app, Found { workspace, store: None, person: None, device_name: None })
                .await?;
            tell_place(app, voice, keys)?;
        }
        let demo = home::Demo { customers: self.customers, sales: self.sales, seed: self.seed };
        let filled = home::fill(app, demo).await?;
        let line = voice.text(
            "cli:demo.done",
            &[
                ("customers", &figure::count(filled.customers.into())),
                ("sales", &figure::count(filled.sales.into())),
                ("seconds", &format!("{:.1}", filled.seconds)),
            ],
        );
        let value = json!({
            "customers": filled.customers,
            "sales": filled.sales,
            "seconds": filled.seconds,
        });
        voice.answer(&value, &[line])
    }
}
