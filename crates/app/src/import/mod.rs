//! Files in: what is in them, what will become of each row, and what did.

pub(crate) mod customers;
mod products;
mod sales;

use std::{collections::BTreeMap, future::Future, path::Path};

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Code, Failure,
    nouns::{Customer, Product, Sale},
};
use shuke_exchange::{
    CustomerField, CustomerRow, Field, Finding, Import, ImportError, MapError, Options, Problem,
    ProductField, ProductRow, RowOutcome, SaleField, SaleRow, TableReader, record::Record,
};
use shuke_store::Write;
use ts_rs::TS;

use crate::{
    App, Event, Session,
    session::{Rules, fresh_id},
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Inspect {
    pub path: String,
    /// `customers`, `sales`, `products`; guessed from the columns where it is not said.
    pub kind: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Inspection {
    pub kind: String,
    pub encoding: String,
    pub delimiter: String,
    pub columns: Vec<Column>,
    /// Fields this kind of file may have.
    pub fields: Vec<String>,
    /// The first rows as they stand in the file.
    pub sample: Vec<Vec<String>>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Column {
    pub name: String,
    pub field: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "StartImport", export_to = "app.ts", optional_fields)]
pub struct Start {
    pub path: String,
    pub kind: String,
    /// Column to field; an empty field leaves the column out.
    pub map: Option<BTreeMap<String, String>>,
    pub dry_run: Option<bool>,
}

/// `rows = created + updated + skipped + failed`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ImportSummary", export_to = "app.ts")]
pub struct Summary {
    pub import_id: String,
    pub file: String,
    pub kind: String,
    pub at: i64,
    pub encoding: String,
    pub delimiter: String,
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub skipped: u64,
    pub failed: u64,
    pub errors: Vec<RowError>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RowError {
    pub row: u64,
    pub column: String,
    pub code: String,
    pub value: String,
}

/// How many rows one transaction takes in.
const SLICE: usize = 500;

fn field_words(kind: Kind) -> Vec<String> {
    fn keys<F: Field>() -> Vec<String> {
        F::ALL.iter().map(|(_, key, _)| (*key).to_owned()).collect()
    }
    match kind {
        Kind::Customers => {
            let mut all = keys::<CustomerField>();
            let own = Customer::COLLECTION.fields.iter().map(|field| field.name.to_owned());
            all.extend(own.filter(|name| {
                !["store", "owner", "consent", "parties", "other_phones"].contains(&name.as_str())
            }));
            let mut seen = std::collections::HashSet::new();
            all.retain(|name| seen.insert(name.clone()));
            all
        }
        Kind::Sales => keys::<SaleField>(),
        Kind::Products => keys::<ProductField>(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Customers,
    Sales,
    Products,
}

impl Kind {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "customers" => Ok(Self::Customers),
            "sales" => Ok(Self::Sales),
            "products" => Ok(Self::Products),
            _ => Err(Failure::new(Code::FileKindUnknown).with("kind", text)),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Sales => "sales",
            Self::Products => "products",
        }
    }
}

fn failure(path: &str, error: ImportError) -> Failure {
    let failure = match &error {
        ImportError::Read(_) => Failure::new(Code::FileUnreadable),
        ImportError::Empty => Failure::new(Code::ImportEmpty),
        ImportError::NoColumns { columns } => {
            Failure::new(Code::ImportNoColumns).with("columns", columns.join("、"))
        }
        ImportError::Map(MapError::ColumnUnknown { column }) => {
            Failure::new(Code::ImportColumnUnknown).with("column", column.as_str())
        }
        ImportError::Map(MapError::FieldUnknown { field }) => {
            Failure::new(Code::ImportFieldUnknown).with("field", field.as_str())
        }
        ImportError::Map(MapError::NotAPair { text }) => {
            Failure::new(Code::ImportMapInvalid).with("text", text.as_str())
        }
    };
    failure.with("path", path).because(error)
}

pub async fn inspect(app: &App, request: Inspect) -> Result<Inspection, Failure> {
    let session = app.session().await?;
    let region = session.rules().await?.region;
    let path = request.path;
    let kind = match request.kind.as_deref() {
        Some(kind) => Kind::parse(kind)?,
        None => guess(&path)?,
    };
    match kind {
        Kind::Customers => look::<CustomerRow>(&path, kind, region),
        Kind::Sales => look::<SaleRow>(&path, kind, region),
        Kind::Products => look::<ProductRow>(&path, kind, region),
    }
}

/// The kind that knows most of a file's columns.
fn guess(path: &str) -> Result<Kind, Failure> {
    fn mapped<T: Record>(path: &str) -> usize {
        let wishes: [&str; 0] = [];
        Import::<T>::open(Path::new(path), &wishes, Options::default())
            .map_or(0, |import| import.column_map().mapped())
    }
    // A file that cannot be read says so, whatever it holds.
    TableReader::open(Path::new(path)).map_err(|error| failure(path, error.into()))?;
    let scores = [
        (mapped::<CustomerRow>(path), Kind::Customers),
        (mapped::<SaleRow>(path), Kind::Sales),
        (mapped::<ProductRow>(path), Kind::Products),
    ];
    let best = scores.into_iter().rev().max_by_key(|(score, _)| *score);
    Ok(best.map_or(Kind::Customers, |(_, kind)| kind))
}

fn look<T: Record>(path: &str, kind: Kind, region: String) -> Result<Inspection, Failure> {
    let wishes: [&str; 0] = [];
    let options = Options { region, date_order: None };
    let import = Import::<T>::open(Path::new(path), &wishes, options)
        .map_err(|error| failure(path, error))?;
    let mut table =
        TableReader::open(Path::new(path)).map_err(|error| failure(path, error.into()))?;
    let sample: Vec<Vec<String>> =
        table.by_ref().take(12).filter_map(|row| row.ok().map(|row| row.cells)).collect();
    Ok(Inspection {
        kind: kind.as_str().to_owned(),
        encoding: import.table().encoding().to_owned(),
        delimiter: import.table().delimiter(),
        columns: import
            .column_map()
            .columns()
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                field: column.field.as_ref().map(|field| field.key().to_owned()),
            })
            .collect(),
        fields: field_words(kind),
        sample,
    })
}

pub async fn start(app: &App, request: Start) -> Result<Summary, Failure> {
    let session = app.session().await?;
    let kind = Kind::parse(&request.kind)?;
    session
        .may_write(match kind {
            Kind::Customers => Customer::COLLECTION,
            Kind::Sales => Sale::COLLECTION,
            Kind::Products => Product::COLLECTION,
        })
        .await?;
    let hidden = session.eyes().await?.hidden(Customer::COLLECTION);
    if let (Kind::Customers | Kind::Sales, Some(unit)) = (kind, hidden.first()) {
        // A file's columns would write what this person may not even see.
        let role = session.role().await?;
        return Err(Failure::new(Code::RightMissing)
            .with("role", role.as_str())
            .with("field", *unit));
    }
    app.begin_cancellable();
    let dry = request.dry_run.unwrap_or(false);
    match kind {
        Kind::Customers => run::<customers::Customers>(app, &session, &request, dry).await,
        Kind::Sales => run::<sales::Sales>(app, &session, &request, dry).await,
        Kind::Products => run::<products::Products>(app, &session, &request, dry).await,
    }
}

/// What became of one row that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Created,
    Updated,
    /// Was there already and is not taken again.
    Known,
}

