//! The one search box.

use serde::{Deserialize, Serialize};
use shuke_domain::{Failure, Record, RecordId};
use shuke_store::{
    customer::searchable,
    search::{Explanation, Field, Query, Searchable, Why, explain},
    totals::Totals,
};
use ts_rs::TS;

use crate::{App, session::Rules};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Search {
    pub text: String,
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Hits {
    pub took_us: u64,
    pub hits: Vec<Hit>,
    /// More matched than are shown.
    pub more: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Hit {
    pub id: RecordId,
    pub name: String,
    /// Syllables with tones, in the order of the name's characters.
    pub reading: Vec<String>,
    pub tier: String,
    /// The contact that matched, or the first there is: a phone, a member number, an e-mail.
    pub contact: String,
    /// Which field `contact` shows: `phone`, `landline`, `member_no`, `email`, `company`, `tag`.
    pub contact_field: String,
    pub phone: Option<String>,
    /// 首字母 · 手机尾号: `name`, `pinyin`, `initials`, `phone_front`, `phone_tail`, `member_no`, `email`, `tag`, `company`.
    pub why: Vec<String>,
    /// Letters that matched, as UTF-16 offsets into `name`, `reading` (joined by nothing: the
    /// syllable's index is in `part`) or `contact`.
    pub marks: Vec<Mark>,
    pub last_sale_at: Option<i64>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Mark {
    /// `name`, `reading`, `contact`.
    pub field: String,
    /// Which syllable of a reading; 0 elsewhere.
    pub part: u32,
    pub start: u32,
    pub end: u32,
}

/// Who is meant by what was typed. The hits are verified and explained, never guessed.
pub async fn customers(app: &App, request: Search) -> Result<Hits, Failure> {
    let begun = std::time::Instant::now();
    let session = app.session().await?;
    let limit = usize::try_from(request.limit.unwrap_or(20).clamp(1, 200)).unwrap_or(20);
    let query = Query::parse(&request.text);
    let found = session.store.search(&request.text, limit + 1).await?;
    let more = found.len() > limit;
    let rules = session.rules().await?;
    let rows: Vec<i64> = found.into_iter().take(limit).collect();
    let hits = session
        .store
        .customers_by_rows(&rows)
        .await?
        .into_iter()
        .filter_map(|(stored, totals, tags)| {
            let searchable = searchable(&stored.record, Some(&tags));
            let explanation = explain(&query, &searchable)?;
            Some(hit(&stored.record, &searchable, &explanation, &totals, &rules))
        })
        .collect();
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Hits { took_us, hits, more })
}

fn hit(
    record: &Record,
    searchable: &Searchable,
    explanation: &Explanation,
    totals: &Totals,
    rules: &Rules,
) -> Hit {
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    // The contact that matched is the one to show; else the first there is.
    let matched = explanation.marks.iter().find_map(|mark| {
        let (field, text) = match mark.field {
            Field::Phone => ("phone", searchable.phones.get(place(mark.at)).cloned()),
            Field::MemberNo => ("member_no", searchable.member_no.clone()),
            Field::Email => ("email", searchable.email.clone()),
            Field::Company => ("company", searchable.company.clone()),
            Field::Tag => ("tag", searchable.tags.get(place(mark.at)).cloned()),
            Field::Name | Field::Reading => return None,
        };
        Some((mark.field, mark.at, field, text?))
    });
    let first = || {
        let phone = searchable.phones.first().map(|phone| ("phone", phone.clone()));
        let number = || searchable.member_no.clone().map(|number| ("member_no", number));
        let email = || searchable.email.clone().map(|email| ("email", email));
        phone.or_else(number).or_else(email).unwrap_or(("phone", String::new()))
    };
    let (contact_field, contact, shown) = match matched {
        Some((field, at, name, text)) => (name, text, Some((field, at))),
        None => {
            let (name, text) = first();
            (name, text, None)
        }
    };
    let mut marks: Vec<Mark> = explanation
        .marks
        .iter()
        .filter_map(|mark| {
            let field = match mark.field {
                Field::Name => "name",
                field if Some((field, mark.at)) == shown => "contact",
                _ => return None,
            };
            Some(Mark { field: field.to_owned(), part: 0, start: mark.start, end: mark.end })
        })
        .collect();
    for (part, syllable) in
        explanation.reading.iter().enumerate().filter(|(_, syllable)| syllable.marked > 0)
    {
        let part = u32::try_from(part).unwrap_or(u32::MAX);
        marks.push(Mark { field: "reading".to_owned(), part, start: 0, end: syllable.marked });
    }
    Hit {
        id: record.id,
        name: searchable.name.clone(),
        reading: explanation.reading.iter().map(|syllable| syllable.sound.clone()).collect(),
        tier: rules.tier(totals.spent_12_months),
        contact,
        contact_field: contact_field.to_owned(),
        phone: searchable.phones.first().cloned(),
        why: explanation.why.iter().map(word).collect(),
        marks,
        last_sale_at: totals.last_sale_at,
    }
}

/// The name of a reason, as the locales know it.
fn word(why: &Why) -> String {
    serde_json::to_value(why)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
