//! What matches is found: the index against a plain scan with its own, naive idea of matching.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use proptest::{prelude::*, sample::Index};
use sqlx::{Connection, SqliteConnection};

use super::{Field, Query, Searchable, Served, create, explain, put, put_many, tokens};

pub(super) async fn open() -> SqliteConnection {
    let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(
        "create table customer (row integer primary key, id blob, deleted integer not null default 0, name text, reading text, \
         phone text, landline text, other_phones text, email text, member_no text, company text); \
         create table customer_totals (customer integer primary key, last_sale_at integer); \
         create index customer_totals_last_sale on customer_totals (last_sale_at, customer); \
         create table tag (id blob, deleted integer not null default 0, name text); \
         create table customer_tag (customer blob, tag blob, deleted integer not null default 0); \
         create index customer_tag_customer on customer_tag (customer);",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    create(&mut conn).await.unwrap();
    conn
}

/// The plain scan: no index, no shared code with the search but the Unicode tables.
mod scan {
    use super::*;

    /// Own readings of the surnames that the generator uses.
    const SURNAMES: &[(char, &str)] = &[
        ('曾', "zeng"),
        ('单', "shan"),
        ('解', "xie"),
        ('区', "ou"),
        ('查', "zha"),
        ('朴', "piao"),
    ];

    pub struct Unit {
        text: String,
        readings: Vec<String>,
        latin: bool,
    }

    pub fn simple(text: &str) -> String {
        let converter = OpenCC::from_config(BuiltinConfig::T2s).unwrap();
        text.chars().map(|c| converter.convert(&c.to_string())).collect::<String>().to_lowercase()
    }

    pub fn units(name: &str) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut joined = false;
        for c in simple(name).replace('é', "e").replace('\'', "").chars() {
            if c.is_ascii_alphanumeric() {
                match units.last_mut() {
                    Some(unit) if joined => unit.text.push(c),
                    _ => {
                        units.push(Unit { text: c.to_string(), readings: Vec::new(), latin: true });
                    }
                }
                joined = true;
            } else {
                joined = false;
                if let Some(sound) = c.to_pinyin() {
                    let mut readings = vec![sound.plain().to_owned()];
                    if units.is_empty() {
                        readings.extend(
                            SURNAMES.iter().filter(|(s, _)| *s == c).map(|(_, r)| (*r).to_owned()),
                        );
                    }
                    readings = readings
                        .iter()
                        .flat_map(|r| [r.replace('ü', "v"), r.replace('ü', "u")])
                        .collect();
                    units.push(Unit { text: c.to_string(), readings, latin: false });
                }
            }
        }
        for unit in units.iter_mut().filter(|unit| unit.latin) {
            unit.readings = vec![unit.text.clone()];
        }
        units
    }

    #[derive(Clone, Copy, PartialEq)]
    enum How {
        Whole,
        Letter,
        Digraph,
        Head,
    }

    fn heard(units: &[Unit], typed: &str, so_far: &mut Vec<(How, bool, char)>) -> bool {
        let Some(unit) = units.first() else { return false };
        let first = typed.chars().next().unwrap();
        for reading in &unit.readings {
            if reading.starts_with(typed) {
                let how = if typed.len() == 1 { How::Letter } else { How::Head };
                so_far.push((how, unit.latin, first));
                let good = allowed(so_far);
                so_far.pop();
                if good {
                    return true;
                }
            }
            let digraph =
                reading.get(..2).filter(|d| ["zh", "ch", "sh"].contains(d) && !unit.latin);
            let steps = [
                (How::Whole, Some(reading.as_str())),
                (How::Letter, reading.get(..1)),
                (How::Digraph, digraph),
            ];
            for (how, step) in steps {
                if let Some(rest) =
                    step.and_then(|step| typed.strip_prefix(step)).filter(|rest| !rest.is_empty())
                {
                    so_far.push((how, unit.latin, first));
                    let good = heard(&units[1..], rest, so_far);
                    so_far.pop();
                    if good {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// A reading, a row of initials, or both mixed: then a Latin word counts only as an initial, or
    /// as the last after one part.
    fn allowed(parts: &[(How, bool, char)]) -> bool {
        let heads = &parts[..parts.len() - 1];
        heads.iter().all(|(how, ..)| *how == How::Whole)
            || parts.iter().all(|(how, ..)| *how == How::Letter)
            || parts.iter().enumerate().all(|(at, (how, latin, first))| {
                !latin
                    || (*how == How::Letter && !"iuv".contains(*first))
                    || (*how == How::Head && at == 1 && parts.len() == 2)
            })
    }

    fn term(typed: &str, customer: &Searchable) -> bool {
        let name = units(&customer.name);
        if !typed.is_ascii() {
            let texts = [Some(&customer.name), customer.company.as_ref()];
            return texts
                .into_iter()
                .flatten()
                .chain(&customer.tags)
                .any(|text| simple(text).replace('·', "").contains(typed));
        }
        let phones = customer.phones.iter().map(|phone| phone.trim_start_matches("+86").to_owned());
        let numbers: Vec<String> = phones.chain(customer.member_no.clone()).collect();
        if typed.bytes().all(|b| b.is_ascii_digit())
            && numbers.iter().any(|n| n.starts_with(typed) || n.ends_with(typed))
        {
            return true;
        }
        let email = customer.email.clone().unwrap_or_default();
        let local = email.split('@').next().unwrap_or_default();
        local.split('.').any(|piece| piece.starts_with(typed))
            || name.iter().any(|unit| {
                unit.latin
                    && unit.text.contains(typed)
                    && (typed.len() > 1 || unit.text.starts_with(typed))
            })
            || (0..name.len()).any(|from| heard(&name[from..], typed, &mut Vec::new()))
    }

    pub fn matches(typed: &str, customer: &Searchable) -> bool {
        typed.split(' ').all(|one| term(one, customer))
    }
}

const CHARACTERS: &str = "王张李曾单解区查朴吕丽华伟明小芳绿乐长安磊張麗華陳國";
const LATIN: [&str; 8] = ["Zoe", "Lin", "O'Brien", "José", "Ivy", "Amy", "Smith", "An"];

fn name() -> impl Strategy<Value = String> {
    let chinese = proptest::collection::vec(
        proptest::sample::select(CHARACTERS.chars().collect::<Vec<_>>()),
        1..5,
    )
    .prop_map(|letters| letters.into_iter().collect::<String>());
    let latin = proptest::sample::select(LATIN.to_vec());
    let short = proptest::collection::vec(
        proptest::sample::select(CHARACTERS.chars().collect::<Vec<_>>()),
        2,
    )
    .prop_map(|letters| letters.into_iter().collect::<String>());
    prop_oneof![
        6 => chinese.clone(),
        2 => (latin.clone(), latin.clone()).prop_map(|(a, b)| format!("{a} {b}")),
        1 => (chinese, latin).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (short.clone(), short).prop_map(|(a, b)| format!("{a}·{b}")),
    ]
}

fn customer() -> impl Strategy<Value = Searchable> {
    let digits = |range| {
        proptest::collection::vec(0..4u8, range)
            .prop_map(|d| d.iter().map(u8::to_string).collect::<String>())
    };
    let phone = digits(9..10usize).prop_map(|rest| format!("+8613{rest}"));
    let email =
        prop::option::of(("[a-c]{1,3}", "[a-c]{1,3}").prop_map(|(a, b)| format!("{a}.{b}@qq.com")));
    let company =
        prop::option::of(proptest::sample::select(vec!["王氏茶行", "小芳花店", "长安银行"]));
    let tags =
        proptest::collection::vec(proptest::sample::select(vec!["老客户", "送礼", "小朋友"]), 0..2);
    (
        name(),
        proptest::collection::vec(phone, 0..3),
        email,
        prop::option::of(digits(3..7usize)),
        company,
        tags,
    )
        .prop_map(|(name, phones, email, member_no, company, tags)| Searchable {
            name,
            reading: None,
            phones,
            email,
            member_no,
            company: company.map(str::to_owned),
            tags: tags.into_iter().map(str::to_owned).collect(),
        })
}

#[derive(Debug, Clone)]
struct Pick {
    whom: Index,
    kind: u8,
    from: Index,
    length: Index,
    steps: [u8; 5],
}

fn pick() -> impl Strategy<Value = Pick> {
    (any::<Index>(), 0..9u8, any::<Index>(), any::<Index>(), any::<[u8; 5]>())
        .prop_map(|(whom, kind, from, length, steps)| Pick { whom, kind, from, length, steps })
}

fn part(text: &str, from: Option<&Index>, length: &Index) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return "z".into();
    }
    let from = from.map_or(0, |from| from.index(letters.len()));
    letters[from..from + 1 + length.index(letters.len() - from)].iter().collect()
}

/// Something one could type to find a customer: a part of a field, or steps through the name.
fn typed(pick: &Pick, customers: &[Searchable]) -> String {
    let customer = pick.whom.get(customers);
    let plain = scan::simple(&customer.name).replace('é', "e").replace([' ', '\'', '·'], "");
    let sounds: Vec<String> = plain
        .chars()
        .map(|c| {
            c.to_pinyin().map_or(c.to_string(), |p| {
                p.plain().replace('ü', if pick.steps[0] & 1 == 0 { "v" } else { "u" })
            })
        })
        .collect();
    match pick.kind {
        0 => part(
            &plain.chars().filter(|c| !c.is_ascii()).collect::<String>(),
            Some(&pick.from),
            &pick.length,
        ),
        1 => {
            let rest = sounds[pick.from.index(sounds.len())..].concat();
            part(&rest, None, &pick.length)
        }
        2 => {
            let row: String = sounds.iter().filter_map(|s| s.get(..1)).collect();
            part(&row, Some(&pick.from), &pick.length)
        }
        3 | 4 => sounds[pick.from.index(sounds.len())..]
            .iter()
            .zip(pick.steps)
            .map(|(sound, step)| if step & 2 == 0 { sound.as_str() } else { &sound[..1] })
            .collect(),
        5 => {
            let phone = customer.phones.first().map_or("1", |phone| &phone[3..]);
            let count = 1 + pick.length.index(phone.len());
            if pick.steps[0] & 1 == 0 {
                phone[..count].to_owned()
            } else {
                phone[phone.len() - count..].to_owned()
            }
        }
        6 => part(customer.member_no.as_deref().unwrap_or("00"), None, &pick.length),
        7 => part("abcabc", Some(&pick.from), &pick.length),
        _ => part("zhanglioebrxw", Some(&pick.from), &pick.length),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_scan_finds(
        customers in proptest::collection::vec(customer(), 1..30),
        picks in proptest::collection::vec((pick(), prop::option::weighted(0.3, pick())), 40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut conn = open().await;
            let served = Served::default();
            let rows: Vec<(i64, String)> = customers.iter().zip(1..).map(|(c, row)| (row, tokens(c))).collect();
            put_many(&mut conn, &rows).await.unwrap();
            for (one, two) in &picks {
                let mut text = typed(one, &customers);
                if let Some(two) = two {
                    text = format!("{text} {}", typed(two, &customers));
                }
                let found = served.search(&mut conn, &text, 1000).await.unwrap();
                let query = Query::parse(&text);
                for (customer, row) in customers.iter().zip(1..) {
                    let proposed = found.iter().any(|candidate| candidate.row == row);
                    let explained = explain(&query, customer);
                    let wanted = scan::matches(&text, customer);
                    assert!(!wanted || explained.is_some(), "explain denies {text:?} for {customer:?}");
                    assert!(explained.is_none() || proposed, "the index misses {text:?} for {customer:?}: {}", tokens(customer));
                    for mark in explained.iter().flat_map(|e| &e.marks) {
                        let field = match mark.field {
                            Field::Name => customer.name.as_str(),
                            Field::Phone => customer.phones[mark.at as usize].as_str(),
                            Field::Tag => customer.tags[mark.at as usize].as_str(),
                            Field::Company => customer.company.as_deref().unwrap_or_default(),
                            Field::Email => customer.email.as_deref().unwrap_or_default(),
                            Field::MemberNo => customer.member_no.as_deref().unwrap_or_default(),
                            Field::Reading => "",
                        };
                        assert!(mark.start < mark.end && mark.end as usize <= field.encode_utf16().count(), "{mark:?} in {field}");
                    }
                }
            }
        });
    }

    /// Nothing that can be typed breaks the question to the index.
    #[test]
    fn any_text_may_be_typed(text in "\\PC{0,24}", quoted in "[a-z\"*()^:+\\- ]{0,16}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut conn = open().await;
            let served = Served::default();
            let customer = Searchable { name: text.clone(), ..Searchable::default() };
            put(&mut conn, 1, &customer).await.unwrap();
            served.search(&mut conn, &quoted, 5).await.unwrap();
            let found = served.search(&mut conn, &text, 5).await.unwrap();
            if explain(&Query::parse(&text), &customer).is_some() {
                assert_eq!(found.len(), 1);
            }
        });
    }
}
