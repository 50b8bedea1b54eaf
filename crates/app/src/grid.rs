//! The customer grid: a view is an order of ids held in memory; windows of it are read as they
//! come into sight, so that a million rows cost what a screenful does.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, Fen, Quantity, RecordId, Sight, nouns::Customer};
use shuke_store::grid::Arrangement;
use ts_rs::TS;

use crate::{
    App, Session,
    customer::{self, WHOLE_NUMBER},
    search,
    session::Rules,
};

/// One condition of a filter; all must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Condition {
    /// A customer field, a total (`sales`, `spent`, `spent_12_months`, `last_sale_days`, `points`), `tier`, `tag`.
    pub field: String,
    pub is: Comparison,
    /// A text, a number, or a list of either; two numbers for `between`.
    #[ts(type = "unknown")]
    pub value: serde_json::Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "app.ts")]
pub enum Comparison {
    Is,
    IsNot,
    OneOf,
    Contains,
    AtLeast,
    AtMost,
    Between,
    Set,
    Unset,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Sort {
    /// `name`, `last_sale`, `spent`, `spent_12_months`, `sales`, `points`, `joined`, `member_no`, `created`.
    pub key: String,
    pub descending: bool,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct ViewRequest {
    pub conditions: Vec<Condition>,
    pub sort: Option<Sort>,
    /// Narrows by the search box as well.
    pub text: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct View {
    /// Hand this to `customer.window`; it holds until another view replaces it.
    pub view: u32,
    pub count: u32,
    /// Everyone in the workspace, for 占 1.25 %.
    pub all: u32,
    pub spent_12_months: Fen,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct WindowRequest {
    pub view: u32,
    pub from: u32,
    pub count: u32,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Window {
    pub from: u32,
    pub rows: Vec<CustomerRow>,
    /// The view was replaced meanwhile: ask for a new one.
    pub stale: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CustomerRow {
    pub id: RecordId,
    pub name: String,
    pub tier: String,
    pub phone: Option<String>,
    pub member_no: Option<String>,
    pub company: Option<String>,
    pub last_sale_at: Option<i64>,
    pub spent_12_months: Fen,
    pub spent: Fen,
    pub points: i64,
    pub sales: i64,
    pub units: Quantity,
    pub owner: Option<String>,
    pub store: Option<String>,
    pub tags: Vec<String>,
    pub birthday: Option<String>,
    pub joined_on: Option<String>,
    pub waiting: bool,
    /// Of these only so much is shown.
    pub masked: Vec<String>,
}

/// Jumps: to a record, or to the first row whose sort key is not before a text (拼音 or letters).
#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct LocateRequest {
    pub view: u32,
    pub id: Option<RecordId>,
    pub starts_with: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Located {
    pub index: Option<u32>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "CustomerListRequest", export_to = "app.ts", optional_fields)]
pub struct ListRequest {
    pub conditions: Option<Vec<Condition>>,
    pub sort: Option<Sort>,
    pub limit: Option<u32>,
    pub after: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(rename = "CustomerList", export_to = "app.ts")]
pub struct List {
    pub rows: Vec<CustomerRow>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct CountRequest {
    pub conditions: Option<Vec<Condition>>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Count {
    pub count: u32,
}

/// A view that is being looked at: its rows in order.
#[derive(Debug)]
pub(crate) struct HeldView {
    number: u32,
    rows: Vec<i64>,
}

fn arrangement(
    conditions: &[Condition],
    sort: Option<&Sort>,
    rules: &Rules,
    now: u64,
) -> Arrangement {
    use shuke_store::grid::Comparison as To;
    Arrangement {
        conditions: conditions
            .iter()
            .map(|condition| shuke_store::grid::Condition {
                field: condition.field.clone(),
                is: match condition.is {
                    Comparison::Is => To::Is,
                    Comparison::IsNot => To::IsNot,
                    Comparison::OneOf => To::OneOf,
                    Comparison::Contains => To::Contains,
                    Comparison::AtLeast => To::AtLeast,
                    Comparison::AtMost => To::AtMost,
                    Comparison::Between => To::Between,
                    Comparison::Set => To::Set,
                    Comparison::Unset => To::Unset,
                },
                value: condition.value.clone(),
            })
            .collect(),
        sort: sort.map(|sort| (sort.key.clone(), sort.descending)),
        ladder: rules.ladder.clone(),
        grace: rules.earn.grace > 0,
        now: i64::try_from(now).unwrap_or(i64::MAX),
    }
}

/// Rows of everyone who fulfils the conditions, by name.
pub(crate) async fn rows(session: &Session, conditions: &[Condition]) -> Result<Vec<i64>, Failure> {
    allowed(session, conditions).await?;
    let rules = session.rules().await?;
    let sort = Sort { key: "name".to_owned(), descending: false };
    let arrangement = arrangement(conditions, Some(&sort), &rules, session.now().await?);
    Ok(session.store.arrange(&arrangement).await?)
}

/// A condition on a field that one may not read would tell what is in it: a masked one may be asked for whole, or
/// whether it is there; a hidden one not at all.
async fn allowed(session: &Session, conditions: &[Condition]) -> Result<(), Failure> {
    session.may_read(Customer::COLLECTION).await?;
    let eyes = session.eyes().await?;
    for condition in conditions {
        let Some(field) = Customer::COLLECTION.field(&condition.field) else { continue };
        let whole = match condition.is {
            Comparison::Set | Comparison::Unset => true,
            Comparison::Is => {
                let digits = condition.value.as_str().unwrap_or_default();
                digits.chars().filter(char::is_ascii_digit).count() >= WHOLE_NUMBER
            }
            _ => false,
        };
        let may = match eyes.sight(Customer::COLLECTION, field.name) {
            Sight::Open => true,
            Sight::Masked => whole,
            Sight::Hidden => false,
        };
        if !may {
            let role = session.role().await?;
            return Err(Failure::new(Code::RightMissing)
                .with("role", role.as_str())
                .with("field", field.name));
        }
    }
    Ok(())
}

pub async fn view(app: &App, request: ViewRequest) -> Result<View, Failure> {
    let session = app.session().await?;
    allowed(&session, &request.conditions).await?;
    let rules = session.rules().await?;
    let arrangement =
        arrangement(&request.conditions, request.sort.as_ref(), &rules, session.now().await?);
    let text = request.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let store = &session.store;
    // What reads everyone reads side by side.
    let (rows, all, spent) = if request.conditions.is_empty() && text.is_none() {
        let (rows, spent) =
            tokio::try_join!(store.arrange(&arrangement), store.spent_12_months(None))?;
        let all = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        (rows, all, spent)
    } else {
        let everyone = Arrangement::default();
        let (mut rows, all) =
            tokio::try_join!(store.arrange(&arrangement), store.count(&everyone))?;
        if let Some(text) = text {
            let found = search::found(&session, text, 10_000).await?;
            let found: std::collections::HashSet<i64> = found.into_iter().collect();
            rows.retain(|row| found.contains(row));
        }
        let spent = store.spent_12_months(Some(&rows)).await?;
        (rows, all, spent)
    };
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut held = session.view.lock().map_err(|_| Failure::new(Code::Internal))?;
    let number = held.as_ref().map_or(1, |held| held.number.wrapping_add(1));
    *held = Some(Arc::new(HeldView { number, rows }));
    Ok(View { view: number, count, all, spent_12_months: Fen(spent) })
}

fn held(session: &Session, view: u32) -> Result<Option<Arc<HeldView>>, Failure> {
    let held = session.view.lock().map_err(|_| Failure::new(Code::Internal))?;
    Ok(held.clone().filter(|held| held.number == view))
}

pub async fn window(app: &App, request: WindowRequest) -> Result<Window, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let Some(held) = held(&session, request.view)? else {
        return Ok(Window { from: request.from, rows: Vec::new(), stale: true });
    };
    let from = usize::try_from(request.from).unwrap_or(usize::MAX).min(held.rows.len());
    let count = usize::try_from(request.count.min(1_000)).unwrap_or(0);
    let rows = held.rows.get(from..(from + count).min(held.rows.len())).unwrap_or_default();
    Ok(Window { from: request.from, rows: read(&session, rows).await?, stale: false })
}

async fn read(session: &Session, rows: &[i64]) -> Result<Vec<CustomerRow>, Failure> {
    let rules = session.rules().await?;
    let names = session.names().await?;
    let eyes = session.eyes().await?;
    let waiting = session.store.waiting_customers(rows).await?;
    let found = session.store.customers_by_rows(rows).await?;
    Ok(found
        .into_iter()
        .map(|(stored, totals, tags)| {
            let record = eyes.shown(&stored.record);
            let text = |field: &str| record.text(field).map(str::to_owned);
            let name_of =
                |field: &str| record.reference(field).and_then(|id| names.get(&id).cloned());
            CustomerRow {
                id: record.id,
                name: text("name").unwrap_or_default(),
                tier: rules.tier(totals.tier_spent()),
                phone: text("phone").or_else(|| text("landline")),
                member_no: text("member_no"),
                company: text("company"),
                last_sale_at: totals.last_sale_at,
                spent_12_months: Fen(totals.spent_12_months),
                spent: Fen(totals.spent),
                points: totals.points,
                sales: totals.sales,
                units: Quantity(totals.units),
                owner: name_of("owner"),
                store: name_of("store"),
                tags,
                birthday: text("birthday"),
                joined_on: text("joined_on"),
                waiting: rules.shared && waiting.contains(&stored.row),
                masked: customer::masked(&eyes, &record),
            }
        })
        .collect())
}

pub async fn locate(app: &App, request: LocateRequest) -> Result<Located, Failure> {
    let session = app.session().await?;
    session.may_read(Customer::COLLECTION).await?;
    let Some(held) = held(&session, request.view)? else { return Ok(Located { index: None }) };
    let row = match (request.id, request.starts_with) {
        (Some(id), _) => session.store.row_of(id).await?,
        (None, Some(text)) => session.store.first_named(&text.to_lowercase()).await?,
        (None, None) => None,
    };
    let index = row.and_then(|row| held.rows.iter().position(|held| *held == row));
    Ok(Located { index: index.and_then(|index| u32::try_from(index).ok()) })
}

pub async fn list(app: &App, request: ListRequest) -> Result<List, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let conditions = request.conditions.unwrap_or_default();
    allowed(&session, &conditions).await?;
    let arrangement = arrangement(&conditions, request.sort.as_ref(), &rules, session.now().await?);
    let rows = session.store.arrange(&arrangement).await?;
    let limit = usize::try_from(request.limit.unwrap_or(50)).unwrap_or(50);
    let after = request.after.as_deref().and_then(|text| text.parse::<RecordId>().ok());
    let start = match after {
        Some(id) => {
            let row = session.store.row_of(id).await?;
            rows.iter().position(|held| Some(*held) == row).map_or(0, |place| place + 1)
        }
        None => 0,
    };
    let page = rows.get(start..(start + limit).min(rows.len())).unwrap_or_default();
    let read = read(&session, page).await?;
    let next = read.last().filter(|_| start + limit < rows.len()).map(|last| last.id.to_string());
    Ok(List { rows: read, next })
}

pub async fn count(app: &App, request: CountRequest) -> Result<Count, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let conditions = request.conditions.unwrap_or_default();
    allowed(&session, &conditions).await?;
    let arrangement = arrangement(&conditions, None, &rules, session.now().await?);
    Ok(Count { count: session.store.count(&arrangement).await? })
}
