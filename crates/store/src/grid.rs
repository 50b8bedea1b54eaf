//! Filters and orders over all living customers, answered with their rows alone: a million ids are
//! eight megabytes, a window of them is read when it comes into sight.

use serde_json::Value;
use shuke_domain::{Code, Failure, RecordId, tier::Tier};
use sqlx::{AssertSqlSafe, Sqlite, query::QueryScalar, sqlite::SqliteArguments};

use crate::{Store, StoreError};

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// One condition; all of a filter must hold.
#[derive(Clone, Debug)]
pub struct Condition {
    pub field: String,
    pub is: Comparison,
    pub value: Value,
}

/// A filter and an order, as a view asks for them.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    pub conditions: Vec<Condition>,
    /// `name`, `last_sale`, `spent`, `spent_12_months`, `sales`, `points`, `joined`, `member_no`, `created`.
    pub sort: Option<(String, bool)>,
    /// The ladder by which `tier` is read.
    pub ladder: Vec<Tier>,
    /// Whether tiers are kept for a while: then not the twelve months alone decide.
    pub grace: bool,
    /// Milliseconds since 1970, for `last_sale_days`.
    pub now: i64,
}

/// A piece of SQL from our own texts, with the values that belong into it.
#[derive(Default)]
struct Clause {
    sql: String,
    values: Vec<Bound>,
}

enum Bound {
    Text(String),
    Int(i64),
}

impl Store {
    /// The rows of all customers that fulfil the conditions, in order.
    pub async fn arrange(&self, arrangement: &Arrangement) -> Result<Vec<i64>, StoreError> {
        let clause = filter(arrangement)?;
        let order = order(arrangement.sort.as_ref())?;
        // One text instead of a million rows: a row through the driver costs a microsecond each.
        let everyone = clause.sql.is_empty() && (self.lens().is_none() || !order.of_customer);
        let sql = if everyone {
            format!("select group_concat(customer) from ({order})", order = order.all)
        } else {
            // The filter first, then the order: left to itself the planner walks the order's index
            // and looks every customer up.
            format!(
                "with matching as materialized (
                     select totals.customer, {key} as key from customer_totals totals
                     join customer c on c.row = totals.customer where {filter})
                 select group_concat(customer) from (select customer from matching order by key {direction}, customer {direction})",
                key = order.key,
                filter = if clause.sql.is_empty() { "true" } else { &clause.sql },
                direction = order.direction,
            )
        };
        let mut query = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql));
        for value in clause.values {
            query = bind(query, value);
        }
        let rows: Option<String> = query.fetch_one(self.readers()).await?;
        Ok(rows.unwrap_or_default().split(',').filter_map(|row| row.parse().ok()).collect())
    }

    pub async fn count(&self, arrangement: &Arrangement) -> Result<u32, StoreError> {
        let clause = filter(arrangement)?;
        let sql = if clause.sql.is_empty() {
            "select count(*) from customer_totals".to_owned()
        } else {
            format!(
                "select count(*) from customer_totals totals join customer c on c.row = totals.customer where {}",
                clause.sql
            )
        };
        let mut query = sqlx::query_scalar::<_, u32>(AssertSqlSafe(sql));
        for value in clause.values {
            query = match value {
                Bound::Text(text) => query.bind(text),
                Bound::Int(number) => query.bind(number),
            };
        }
        Ok(query.fetch_one(self.readers()).await?)
    }

    /// What some customers, or all, spent in twelve months.
    pub async fn spent_12_months(&self, rows: Option<&[i64]>) -> Result<i64, StoreError> {
        Ok(match rows {
            None => {
                sqlx::query_scalar("select ifnull(sum(spent_12_months), 0) from customer_totals")
                    .fetch_one(self.readers())
                    .await?
            }
            Some(rows) => {
                sqlx::query_scalar(
                    "select ifnull(sum(spent_12_months), 0) from customer_totals
                     where customer in (select value from json_each(?1))",
                )
                .bind(serde_json::to_string(rows)?)
                .fetch_one(self.readers())
                .await?
            }
        })
    }

    pub async fn row_of(&self, id: RecordId) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar("select row from customer where id = ?1")
            .bind(id.as_bytes().as_slice())
            .fetch_optional(self.readers())
            .await?)
    }

    /// The first row, in the order by name, whose name does not come before a text.
    pub async fn first_named(&self, key: &str) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "select row from customer where deleted = 0 and erased = 0 and name_key >= ?1 order by name_key, row limit 1",
        )
        .bind(key)
        .fetch_optional(self.readers())
        .await?)
    }
}

