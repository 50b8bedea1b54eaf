//! Customers: added, read, edited, deleted, listed, counted.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use shuke_app::{
    App, Code, Failure,
    customer::{self, Add, CustomerFile, EditCustomer, Id},
    grid::{self, CountRequest, CustomerRow, ListRequest},
    tag,
};

use crate::{
    assignment, condition, figure, id,
    search::tier,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Customer {
    Add(AddArgs),
    /// The whole file.
    Show {
        id: String,
    },
    /// Change fields; `field=` clears one.
    Edit {
        id: String,
        #[arg(long = "set", value_name = "FIELD=VALUE", required = true, value_parser = assignment)]
        set: Vec<(String, String)>,
    },
    /// Delete; `call customer.restore` takes it back.
    Delete {
        id: String,
    },
    List(ListArgs),
    /// How many there are.
    Count {
        #[command(flatten)]
        filter: Filter,
    },
}

/// Add a customer.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    #[arg(long)]
    name: String,
    #[arg(long)]
    phone: Option<String>,
    /// Any other field, `tags` included. As often as needed.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

/// A page of customers.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filter: Filter,
    /// name, last_sale, spent, spent_12_months, sales, points, joined, member_no or created; `:desc` turns it round.
    #[arg(long, value_name = "KEY[:desc]")]
    sort: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    /// `next` of the page before.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Filter {
    /// `tier in (gold, platinum) and last_sale_days >= 60 and phone is set and tag = 送礼`
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
}

impl Filter {
    fn conditions(&self) -> Result<Option<Vec<grid::Condition>>, Failure> {
        self.filter.as_deref().map(condition::read).transpose()
    }
}

impl Customer {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Customer::Add(args) => {
                let (mut fields, tags) = split(args.set);
                fields.insert("name".to_owned(), args.name.into());
                if let Some(phone) = args.phone {
                    fields.insert("phone".to_owned(), phone.into());
                }
                let add = Add { fields: Some(fields), tags, ..Add::default() };
                answer_id(voice, customer::add(app, add).await?, "cli:customer.added")
            }
            Customer::Show { id: text } => {
                let file = customer::show(app, id(&text, Code::CustomerNotFound)?).await?;
                voice.answer(&whole(&file)?, &card(voice, &file))
            }
            Customer::Edit { id: text, set } => {
                let id = id(&text, Code::CustomerNotFound)?;
                let (fields, tags) = split(set);
                // Tags are links, not a field: first what may be refused.
                if !fields.is_empty() || tags.is_none() {
                    customer::edit(app, EditCustomer { id: id.id, fields }).await?;
                }
                if let Some(tags) = tags {
                    tag_as(app, id, &tags).await?;
                }
                answer_id(voice, id, "cli:customer.edited")
            }
            Customer::Delete { id: text } => {
                let deleted = customer::delete(app, id(&text, Code::CustomerNotFound)?).await?;
                answer_id(voice, deleted, "cli:customer.deleted")
            }
            Customer::List(args) => args.run(app, voice).await,
            Customer::Count { filter } => {
                let counted =
                    grid::count(app, CountRequest { conditions: filter.conditions()? }).await?;
                voice.answer(
                    &json!({ "count": counted.count }),
                    &[figure::count(counted.count.into())],
                )
            }
        }
    }
}

fn answer_id(voice: Voice, id: Id, sentence: &str) -> Result<(), Stop> {
    let said = id.id.to_string();
    voice.answer(&json!({ "id": said }), &[voice.text(sentence, &[("id", &said)])])
}

/// Fields by name, and the tags among them. `note` is what imports call the remarks.
fn split(set: Vec<(String, String)>) -> (BTreeMap<String, Value>, Option<Vec<String>>) {
    let mut fields = BTreeMap::new();
    let mut tags = None;
    for (name, value) in set {
        match name.as_str() {
            "tags" | "tag" => {
                let names = value
                    .split([',', '，', '、', ';', '；'])
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                tags.get_or_insert_with(Vec::new).extend(names.map(str::to_owned));
            }
            "note" => {
                fields.insert("remarks".to_owned(), value.into());
            }
            _ => {
                fields.insert(name, value.into());
            }
        }
    }
    (fields, tags)
}

/// Exactly these tags, no others.
async fn tag_as(app: &App, id: Id, wanted: &[String]) -> Result<(), Failure> {
    let has = customer::show(app, id).await?.tags;
    let put = |name: &String| tag::PutTag { customers: vec![id.id], name: name.clone() };
    for name in wanted.iter().filter(|name| !has.contains(name)) {
        tag::put(app, put(name)).await?;
    }
    for name in has.iter().filter(|name| !wanted.contains(name)) {
        tag::remove(app, put(name)).await?;
    }
    Ok(())
}

