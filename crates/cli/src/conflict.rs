//! Conflicts: three values each, and a choice.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use shuke_app::{
    App, Code,
    conflict::{
        self, ChangedAfterDeletion, ConflictRow, ConflictSide, ListRequest, Settle, Settled,
        Settling, Take,
    },
};

use crate::{
    figure, id,
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Conflict {
    Settle(SettleArgs),
}

/// Let one value stand.
#[derive(Debug, Args)]
pub(crate) struct SettleArgs {
    #[arg(required = true)]
    id: Vec<String>,
    /// mine, theirs, original, or a value of your own.
    #[arg(long, value_name = "CHOICE|VALUE")]
    take: String,
}

impl Conflict {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let Conflict::Settle(args) = self;
        let (take, value) = match args.take.as_str() {
            "mine" => (Take::Mine, None),
            "theirs" => (Take::Theirs, None),
            "original" => (Take::Original, None),
            own => (Take::Value, Some(Value::from(own))),
        };
        let mut conflicts = Vec::with_capacity(args.id.len());
        for text in &args.id {
            conflicts.push(Settling { id: id(text, Code::ConflictNotFound)?.id, as_of: None });
        }
        let settled = conflict::settle(app, Settle { conflicts, take, value, other: None }).await?;
        let lines: Vec<String> =
            settled.settled.iter().map(|one| settled_line(voice, one)).collect();
        let one = |one: &Settled| json!({ "id": one.id, "record": one.record, "field": one.field, "value": one.value });
        let value = match settled.settled.as_slice() {
            [only] => one(only),
            many => json!({ "settled": many.iter().map(one).collect::<Vec<_>>() }),
        };
        voice.answer(&value, &lines)
    }
}

fn settled_line(voice: Voice, one: &Settled) -> String {
    let field = field(voice, &one.field);
    voice.text(
        "cli:conflict.settled",
        &[("field", &field), ("value", &said(voice, &one.value, None))],
    )
}

pub(crate) async fn list(app: &App, voice: Voice) -> Result<(), Stop> {
    let found = conflict::list(app, ListRequest { about: None, limit: Some(1_000) }).await?;
    let value = json!({
        "conflicts": found.conflicts.iter().map(row).collect::<Vec<_>>(),
        "changed_after_deletion": found.deleted.iter().map(deleted).collect::<Vec<_>>(),
    });
    let mut lines: Vec<String> =
        found.conflicts.iter().flat_map(|conflict| card(voice, conflict)).collect();
    for customer in &found.deleted {
        let at = figure::local(customer.deleted_at);
        lines.push(voice.text(
            "cli:conflict.changed_after_deletion",
            &[("name", &customer.name), ("at", &at), ("id", &customer.id.to_string())],
        ));
    }
    if lines.is_empty() {
        lines.push(voice.text("cli:conflict.none", &[]));
    }
    voice.answer(&value, &lines)
}

fn row(conflict: &ConflictRow) -> Value {
    json!({
        "id": conflict.id,
        "collection": conflict.collection,
        "record": conflict.record,
        "customer": conflict.customer,
        "name": conflict.name,
        "field": conflict.field,
        "original": conflict.original,
        "theirs": conflict.theirs.value,
        "mine": conflict.mine.value,
        "leads": conflict.leads,
        "theirs_by": by(&conflict.theirs),
        "mine_by": by(&conflict.mine),
        "others": conflict.others.iter().map(|other| {
            let mut by = by(other);
            if let Some(map) = by.as_object_mut() {
                map.insert("value".to_owned(), other.value.clone());
            }
            by
        }).collect::<Vec<_>>(),
    })
}

fn by(side: &ConflictSide) -> Value {
    json!({ "person": side.person, "device": side.device, "at": figure::moment(Some(side.at)) })
}

fn deleted(customer: &ChangedAfterDeletion) -> Value {
    json!({
        "id": customer.id,
        "name": customer.name,
        "deleted_at": figure::moment(Some(customer.deleted_at)),
        "deleted_on": customer.deleted_on,
        "changed": customer.changed,
        "changed_at": figure::moment(Some(customer.changed_at)),
        "changed_on": customer.changed_on,
    })
}

fn field(voice: Voice, name: &str) -> String {
    voice.known(&format!("nouns:customer.{name}")).unwrap_or_else(|| name.to_owned())
}

fn said(voice: Voice, value: &Value, label: Option<&str>) -> String {
    match (label, value) {
        (Some(label), _) => label.to_owned(),
        (_, Value::Null) => voice.text("cli:conflict.empty", &[]),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Object(map)) => {
            map.values().map(|value| said(voice, value, None)).collect::<Vec<_>>().join(" ")
        }
        (_, value) => value.to_string(),
    }
}

/// A conflict for people: whose file and which field, then the three values under each other.
fn card(voice: Voice, conflict: &ConflictRow) -> Vec<String> {
    let whose = |side: &ConflictSide| {
        let names = [side.person.clone(), side.device.clone(), Some(figure::local(side.at))];
        names.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let line = |key: &str, value: String, whose: String| {
        format!("    {}  {value}  {whose}", voice.text(key, &[])).trim_end().to_owned()
    };
    let original = said(voice, &conflict.original, conflict.original_label.as_deref());
    let mut lines = vec![
        format!("{}  {}  {}", conflict.name, field(voice, &conflict.field), conflict.id),
        line("cli:conflict.original", original, String::new()),
    ];
    for (key, side) in
        [("cli:conflict.theirs", &conflict.theirs), ("cli:conflict.mine", &conflict.mine)]
    {
        lines.push(line(key, said(voice, &side.value, side.label.as_deref()), whose(side)));
    }
    for side in &conflict.others {
        let value = said(voice, &side.value, side.label.as_deref());
        lines.push(line("cli:conflict.other", value, whose(side)));
    }
    lines
}
