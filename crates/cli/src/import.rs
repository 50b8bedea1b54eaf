//! Files in, and the list of what came in so.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use shuke_app::{
    App, Code, Failure,
    import::{self, RowError, Start, Summary},
};

use crate::{
    figure,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Customers,
    Sales,
    Products,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Sales => "sales",
            Kind::Products => "products",
        }
    }
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Import {
    #[command(flatten)]
    file: FileIn,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct FileIn {
    #[arg(required = true)]
    file: Option<PathBuf>,
    #[arg(long, required = true)]
    kind: Option<Kind>,
    /// What a column holds; `COLUMN=` leaves it out. As often as needed.
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// Try it, write nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What was imported, newest first.
    List,
}

/// How many findings people are shown; scripts get them all.
const SHOWN: usize = 30;

impl Import {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match (self.command, self.file.file, self.file.kind) {
            (None, Some(file), Some(kind)) => {
                let map = self.file.map.iter().map(|text| wish(text)).collect::<Result<_, _>>()?;
                let start = Start {
                    path: file.display().to_string(),
                    kind: kind.as_str().to_owned(),
                    map: Some(map),
                    dry_run: Some(self.file.dry_run),
                };
                let summary = import::start(app, start).await?;
                voice.answer(&value(&summary), &lines(voice, &summary, self.file.dry_run))
            }
            _ => list(app, voice).await,
        }
    }
}

/// `COLUMN=field`: a column's name may hold `=` itself, a field's never does.
fn wish(text: &str) -> Result<(String, String), Failure> {
    let (column, field) = text
        .rsplit_once('=')
        .ok_or_else(|| Failure::new(Code::ImportMapInvalid).with("text", text))?;
    Ok((column.to_owned(), field.trim().to_owned()))
}

fn value(summary: &Summary) -> Value {
    let errors: Vec<Value> = summary
        .errors
        .iter()
        .map(|it| json!({ "row": it.row, "column": it.column, "code": it.code, "value": it.value }))
        .collect();
    json!({
        "import_id": summary.import_id,
        "file": summary.file,
        "kind": summary.kind,
        "at": figure::moment(summary.at),
        "encoding": summary.encoding,
        "delimiter": summary.delimiter,
        "rows": summary.rows,
        "created": summary.created,
        "updated": summary.updated,
        "skipped": summary.skipped,
        "failed": summary.failed,
        "errors": errors,
    })
}

fn counted(number: u64) -> String {
    figure::count(i64::try_from(number).unwrap_or(i64::MAX))
}

fn lines(voice: Voice, summary: &Summary, dry: bool) -> Vec<String> {
    let mut lines = vec![voice.text(
        "cli:import.outcome",
        &[
            ("file", &summary.file),
            ("rows", &counted(summary.rows)),
            ("created", &counted(summary.created)),
            ("updated", &counted(summary.updated)),
            ("skipped", &counted(summary.skipped)),
            ("failed", &counted(summary.failed)),
        ],
    )];
    if dry {
        lines.push(voice.text("cli:import.dry", &[]));
    }
    let rows: Vec<Vec<String>> =
        summary.errors.iter().take(SHOWN).map(|error| finding(voice, error)).collect();
    lines.extend(table::lines(&[Lean::Right, Lean::Left, Lean::Left, Lean::Left], &rows));
    if summary.errors.len() > SHOWN {
        let rest = counted(u64::try_from(summary.errors.len() - SHOWN).unwrap_or(u64::MAX));
        lines.push(voice.text("cli:import.more", &[("count", &rest)]));
    }
    lines
}

fn finding(voice: Voice, error: &RowError) -> Vec<String> {
    let why = voice
        .known(&format!("exchange:problem.{}", error.code))
        .unwrap_or_else(|| error.code.clone());
    let value: String =
        error.value.chars().filter(|letter| !letter.is_control()).take(40).collect();
    vec![error.row.to_string(), error.column.clone(), value, why]
}

async fn list(app: &App, voice: Voice) -> Result<(), Stop> {
    let summaries = import::list(app, ()).await?;
    let rows: Vec<Vec<String>> = summaries
        .iter()
        .map(|it| {
            let (new, old) = (counted(it.created), counted(it.updated));
            let outcome = voice.text("cli:import.row", &[("created", &new), ("updated", &old)]);
            vec![
                figure::local(it.at),
                it.file.clone(),
                counted(it.rows),
                outcome,
                it.import_id.clone(),
            ]
        })
        .collect();
    let lines = if rows.is_empty() {
        vec![voice.text("cli:import.none", &[])]
    } else {
        table::lines(&[Lean::Left, Lean::Left, Lean::Right, Lean::Left, Lean::Left], &rows)
    };
    voice.answer(&Value::Array(summaries.iter().map(value).collect()), &lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_from_its_end() {
        assert_eq!(wish("a=b=name").unwrap(), ("a=b".to_owned(), "name".to_owned()));
        assert_eq!(wish("note=").unwrap(), ("note".to_owned(), String::new()));
        assert_eq!(wish("note").unwrap_err().code, Code::ImportMapInvalid);
    }
}
