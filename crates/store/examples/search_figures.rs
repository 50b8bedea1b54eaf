//! Figures of the search box on an encrypted file: `search_figures FILE [CUSTOMERS]`. The file is
//! built where it does not exist; run it again to measure only. Made-up people, no one's data.

use std::{path::Path, time::Instant};

use shuke_store::search::{self, Query, Searchable, Served};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions,
};

const KEY: &str = "\"x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\"";
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国红玉梅文辉鹏飞宇浩欣怡梓涵子轩雨晨佳琪思远嘉俊博雅婷雪慧莹颖琳晶瑶倩宁凯旋志强海波林峰春生小龙凤云山东成立新亮天安康乐长青松柏玲珍莲荣福生贵";
const LATIN: [&str; 12] = [
    "Zoe", "Lin", "Amy", "Chen", "John", "Smith", "Maria", "Garcia", "Kevin", "Wang", "O'Brien",
    "José",
];
const TAGS: [&str; 6] = ["老客户", "送礼", "团购", "会员日", "VIP", "花粉过敏"];

/// SplitMix64: the same people on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or(0)
    }

    /// The first of a list comes up most, as surnames do.
    fn lean<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let first = self.roll(list.len());
        &list[first.min(self.roll(list.len()))]
    }

    fn person(&mut self, surnames: &[char], given: &[char]) -> Searchable {
        let mut name = String::new();
        let mut phone = format!(
            "+861{}{:08}",
            ["38", "39", "50", "86", "77"][self.roll(5)],
            self.roll(100_000_000)
        );
        match self.roll(100) {
            0..5 => name = format!("{} {}", LATIN[self.roll(12)], LATIN[self.roll(12)]),
            5..8 => {
                name.extend((0..2).map(|_| given[self.roll(given.len())]));
                name.push_str(["茶叶有限公司", "酒店", "贸易公司"][self.roll(3)]);
                phone = format!("+86571{:08}", 80_000_000 + self.roll(10_000_000));
            }
            _ => {
                name.push(*self.lean(surnames));
                name.extend((0..1 + self.roll(4).min(1)).map(|_| *self.lean(given)));
            }
        }
        let email = (self.roll(10) < 3).then(|| {
            let (one, two) =
                (LATIN[self.roll(10)].to_lowercase(), LATIN[self.roll(10)].to_lowercase());
            format!("{one}.{two}{}@{}.com", self.roll(1000), ["qq", "163", "gmail"][self.roll(3)])
        });
        Searchable {
            name,
            reading: None,
            phones: vec![phone],
            email,
            member_no: Some(format!("{:08}", self.roll(100_000_000))),
            company: (self.roll(20) == 0).then(|| "杭州西湖区中学".to_owned()),
            tags: if self.roll(5) == 0 { vec![(*self.lean(&TAGS)).to_owned()] } else { Vec::new() },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "figures are for reading")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("search_figures FILE [CUSTOMERS]")?;
    let count: i64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let there = Path::new(&file).exists();
    let mut conn = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .pragma("key", KEY)
        .pragma("cache_size", "-24000")
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .synchronous(sqlx::sqlite::SqliteSynchronous::Normal)
        .connect()
        .await?;
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let mut dice = Dice(1);
    if !there {
        build(&mut conn, count, &mut dice, &surnames, &given).await?;
    }
    let size: i64 =
        sqlx::query_scalar("select sum(pgsize) from dbstat where name like 'customer_search%'")
            .fetch_one(&mut conn)
            .await
            .unwrap_or(0);
    println!("index {} MB", size / 1_000_000);

    let served = Served::default();
    let start = Instant::now();
    served.refresh(&mut conn).await?;
    println!("the recently served, read once: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);

    println!(
        "{:24} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}  slowest",
        "typed", "p50 ms", "p99 ms", "cpu p50", "cpu p99", "hits", "denied"
    );
    for (kind, typed) in kinds() {
        let (mut times, mut spent, mut denied) = (Vec::new(), Vec::new(), 0);
        let mut hits = 0;
        let mut dice = Dice(7);
        for turn in 0..220 {
            let customer = dice.person(&surnames, &given);
            let text = typed(&customer, &mut dice);
            let (start, before) = (Instant::now(), processor());
            let found = served.search(&mut conn, &text, 20).await?;
            let rows: Vec<i64> = found.iter().map(|candidate| candidate.row).collect();
            let query = Query::parse(&text);
            let people = search::load(&mut conn, &rows).await?;
            let shown = people
                .iter()
                .filter(|(_, person)| search::explain(&query, person).is_some())
                .count();
            if turn >= 20 {
                times.push(start.elapsed().as_secs_f64() * 1000.0);
                spent.push((processor() - before, text));
            }
            hits += shown;
            denied += rows.len() - shown;
        }
        times.sort_by(f64::total_cmp);
        spent.sort_by(|one, two| one.0.total_cmp(&two.0));
        println!(
            "{kind:24} {:8.2} {:8.2} {:8.2} {:8.2} {:6} {denied:6}  {}",
            times[100],
            times[197],
            spent[100].0,
            spent[197].0,
            hits / 220,
            spent[199].1
        );
    }

    let mut times = Vec::new();
    for _ in 0..2000 {
        let customer = dice.person(&surnames, &given);
        let row = i64::try_from(dice.roll(usize::try_from(count)?))? + 1;
        let start = Instant::now();
        search::put(&mut conn, row, &customer).await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "an edit: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        times[1000], times[1980], times[1999]
    );
    let start = Instant::now();
    search::optimize(&mut conn).await?;
    println!("optimize {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Milliseconds of processor time of all threads: what a loaded machine does not distort. Linux only.
fn processor() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| {
        std::fs::read_to_string(thread.path().join("schedstat"))
            .ok()?
            .split(' ')
            .next()?
            .parse::<f64>()
            .ok()
    });
    spent.sum::<f64>() / 1e6
}

type Typed = fn(&Searchable, &mut Dice) -> String;

fn kinds() -> Vec<(&'static str, Typed)> {
    fn some(text: &str, from: usize, to: usize) -> String {
        text.chars().skip(from).take(to - from).collect()
    }
    fn sound(customer: &Searchable) -> String {
        search::read_aloud(&customer.name, None).concat()
    }
    fn initials(customer: &Searchable) -> String {
        search::read_aloud(&customer.name, None).iter().filter_map(|s| s.chars().next()).collect()
    }
    vec![
        ("one letter", |_, dice| {
            char::from(b'a' + u8::try_from(dice.roll(26)).unwrap_or(0)).to_string()
        }),
        ("one digit", |_, dice| dice.roll(10).to_string()),
        ("one character", |c, _| some(&c.name, 0, 1)),
        ("a later character", |c, _| some(&c.name, 1, 2)),
        ("two characters", |c, _| some(&c.name, 0, 2)),
        ("whole name", |c, _| c.name.clone()),
        ("two letters", |c, _| some(&sound(c), 0, 2)),
        ("four letters", |c, _| some(&sound(c), 0, 4)),
        ("six letters", |c, _| some(&sound(c), 0, 6)),
        ("seven letters", |c, _| some(&sound(c), 0, 7)),
        ("whole pinyin", |c, _| sound(c)),
        ("initials", |c, _| initials(c)),
        ("wangx m", |c, _| {
            let sounds = search::read_aloud(&c.name, None);
            let rest: String = sounds.iter().skip(1).filter_map(|s| s.chars().next()).collect();
            format!("{}{rest}", sounds.first().map_or("wang", String::as_str))
        }),
        ("wang w", |c, _| {
            let sounds = search::read_aloud(&c.name, None);
            let rest = sounds.get(1).and_then(|s| s.chars().next()).unwrap_or('w');
            format!("{} {rest}", sounds.first().map_or("wang", String::as_str))
        }),
        ("zl 88", |c, dice| format!("{} {:02}", some(&initials(c), 0, 2), dice.roll(100))),
        ("wang 6688", |c, dice| format!("{} {:04}", some(&sound(c), 0, 3), dice.roll(10000))),
        ("phone, 3 from front", |c, _| some(&c.phones[0], 3, 6)),
        ("phone, 7 from front", |c, _| some(&c.phones[0], 3, 10)),
        ("phone, whole in parts", |c, _| {
            format!(
                "{} {} {}",
                some(&c.phones[0], 3, 6),
                some(&c.phones[0], 6, 10),
                some(&c.phones[0], 10, 14)
            )
        }),
        ("phone, 2 of tail", |c, _| some(&c.phones[0], 12, 14)),
        ("phone, 4 of tail", |c, _| some(&c.phones[0], 10, 14)),
        ("phone, 8 of tail", |c, _| some(&c.phones[0], 6, 14)),
        ("member number", |c, _| c.member_no.clone().unwrap_or_default()),
        ("Latin, inside", |_, dice| some(LATIN[dice.roll(12)], 1, 3)),
        ("e-mail with @", |c, _| c.email.clone().unwrap_or_else(|| "zoe.lin@q".into())),
        ("e-mail piece", |_, dice| {
            format!("{}{}", LATIN[dice.roll(10)].to_lowercase(), dice.roll(100))
        }),
        ("tag", |_, dice| TAGS[dice.roll(6)].to_owned()),
        ("tag and initial", |c, dice| {
            format!("{} {}", TAGS[dice.roll(6)], some(&initials(c), 0, 1))
        }),
        ("nobody", |_, dice| format!("qxzv{}", dice.roll(10))),
        ("rare pair", |c, dice| {
            format!("{} {}", some(&c.name, 0, 1), ["茶叶", "qq", "杭州", "smith"][dice.roll(4)])
        }),
    ]
}

#[expect(clippy::print_stdout, reason = "figures are for reading")]
async fn build(
    conn: &mut SqliteConnection,
    count: i64,
    dice: &mut Dice,
    surnames: &[char],
    given: &[char],
) -> Result<(), Box<dyn std::error::Error>> {
    sqlx::raw_sql(
        "create table customer (row integer primary key, id blob, deleted integer not null default 0, name text, reading text, \
         phone text, landline text, other_phones text, email text, member_no text, company text, more text); \
         create table customer_totals (customer integer primary key, last_sale_at integer); \
         create table tag (id blob, deleted integer not null default 0, name text); \
         create table customer_tag (customer blob, tag blob, deleted integer not null default 0);",
    )
    .execute(&mut *conn)
    .await?;
    for (at, tag) in TAGS.iter().enumerate() {
        sqlx::query("insert into tag (id, name) values (?1, ?2)")
            .bind(i64::try_from(at)?)
            .bind(*tag)
            .execute(&mut *conn)
            .await?;
    }
    search::create(conn).await?;
    let (mut making, mut indexing) = (0.0, 0.0);
    let mut transaction = conn.begin().await?;
    let mut row = 0;
    while row < count {
        let people: Vec<(i64, Searchable)> =
            (1..=200).map(|n| (row + n, dice.person(surnames, given))).collect();
        row += 200;
        let sql = format!(
            "insert into customer (row, id, name, phone, email, member_no, company, more) values {}",
            vec!["(?,?,?,?,?,?,?,zeroblob(200))"; 200].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (row, person) in &people {
            query = query.bind(row).bind(row).bind(&person.name).bind(&person.phones[0]);
            query = query.bind(&person.email).bind(&person.member_no).bind(&person.company);
        }
        query.execute(&mut *transaction).await?;
        for (row, person) in people.iter().filter(|(_, person)| !person.tags.is_empty()) {
            let tag = TAGS.iter().position(|tag| person.tags[0] == *tag).map_or(0, |at| at);
            let query = sqlx::query("insert into customer_tag (customer, tag) values (?1, ?2)");
            query.bind(row).bind(i64::try_from(tag)?).execute(&mut *transaction).await?;
        }
        let start = Instant::now();
        let words: Vec<(i64, String)> =
            people.iter().map(|(row, person)| (*row, search::tokens(person))).collect();
        making += start.elapsed().as_secs_f64();
        let start = Instant::now();
        search::put_many(&mut transaction, &words).await?;
        indexing += start.elapsed().as_secs_f64();
    }
    transaction.commit().await?;
    let start = Instant::now();
    search::optimize(conn).await?;
    println!(
        "{count} customers: words {making:.1} s, put_many {indexing:.1} s, optimize {:.1} s",
        start.elapsed().as_secs_f64()
    );
    sqlx::raw_sql(
        "insert into customer_totals select row, case when abs(random()) % 5 then 1700000000000 + abs(random()) % 60000000000 end from customer; \
         create index customer_totals_last_sale on customer_totals (last_sale_at, customer); \
         create index customer_tag_customer on customer_tag (customer); \
         analyze;",
    )
    .execute(conn)
    .await?;
    Ok(())
}
