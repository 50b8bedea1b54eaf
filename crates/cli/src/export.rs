//! Files out.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use shuke_app::{App, export};

use crate::{
    condition, figure,
    import::Kind,
    voice::{Stop, Voice},
};

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Its ending decides: csv, xlsx, vcf, json.
    file: PathBuf,
    #[arg(long)]
    kind: Kind,
    /// Only these customers: `tier in (gold, platinum) and last_sale_days >= 60`.
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
}

impl Export {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let conditions = self.filter.as_deref().map(condition::read).transpose()?;
        let path = self.file.display().to_string();
        let request =
            export::Start { path: path.clone(), kind: self.kind.as_str().to_owned(), conditions };
        let exported = export::start(app, request).await?;
        let rows = figure::count(i64::try_from(exported.rows).unwrap_or(i64::MAX));
        let line = voice.text("cli:export.done", &[("rows", &rows), ("path", &path)]);
        voice.answer(&json!({ "rows": exported.rows }), &[line])
    }
}
