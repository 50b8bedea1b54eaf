//! `intake-token`: who may bring sales from another till system.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    open,
    print::{Printer, local, rfc3339},
};
use crate::{Refused, database::IntakeToken, settings::Settings};

#[derive(Debug, Subcommand)]
pub(super) enum IntakeCommand {
    /// Make a token; it is shown only this once.
    Add {
        /// What the other system is called in the list.
        name: String,
        /// Whose sale numbers it brings; those of one source are one sequence, also with a watched folder.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// The store of sales that name none.
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
    },
    /// List the tokens.
    List,
    /// Let a token in no more.
    Remove { name: String },
}

impl IntakeCommand {
    pub(super) async fn run(self, settings: &Settings, printer: &Printer) -> Result<bool, Refused> {
        let service = open(settings).await?;
        match self {
            IntakeCommand::Add { name, source, store } => {
                let made =
                    service.add_intake_token(&name, source.as_deref(), store.as_deref()).await?;
                let mut value = token_json(&made.row);
                value["token"] = json!(made.token);
                let lines = [
                    printer.text("intake.made", &[("name", &made.row.name)]),
                    String::new(),
                    format!("    {}", made.token),
                ];
                printer.answer(&value, &lines)?;
            }
            IntakeCommand::List => {
                let tokens = service.intake_tokens().await?;
                let value: Value = tokens.iter().map(token_json).collect();
                let mut lines: Vec<String> =
                    tokens.iter().map(|token| token_line(printer, token)).collect();
                if lines.is_empty() {
                    lines.push(printer.text("intake.none", &[]));
                }
                printer.answer(&value, &lines)?;
            }
            IntakeCommand::Remove { name } => {
                service.remove_intake_token(&name).await?;
                let line = printer.text("intake.removed", &[("name", &name)]);
                printer.answer(&json!({ "name": name }), &[line])?;
            }
        }
        Ok(true)
    }
}

fn token_json(token: &IntakeToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "source": token.source,
        "store_id": token.store_id,
        "created_at": rfc3339(token.created_at),
        "used_at": token.used_at.map(rfc3339),
    })
}

fn token_line(printer: &Printer, token: &IntakeToken) -> String {
    let used = match token.used_at {
        Some(at) => printer.text("intake.used", &[("time", &local(at))]),
        None => printer.text("intake.unused", &[]),
    };
    format!("{}  {}  {used}", token.name, token.source)
}
