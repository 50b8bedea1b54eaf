//! The one search box.

use serde::{Deserialize, Serialize};
use shuke_domain::{
    Eyes, Failure, Record, RecordId, Sight,
    mask::{Mask as Masked, TAIL},
    nouns::Customer,
};
use shuke_store::{
    customer::searchable,
    search::{Explanation, Field, Query, Searchable, Why, explain},
    totals::Totals,
};
use ts_rs::TS;

use crate::{App, Session, session::Rules};

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
    session.may_read(Customer::COLLECTION).await?;
    let eyes = session.eyes().await?;
    let query = Query::parse(&request.text);
    let found = if is_narrow(&eyes) {
        found(&session, &request.text, limit + 1).await?
    } else {
        session.store.search(&request.text, limit + 1).await?
    };
    let more = found.len() > limit;
    let rules = session.rules().await?;
    let rows: Vec<i64> = found.into_iter().take(limit).collect();
    let hits = session
        .store
        .customers_by_rows(&rows)
        .await?
        .into_iter()
        .filter_map(|(stored, totals, tags)| {
            let (searchable, explanation) = matched(&query, &eyes, &stored.record, &tags)?;
            Some(hit(&stored.record, &searchable, &explanation, &totals, &rules, &eyes))
        })
        .collect();
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Hits { took_us, hits, more })
}

/// Fields that a search goes by and that may be guarded.
const GUARDED: &[&str] = &["phone", "landline", "other_phones", "email"];

fn is_narrow(eyes: &Eyes) -> bool {
    GUARDED.iter().any(|field| eyes.sight(Customer::COLLECTION, field) != Sight::Open)
}

/// Rows that a typed text may mean for somebody who does not see everything: what they may not know finds nobody.
pub(crate) async fn found(
    session: &Session,
    text: &str,
    limit: usize,
) -> Result<Vec<i64>, Failure> {
    let eyes = session.eyes().await?;
    // What is only found by numbers drops out below: look further than is wanted.
    let looked = if is_narrow(&eyes) { limit.saturating_mul(10).min(10_000) } else { limit };
    let mut rows = session.store.search(text, looked).await?;
    if is_narrow(&eyes) {
        let query = Query::parse(text);
        let customers = session.store.customers_by_rows(&rows).await?;
        rows = customers
            .into_iter()
            .filter(|(stored, _, tags)| matched(&query, &eyes, &stored.record, tags).is_some())
            .map(|(stored, ..)| stored.row)
            .take(limit)
            .collect();
    }
    Ok(rows)
}

/// How a customer matches for somebody: by what they see, or by a masked number's whole or tail.
fn matched(
    query: &Query,
    eyes: &Eyes,
    record: &Record,
    tags: &Vec<String>,
) -> Option<(Searchable, Explanation)> {
    if !is_narrow(eyes) {
        let all = searchable(record, Some(tags));
        return explain(query, &all).map(|explanation| (all, explanation));
    }
    let sight = |field: &str| eyes.sight(Customer::COLLECTION, field);
    let seen = |least: Sight| {
        let mut seen = record.clone();
        seen.fields.retain(|field, _| !GUARDED.contains(&field.as_str()) || sight(field) <= least);
        searchable(&seen, Some(tags))
    };
    // Marks speak of places in the lists: both ways of looking need the same ones.
    let known = seen(Sight::Masked);
    let open = seen(Sight::Open);
    if let Some(explanation) = explain(query, &open) {
        let places: Option<Vec<_>> =
            explanation.marks.iter().map(|mark| place_in(mark, &open, &known)).collect();
        if let Some(marks) = places {
            return Some((known, Explanation { marks, ..explanation }));
        }
    }
    let explanation = explain(query, &known)?;
    let enough = explanation.marks.iter().all(|mark| {
        let place = usize::try_from(mark.at).unwrap_or(usize::MAX);
        match mark.field {
            Field::Phone => known.phones.get(place).is_some_and(|phone| is_tail(phone, mark)),
            Field::Email => known.email.as_deref().is_some_and(|email| {
                sight("email") == Sight::Open
                    || (mark.start == 0
                        && usize::try_from(mark.end).is_ok_and(|end| end == email.len()))
            }),
            _ => true,
        }
    });
    enough.then_some((known, explanation))
}

/// Whether a mark covers the end of a number, and enough of it.
fn is_tail(phone: &str, mark: &shuke_store::search::Mark) -> bool {
    let number = phone.split(';').next().unwrap_or(phone);
    let ends = |text: &str| usize::try_from(mark.end).is_ok_and(|end| end == text.len());
    let length = usize::try_from(mark.end.saturating_sub(mark.start)).unwrap_or(0);
    (ends(number) || ends(phone)) && length >= TAIL
}

/// The same mark where another list has the same number at another place.
fn place_in(
    mark: &shuke_store::search::Mark,
    from: &Searchable,
    to: &Searchable,
) -> Option<shuke_store::search::Mark> {
    if mark.field != Field::Phone {
        return Some(*mark);
    }
    let phone = from.phones.get(usize::try_from(mark.at).ok()?)?;
    let at = to.phones.iter().position(|known| known == phone)?;
    Some(shuke_store::search::Mark { at: u32::try_from(at).ok()?, ..*mark })
}

fn is_masked(eyes: &Eyes, field: &str) -> bool {
    eyes.sight(Customer::COLLECTION, field) == Sight::Masked
}

/// Which of a customer's fields a number of theirs stands in.
fn field_of(record: &Record, phone: &str) -> &'static str {
    match phone {
        _ if record.text("phone") == Some(phone) => "phone",
        _ if record.text("landline") == Some(phone) => "landline",
        _ => "other_phones",
    }
}

fn hit(
    record: &Record,
    searchable: &Searchable,
    explanation: &Explanation,
    totals: &Totals,
    rules: &Rules,
    eyes: &Eyes,
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
    // Of a masked number its tail may be marked, and nothing that is not shown.
    let guarded = match contact_field {
        "phone" => Some((field_of(record, &contact), Masked::Number)),
        "email" => Some(("email", Masked::Email)),
        _ => None,
    };
    let mask = guarded.filter(|(field, _)| is_masked(eyes, field)).map(|(_, mask)| mask);
    let contact = mask.map_or_else(|| contact.clone(), |mask| mask.text(&contact));
    let in_contact = |start: u32, end: u32| {
        let length = u32::try_from(contact.encode_utf16().count()).unwrap_or(u32::MAX);
        match mask {
            None => (start, end),
            Some(Masked::Number) => {
                let tail = end.saturating_sub(start).min(u32::try_from(TAIL).unwrap_or(0));
                (length.saturating_sub(tail), length)
            }
            Some(_) => (0, length),
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
            let (start, end) = match field {
                "contact" => in_contact(mark.start, mark.end),
                _ => (mark.start, mark.end),
            };
            Some(Mark { field: field.to_owned(), part: 0, start, end })
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
        tier: rules.tier(totals.tier_spent()),
        contact,
        contact_field: contact_field.to_owned(),
        phone: searchable.phones.first().map(|phone| {
            if is_masked(eyes, field_of(record, phone)) {
                Masked::Number.text(phone)
            } else {
                phone.clone()
            }
        }),
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
