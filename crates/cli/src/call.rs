//! Any command of the command table, raw: its reply is JSON, whoever reads it.

use std::io::{self, Write as _};

use clap::Args;
use serde_json::Value;
use shuke_app::App;

use crate::voice::{Stop, Voice};

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// As in the table: `customer.show`.
    name: String,
    /// The request; `null` where the command takes none.
    #[arg(value_name = "JSON", default_value = "null", value_parser = json)]
    request: Value,
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl Call {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let reply = shuke_app::call(app, &self.name, self.request).await?;
        if voice.is_json() {
            return voice.answer(&reply, &[]);
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{reply:#}")?;
        Ok(out.flush()?)
    }
}