/// Takes typed rows into the workspace, a slice in one write.
pub(crate) trait Intake: Send {
    type Row: Record + Send;
    const KIND: Kind;

    fn new(session: &Session, rules: &Rules) -> Self;

    /// Decides and writes one row. What is new may be held back until [`flush`](Self::flush).
    fn take(
        &mut self,
        write: &mut Write,
        number: u64,
        row: Self::Row,
        problems: &mut Vec<RowError>,
    ) -> impl Future<Output = Result<Taken, Failure>> + Send;

    /// Writes what is held back.
    fn flush(&mut self, write: &mut Write) -> impl Future<Output = Result<(), Failure>> + Send;
}

async fn run<I: Intake>(
    app: &App,
    session: &Session,
    request: &Start,
    dry: bool,
) -> Result<Summary, Failure> {
    let rules = session.rules().await?;
    let path = Path::new(&request.path);
    let wishes: Vec<String> =
        request.map.iter().flatten().map(|(column, field)| format!("{column}={field}")).collect();
    let options = Options { region: rules.region.clone(), date_order: None };
    let mut import = Import::<I::Row>::open(path, &wishes, options)
        .map_err(|error| failure(&request.path, error))?;
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    let id = fresh_id();
    let mut summary = Summary {
        import_id: id.to_string(),
        file: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        kind: I::KIND.as_str().to_owned(),
        at: i64::try_from(session.now().await?).unwrap_or(i64::MAX),
        encoding: String::new(),
        delimiter: String::new(),
        rows: 0,
        created: 0,
        updated: 0,
        skipped: 0,
        failed: 0,
        errors: import.header_problems().into_iter().map(error).collect(),
    };
    let mut intake = I::new(session, &rules);
    let mut at_end = false;
    while !at_end {
        let mut write = session.write().await?.unsettled();
        for _ in 0..SLICE {
            let Some(outcome) = import.next() else {
                at_end = true;
                break;
            };
            let (number, outcome) =
                outcome.map_err(|error| failure(&request.path, error.into()))?;
            summary.rows += 1;
            match outcome {
                RowOutcome::Skipped(problem) => {
                    summary.skipped += 1;
                    summary.errors.push(error(problem));
                }
                RowOutcome::Failed(problem) => {
                    summary.failed += 1;
                    summary.errors.push(error(problem));
                }
                RowOutcome::Row(row, problems) => {
                    summary.errors.extend(problems.into_iter().map(error));
                    match intake.take(&mut write, number, row, &mut summary.errors).await? {
                        Taken::Created => summary.created += 1,
                        Taken::Updated => summary.updated += 1,
                        Taken::Known => {
                            summary.skipped += 1;
                            summary.errors.push(error(Problem::new(
                                number,
                                "",
                                Finding::RowAlreadyThere,
                                "",
                            )));
                        }
                    }
                }
            }
        }
        intake.flush(&mut write).await?;
        if app.is_cancelled() {
            // What was committed before stays: the summary says how far it came.
            return Err(Failure::new(Code::ImportCancelled).with("rows", summary.rows));
        }
        if dry {
            // Everything was tried for real, in a transaction that never happens. What a later slice
            // would have found of an earlier one is judged by what the intake remembers.
            drop(write);
        } else {
            session.commit(write).await?;
        }
        app.announce(Event::Progress {
            what: "import",
            done: import.table().position().min(bytes),
            all: bytes,
        });
        // Let a click in between.
        tokio::task::yield_now().await;
    }
    summary.encoding = import.table().encoding().to_owned();
    summary.delimiter = import.table().delimiter();
    if !dry {
        session.store.settle(session.now().await?).await?;
        let text = serde_json::to_string(&summary)
            .map_err(|error| Failure::new(Code::Internal).because(error))?;
        session.store.keep_import(id, summary.at, &text).await?;
        app.announce(Event::Touched(vec!["import".to_owned()]));
    }
    Ok(summary)
}

fn error(problem: Problem) -> RowError {
    RowError {
        row: problem.row,
        column: problem.column,
        code: problem.code.as_str().to_owned(),
        value: problem.value,
    }
}

/// Stops the import that runs; what it had committed stays.
pub async fn cancel(app: &App, (): ()) -> Result<(), Failure> {
    app.cancel();
    Ok(())
}

pub async fn list(app: &App, (): ()) -> Result<Vec<Summary>, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let eyes = session.eyes().await?;
    let all = session.store.lens().is_none();
    let open = all && eyes.masked(Customer::COLLECTION).is_empty() && !eyes.is_narrow();
    let texts = session.store.imports().await?;
    let mut summaries: Vec<Summary> =
        texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    if !open {
        // What stood in the file may be what they are not to see.
        let errors = summaries.iter_mut().flat_map(|summary| &mut summary.errors);
        errors.for_each(|error| error.value.clear());
    }
    Ok(summaries)
}