fn bind(
    query: QueryScalar<'_, Sqlite, Option<String>, SqliteArguments>,
    value: Bound,
) -> QueryScalar<'_, Sqlite, Option<String>, SqliteArguments> {
    match value {
        Bound::Text(text) => query.bind(text),
        Bound::Int(number) => query.bind(number),
    }
}

struct Order {
    /// A subquery over everyone.
    all: String,
    key: &'static str,
    direction: &'static str,
    /// By a column of the customer itself: who sees a part finds their part first, and then sorts it.
    of_customer: bool,
}

fn order(sort: Option<&(String, bool)>) -> Result<Order, StoreError> {
    let (name, descending) =
        sort.map_or(("last_sale", true), |(name, descending)| (name.as_str(), *descending));
    let direction = if descending { "desc" } else { "asc" };
    let of_totals = |column: &'static str| Order {
        all: format!(
            "select customer from customer_totals order by {column} {direction}, customer {direction}"
        ),
        key: column,
        direction,
        of_customer: false,
    };
    let of_customer = |column: &'static str, key: &'static str| Order {
        all: format!(
            "select row as customer from customer where deleted = 0 and erased = 0 order by {column} {direction}, row {direction}"
        ),
        key,
        direction,
        of_customer: true,
    };
    Ok(match name {
        "last_sale" => of_totals("last_sale_at"),
        "spent" => of_totals("spent"),
        "spent_12_months" | "tier" => of_totals("spent_12_months"),
        "sales" => of_totals("sales"),
        "points" => of_totals("points"),
        "name" => of_customer("name_key", "c.name_key"),
        "member_no" => of_customer("member_no", "c.member_no"),
        "joined" => of_customer("joined_on", "c.joined_on"),
        "created" => of_totals("customer"),
        _ => return Err(invalid("sort", name)),
    })
}

fn invalid(field: &str, value: &str) -> StoreError {
    Failure::new(Code::ConditionInvalid).with("field", field).with("value", value).into()
}

/// The `where` of a filter. Column names come from here; what a person typed is only ever bound.
fn filter(arrangement: &Arrangement) -> Result<Clause, StoreError> {
    let mut all = Clause::default();
    for condition in &arrangement.conditions {
        if !all.sql.is_empty() {
            all.sql.push_str(" and ");
        }
        one(arrangement, condition, &mut all)?;
    }
    Ok(all)
}

fn one(
    arrangement: &Arrangement,
    condition: &Condition,
    clause: &mut Clause,
) -> Result<(), StoreError> {
    let field = condition.field.as_str();
    match field {
        "tier" => tier(arrangement, condition, clause),
        "tag" => {
            let not = matches!(condition.is, Comparison::IsNot | Comparison::Unset);
            let names = texts(&condition.value);
            clause.sql.push_str(if not { "not exists (" } else { "exists (" });
            clause.sql.push_str(
                "select 1 from customer_tag ct join tag t on t.id = ct.tag
                 where ct.customer = c.id and ct.deleted = 0 and t.deleted = 0",
            );
            if !matches!(condition.is, Comparison::Set | Comparison::Unset) {
                clause.sql.push_str(" and t.name in (");
                clause.sql.push_str(&crate::codec::places(names.len()));
                clause.sql.push(')');
                clause.values.extend(names.into_iter().map(Bound::Text));
            }
            clause.sql.push(')');
            Ok(())
        }
        "waiting" => {
            clause.sql.push_str(
                "exists (select 1 from outbox o where o.collection = 'customer' and o.id = c.id)",
            );
            Ok(())
        }
        "last_sale_days" => {
            // Days ago: more days are an earlier moment, so the comparison turns round.
            let moment = |days: i64| arrangement.now - days * 86_400_000;
            let numbers = numbers(&condition.value);
            let (from, to) = match (condition.is, numbers.as_slice()) {
                (Comparison::AtLeast, [days, ..]) => (i64::MIN, moment(*days)),
                (Comparison::AtMost, [days, ..]) => (moment(*days), i64::MAX),
                (Comparison::Between, [a, b, ..]) => (moment(*a.max(b)), moment(*a.min(b))),
                (Comparison::Set, _) => (i64::MIN, i64::MAX),
                (Comparison::Unset, _) => {
                    clause.sql.push_str("totals.last_sale_at is null");
                    return Ok(());
                }
                _ => return Err(invalid(field, &condition.value.to_string())),
            };
            clause.sql.push_str("totals.last_sale_at between ? and ?");
            clause.values.extend([Bound::Int(from), Bound::Int(to)]);
            Ok(())
        }
        _ => {
            let column = column(field).ok_or_else(|| invalid("field", field))?;
            compare(column, condition, clause)
        }
    }
}