/// The file as one flat object: what is known, then what follows from it.
fn whole(file: &CustomerFile) -> Result<Value, Failure> {
    let known = serde_json::to_value(&file.customer)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let mut all = Map::new();
    all.insert("id".to_owned(), json!(file.id));
    all.extend(file.own_fields.clone());
    if let Value::Object(known) = known {
        all.extend(known);
    }
    let totals = &file.totals;
    let computed = json!({
        "phones": phones(file),
        "tags": file.tags,
        "totals": {
            "sales": totals.sales,
            "units": figure::quantity(totals.units),
            "spent_fen": totals.spent,
            "spent_12_months_fen": totals.spent_12_months,
            "first_sale_at": figure::moment(totals.first_sale_at),
            "last_sale_at": figure::moment(totals.last_sale_at),
        },
        "tier": file.standing.tier,
        "next_tier": file.standing.next,
        "gap_fen": file.standing.gap,
        "balances": { "points": file.points, "coins": file.coins },
        "store_name": file.store_name,
        "owner_name": file.owner_name,
        "latest_sales": file.latest_sales.iter().map(|sale| json!({
            "id": sale.id,
            "sold_at": figure::moment(sale.sold_at),
            "total_fen": sale.total,
            "products": sale.products,
            "refund": sale.refund,
        })).collect::<Vec<_>>(),
        "deleted": file.deleted,
        "away": file.away,
        "waiting": file.waiting,
    });
    if let Value::Object(computed) = computed {
        all.extend(computed);
    }
    Ok(Value::Object(all))
}

/// Every number, the first to call first.
fn phones(file: &CustomerFile) -> Vec<String> {
    let known = &file.customer;
    let others = known.other_phones.iter().flatten();
    let mut phones: Vec<String> =
        known.phone.iter().chain(&known.landline).chain(others).cloned().collect();
    let mut seen = std::collections::HashSet::new();
    phones.retain(|phone| seen.insert(phone.clone()));
    phones
}

fn card(voice: Voice, file: &CustomerFile) -> Vec<String> {
    if file.away {
        return vec![voice.text("customer:away.title", &[])];
    }
    let name = file.customer.name.clone().unwrap_or_default();
    let mut lines = vec![format!("{name}  {}", tier(voice, &file.standing.tier))];
    if file.deleted {
        lines.push(voice.text("customer:deleted", &[]));
    }
    let mut rows = vec![
        [voice.text("cli:customer.sales", &[]), figure::count(file.totals.sales)],
        [voice.text("cli:customer.units", &[]), file.totals.units.to_string()],
        [voice.text("cli:customer.spent", &[]), figure::money(file.totals.spent)],
        [voice.text("cli:customer.last", &[]), figure::day(file.totals.last_sale_at)],
        [voice.text("cli:customer.points", &[]), figure::count(file.points)],
        [voice.text("cli:customer.coins", &[]), figure::count(file.coins)],
    ];
    let known = match serde_json::to_value(&file.customer) {
        Ok(Value::Object(known)) => known,
        _ => Map::new(),
    };
    // Ids of store and owner are shown by their names.
    let shown =
        known.iter().filter(|(field, _)| !["name", "store", "owner"].contains(&field.as_str()));
    for (field, value) in shown.chain(&file.own_fields) {
        let label =
            voice.known(&format!("nouns:customer.{field}")).unwrap_or_else(|| field.clone());
        let items = |items: &Vec<Value>| {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        };
        let said = match value {
            Value::String(text) => text.clone(),
            Value::Array(list) => items(list),
            other => other.to_string(),
        };
        rows.push([label, said]);
    }
    if !file.tags.is_empty() {
        rows.push([voice.text("nouns:customer.tags", &[]), file.tags.join(", ")]);
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    lines.extend(table::lines(&[Lean::Left, Lean::Left], &rows));
    lines
}

impl ListArgs {
    async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let request = ListRequest {
            conditions: self.filter.conditions()?,
            sort: self.sort.as_deref().map(condition::sort).transpose()?,
            limit: Some(self.limit),
            after: self.after,
        };
        let list = grid::list(app, request).await?;
        let rows: Vec<Value> = list.rows.iter().map(row).collect();
        let cells: Vec<Vec<String>> = list
            .rows
            .iter()
            .map(|it| {
                vec![
                    it.name.clone(),
                    tier(voice, &it.tier),
                    it.phone.clone().unwrap_or_default(),
                    figure::day(it.last_sale_at),
                    figure::money(it.spent),
                    it.id.to_string(),
                ]
            })
            .collect();
        let leans = [Lean::Left, Lean::Left, Lean::Left, Lean::Left, Lean::Right, Lean::Left];
        let mut lines = table::lines(&leans, &cells);
        if cells.is_empty() {
            lines.push(voice.text("cli:search.none", &[]));
        }
        if let Some(next) = &list.next {
            lines.push(voice.text("cli:customer.next", &[("cursor", next)]));
        }
        voice.answer(&json!({ "rows": rows, "next": list.next }), &lines)
    }
}

fn row(row: &CustomerRow) -> Value {
    json!({
        "id": row.id,
        "name": row.name,
        "tier": row.tier,
        "phone": row.phone,
        "member_no": row.member_no,
        "company": row.company,
        "last_sale_at": figure::moment(row.last_sale_at),
        "spent_fen": row.spent,
        "spent_12_months_fen": row.spent_12_months,
        "sales": row.sales,
        "units": figure::quantity(row.units),
        "points": row.points,
        "owner": row.owner,
        "store": row.store,
        "tags": row.tags,
        "birthday": row.birthday,
        "joined_on": row.joined_on,
        "waiting": row.waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_remarks_are_found_among_the_fields() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (fields, tags) =
            split(vec![pair("tags", "送礼，老茶客"), pair("note", "花粉过敏"), pair("wechat", "")]);
        assert_eq!(tags, Some(vec!["送礼".to_owned(), "老茶客".to_owned()]));
        assert_eq!(fields["remarks"], "花粉过敏");
        assert_eq!(fields["wechat"], "");
        assert_eq!(split(vec![pair("tags", "")]).1, Some(Vec::new()));
    }
}
