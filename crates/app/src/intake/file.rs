//! One file: read, taken in, reported and moved. The file goes last: a kill at any step before finds it
//! there again, and what was committed is the same once more.

use std::path::{Path, PathBuf};

use shuke_domain::{
    Code, Failure,
    intake::{self, ForeignSale},
};
use shuke_exchange::{Finding, ImportError, Problem, intake as reading};

use super::{
    IntakeRun,
    folder::{self, DONE, FAILED, Kind},
    shown,
    take::{Outcome, Till},
};
use crate::{Session, home, settings};

/// How many sales one transaction takes in: a sale at the counter waits for one of them at most.
const SLICE: usize = 50;

/// The heaviest text that is read at once.
const BYTES: u64 = 256 * 1024 * 1024;

/// Takes in one file. `None` where it is gone: another process or another till has it.
pub(super) async fn take(
    session: &Session,
    till: &Till,
    path: &Path,
) -> Result<Option<IntakeRun>, Failure> {
    let bytes = match std::fs::File::open(path).and_then(|file| file.metadata()) {
        Ok(data) => data.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(folder::unreadable(path, error)),
    };
    let mut run = IntakeRun {
        file: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        at: i64::try_from(session.now().await?).unwrap_or(i64::MAX),
        ..IntakeRun::default()
    };
    let mut problems = Vec::new();
    let read = if bytes > BYTES {
        Err(Code::RequestTooLarge)
    } else {
        read(path.to_owned(), till).await?
    };
    match read {
        Ok(tale) => {
            problems.extend(tale.notes);
            let mut sales = Vec::with_capacity(tale.sales.len());
            let mut rows = std::collections::HashMap::new();
            for told in tale.sales {
                match told.sale {
                    Ok(sale) => {
                        rows.entry(sale.number.clone()).or_insert(told.row);
                        sales.push(sale);
                    }
                    Err(problem) => {
                        run.failed += 1;
                        problems.push(problem);
                    }
                }
            }
            run.sales = run.failed + u64::try_from(sales.len()).unwrap_or(u64::MAX);
            intake::in_order(&mut sales);
            let row_of = |sale: &ForeignSale| rows.get(&sale.number).copied().unwrap_or_default();
            take_all(session, till, &sales, &row_of, (&mut run, &mut problems)).await?;
        }
        Err(code) => {
            run.code = Some(code.as_str().to_owned());
            run.failed = 1;
            run.sales = 1;
        }
    }
    put_away(session, path, &mut run, &problems)
}

async fn read(path: PathBuf, till: &Till) -> Result<Result<reading::Tale, Code>, Failure> {
    let house = till.house();
    let read = tokio::task::spawn_blocking(move || match folder::kind_of(&path) {
        Some(Kind::Json) => {
            let text = std::fs::read(&path).map_err(shuke_exchange::ReadError::from)?;
            reading::json(&String::from_utf8_lossy(&text), &house)
        }
        _ => reading::table(&path, &house),
    });
    let read = read.await.map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(read.map_err(|error| match error {
        ImportError::Empty => Code::ImportEmpty,
        ImportError::NoColumns { .. } | ImportError::Map(_) => Code::ImportNoColumns,
        ImportError::Read(_) => Code::FileUnreadable,
    }))
}

async fn take_all(
    session: &Session,
    till: &Till,
    sales: &[ForeignSale],
    row_of: &(impl Fn(&ForeignSale) -> u64 + Sync),
    (run, problems): (&mut IntakeRun, &mut Vec<Problem>),
) -> Result<(), Failure> {
    for slice in sales.chunks(SLICE) {
        let mut write = session.write().await?;
        let mut outcomes = Vec::with_capacity(slice.len());
        for sale in slice {
            outcomes.push(till.take(&mut write, sale).await?);
        }
        session.commit(write).await?;
        for (sale, outcome) in slice.iter().zip(outcomes) {
            match outcome {
                Outcome::Created { matched, unmatched } => {
                    run.created += 1;
                    run.matched += u64::from(matched);
                    run.unmatched += u64::from(unmatched);
                }
                Outcome::Unchanged => run.unchanged += 1,
                Outcome::Matched => {
                    run.unchanged += 1;
                    run.matched += 1;
                }
                Outcome::Failed(code) => {
                    run.failed += 1;
                    problems.push(Problem::new(row_of(sale), "", code, &sale.number));
                }
            }
        }
        // Let a click in between.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// The report first, then the file.
fn put_away(
    session: &Session,
    path: &Path,
    run: &mut IntakeRun,
    problems: &[Problem],
) -> Result<Option<IntakeRun>, Failure> {
    let place = if run.failed > 0 { FAILED } else { DONE };
    let moved = match folder::move_to(path, place) {
        Ok(moved) => moved,
        // Another process took the same sales in and was quicker with the file.
        Err(_) if !path.exists() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let told: Vec<Problem> = problems
        .iter()
        .filter(|problem| run.failed > 0 || problem.code != Finding::FieldColumnUnmapped)
        .cloned()
        .collect();
    if !told.is_empty() {
        let locale = settings::read(home::folder_of(session)).locale;
        let locale = locale.as_deref().and_then(shuke_exchange::Locale::parse).unwrap_or_default();
        let name = moved.file_name().map(|name| name.to_string_lossy().into_owned());
        let report = moved.with_file_name(format!("{}.report.csv", name.unwrap_or_default()));
        std::fs::write(&report, reading::report(&told, locale))
            .map_err(|error| folder::unwritable(&report, error))?;
        run.report = Some(shown(&report));
    }
    run.moved_to = Some(shown(&moved));
    Ok(Some(run.clone()))
}
