//! Today: what is due, in the order in which it should be done, and the days that matter.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use shuke_domain::{
    Eyes, Failure, Fen, RecordId, Sight,
    birthday::Birthday,
    nouns::{Customer, Sale},
};
use shuke_store::task::Wanted;
use ts_rs::TS;

use crate::{
    App, Session,
    session::Rules,
    task::{TaskRow, known, row},
};

#[derive(Debug, Deserialize, TS)]
#[ts(rename = "TodayRequest", export_to = "app.ts")]
pub struct Request {
    /// Only what is mine.
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Today {
    /// The business day.
    pub date: String,
    pub overdue: Vec<TaskRow>,
    pub today: Vec<TaskRow>,
    /// The coming fourteen days.
    pub soon: Vec<TaskRow>,
    /// Done on this business day.
    pub done: Vec<TaskRow>,
    /// The next seven days.
    pub birthdays: Vec<BirthdayRow>,
    pub sales_today: i64,
    pub sold_today: Fen,
    pub new_customers_today: i64,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct BirthdayRow {
    pub customer: RecordId,
    pub name: String,
    pub tier: String,
    /// The day it is kept this year.
    pub on: String,
    pub age: Option<i32>,
}

/// How far ahead tasks and birthdays are shown, in days.
const SOON: u64 = 14;
const BIRTHDAYS: u64 = 7;

pub async fn show(app: &App, request: Request) -> Result<Today, Failure> {
    let session = app.session().await?;
    let rules = session.rules().await?;
    let today = rules.calendar.day_of(i64::try_from(session.now().await?).unwrap_or(i64::MAX));
    let start = rules.calendar.start_of(today);
    let assignee = request.mine.then_some(session.person());
    let until = today.checked_add_days(Days::new(SOON)).unwrap_or(today).to_string();
    let open = Wanted {
        assignee,
        done: Some(false),
        due_until: Some(until),
        limit: 1_000,
        ..Wanted::default()
    };
    let mut groups: [Vec<TaskRow>; 3] = Default::default();
    let date = today.to_string();
    let eyes = session.eyes().await?;
    let me = session.person();
    for task in known(session.store.tasks(&open).await?, &eyes, me) {
        let Some(task) = row(task, &rules) else { continue };
        let group = match task.due_on.as_deref() {
            Some(due) if *due < *date => 0,
            Some(due) if *due == *date => 1,
            // Without a day a thing is to be done now.
            None => 1,
            Some(_) => 2,
        };
        groups[group].push(task);
    }
    let [overdue, due, soon] = groups;
    let done = Wanted {
        assignee,
        done: Some(true),
        done_since: Some(start),
        limit: 200,
        ..Wanted::default()
    };
    let done = session.store.tasks(&done).await?;
    let (sales_today, sold_today) = if eyes.may_read(Sale::COLLECTION) {
        session.store.sold_since(start).await?
    } else {
        (0, 0)
    };
    let sees_customers = eyes.may_read(Customer::COLLECTION);
    let new_customers_today =
        if sees_customers { session.store.made_since(start).await? } else { 0 };
    Ok(Today {
        overdue,
        today: due,
        soon,
        done: known(done, &eyes, me).filter_map(|task| row(task, &rules)).collect(),
        birthdays: birthdays(&session, &rules, &eyes, today).await?,
        sales_today,
        sold_today: Fen(sold_today),
        new_customers_today,
        date,
    })
}

async fn birthdays(
    session: &Session,
    rules: &Rules,
    eyes: &Eyes,
    today: NaiveDate,
) -> Result<Vec<BirthdayRow>, Failure> {
    let sight = eyes.sight(Customer::COLLECTION, "birthday");
    if sight == Sight::Hidden {
        return Ok(Vec::new());
    }
    let days: Vec<NaiveDate> =
        (0..=BIRTHDAYS).filter_map(|ahead| today.checked_add_days(Days::new(ahead))).collect();
    let mut keys: Vec<String> = days.iter().map(|day| day.format("%m-%d").to_string()).collect();
    // Who was born on 29 February is congratulated on the 28th in common years (R67).
    if keys.iter().any(|key| key == "02-28") && !keys.iter().any(|key| key == "02-29") {
        keys.push("02-29".to_owned());
    }
    let mut rows: Vec<BirthdayRow> = session
        .store
        .birthdays(&keys)
        .await?
        .into_iter()
        .filter_map(|found| {
            let birthday: Birthday = found.birthday.parse().ok()?;
            let on = birthday.next_from(today)?;
            (on <= *days.last()?).then(|| BirthdayRow {
                customer: RecordId::from_slice(&found.id).unwrap_or(RecordId::from_u128(0)),
                name: found.name.unwrap_or_default(),
                tier: rules.tier(found.spent_12_months),
                on: on.to_string(),
                // Masked, the day is known and the year is not.
                age: birthday.year.filter(|_| sight == Sight::Open).map(|year| on.year() - year),
            })
        })
        .collect();
    rows.sort_by(|a, b| a.on.cmp(&b.on));
    Ok(rows)
}