fn column(field: &str) -> Option<&'static str> {
    const COLUMNS: &[(&str, &str)] = &[
        ("sales", "totals.sales"),
        ("units", "totals.units"),
        ("spent", "totals.spent"),
        ("spent_12_months", "totals.spent_12_months"),
        ("points", "totals.points"),
        ("coins", "totals.coins"),
        ("last_sale_at", "totals.last_sale_at"),
        ("name", "c.name"),
        ("kind", "c.kind"),
        ("member_no", "c.member_no"),
        ("phone", "c.phone"),
        ("landline", "c.landline"),
        ("email", "c.email"),
        ("wechat", "c.wechat"),
        ("gender", "c.gender"),
        ("birthday", "c.birthday"),
        ("birthday_month", "cast(substr(c.birthday, -5, 2) as integer)"),
        ("address", "c.address"),
        ("company", "c.company"),
        ("habits", "c.habits"),
        ("taboo", "c.taboo"),
        ("remarks", "c.remarks"),
        ("preferred_channel", "c.preferred_channel"),
        ("source", "c.source"),
        ("joined_on", "c.joined_on"),
        ("store", "lower(hex(c.store))"),
        ("owner", "lower(hex(c.owner))"),
    ];
    COLUMNS.iter().find(|(name, _)| *name == field).map(|(_, column)| *column)
}

fn compare(column: &str, condition: &Condition, clause: &mut Clause) -> Result<(), StoreError> {
    let mut bound = bounds(&condition.value);
    if column.contains("hex(") {
        for value in &mut bound {
            if let Bound::Text(text) = value {
                *text = text.replace('-', "");
            }
        }
    }
    let wanted = |count: usize| {
        if bound.len() >= count {
            Ok(())
        } else {
            Err(invalid(&condition.field, &condition.value.to_string()))
        }
    };
    let sql = match condition.is {
        Comparison::Set => format!("({column} is not null and {column} <> '')"),
        Comparison::Unset => format!("({column} is null or {column} = '')"),
        Comparison::Is => {
            wanted(1)?;
            bound.truncate(1);
            format!("{column} = ?")
        }
        Comparison::IsNot => {
            wanted(1)?;
            bound.truncate(1);
            format!("{column} is not ?")
        }
        Comparison::OneOf => {
            wanted(1)?;
            format!("{column} in ({})", crate::codec::places(bound.len()))
        }
        Comparison::Contains => {
            wanted(1)?;
            bound.truncate(1);
            format!("instr(lower({column}), lower(?)) > 0")
        }
        Comparison::AtLeast => {
            wanted(1)?;
            bound.truncate(1);
            format!("{column} >= ?")
        }
        Comparison::AtMost => {
            wanted(1)?;
            bound.truncate(1);
            format!("{column} <= ?")
        }
        Comparison::Between => {
            wanted(2)?;
            bound.truncate(2);
            format!("{column} between ? and ?")
        }
    };
    clause.sql.push_str(&sql);
    if !matches!(condition.is, Comparison::Set | Comparison::Unset) {
        clause.values.append(&mut bound);
    }
    Ok(())
}

fn tier(
    arrangement: &Arrangement,
    condition: &Condition,
    clause: &mut Clause,
) -> Result<(), StoreError> {
    let names = texts(&condition.value);
    let not = condition.is == Comparison::IsNot;
    let mut ranges = Vec::new();
    for (place, tier) in arrangement.ladder.iter().enumerate() {
        if names.contains(&tier.name) {
            let from = if place == 0 { i64::MIN } else { tier.from.0 };
            let below = arrangement.ladder.get(place + 1).map_or(i64::MAX, |next| next.from.0 - 1);
            ranges.push(if arrangement.grace {
                "max(totals.spent_12_months, ifnull(totals.held_12_months, totals.spent_12_months)) between ? and ?"
            } else {
                "totals.spent_12_months between ? and ?"
            });
            clause.values.extend([Bound::Int(from), Bound::Int(below)]);
        }
    }
    if ranges.is_empty() {
        return Err(invalid("tier", &condition.value.to_string()));
    }
    clause.sql.push_str(if not { "not (" } else { "(" });
    clause.sql.push_str(&ranges.join(" or "));
    clause.sql.push(')');
    Ok(())
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<String> {
    list(value)
        .into_iter()
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect()
}

fn numbers(value: &Value) -> Vec<i64> {
    list(value).into_iter().filter_map(Value::as_i64).collect()
}

fn bounds(value: &Value) -> Vec<Bound> {
    list(value)
        .into_iter()
        .map(|value| match value.as_i64() {
            Some(number) => Bound::Int(number),
            None => Bound::Text(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        })
        .collect()
}
