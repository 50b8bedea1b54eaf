//! Files out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use shuke_app::{App, Code, export};

use crate::{
    condition, figure, id,
    voice::{Stop, Voice},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Customers,
    Sales,
    Products,
    /// Who changed what, as far as this device knows.
    History,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Sales => "sales",
            Kind::Products => "products",
            Kind::History => "history",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Its ending decides: csv, xlsx, vcf, json.
    file: PathBuf,
    #[arg(long)]
    kind: Kind,
    /// Only these customers: `tier in (gold, platinum) and last_sale_days >= 60`.
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
    /// With history: only this customer's.
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
}

impl Export {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let conditions = self.filter.as_deref().map(condition::read).transpose()?;
        let path = self.file.display().to_string();
        let customer = self.customer.as_deref().map(|text| id(text, Code::CustomerNotFound));
        let request = export::Start {
            path: path.clone(),
            kind: self.kind.as_str().to_owned(),
            conditions,
            record: customer.transpose()?.map(|customer| customer.id),
        };
        let exported = export::start(app, request).await?;
        let rows = figure::count(i64::try_from(exported.rows).unwrap_or(i64::MAX));
        let line = voice.text("cli:export.done", &[("rows", &rows), ("path", &path)]);
        voice.answer(&json!({ "rows": exported.rows }), &[line])
    }
}
