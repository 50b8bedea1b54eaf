//! Made-up Chinese retail data: a tea shop's customers and what they bought. Same seed, same data.

use rand::{Rng as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use shuke_domain::{
    Edit, Failure, Fen, Quantity, Record, RecordId, id,
    nouns::{
        Customer, CustomerTag, CustomerTagId, Interaction, Noun, Product, Sale, SaleLine, Tag, Task,
    },
};
use shuke_store::{Author, Store};

use crate::{
    App, Event,
    session::{Identity, system_time},
};

/// How much is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) customers: u32,
    pub(crate) sales: u32,
    pub(crate) seed: u64,
    /// Whether the records wait for a server; a look around never has one.
    pub(crate) outbox: bool,
}

const DAY: i64 = 86_400_000;
const SLICE: u32 = 1_000;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单解仇区欧";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红健春梅琳文博雪晨宇轩涵欣怡子梓雨佳俊豪思源嘉慧婷颖昊然诗语若曦浩铭安宁乐清晓彤国庆建志海燕云鹏飞龙凤月亮波斌辉松柏青山林森茂盛";
const PRODUCTS: &[(&str, &str, &str, i64)] = &[
    ("LJ-050", "西湖龙井 明前特级 50 g", "绿茶", 12_800),
    ("LJ-250", "西湖龙井 雨前一级 250 g", "绿茶", 36_800),
    ("BLC-100", "碧螺春 100 g", "绿茶", 15_800),
    ("MJ-100", "安吉白茶 100 g", "绿茶", 13_600),
    ("DC-125", "凤凰单丛 蜜兰香 125 g", "乌龙", 10_000),
    ("TGY-250", "铁观音 清香 250 g", "乌龙", 18_600),
    ("RG-125", "武夷肉桂 125 g", "乌龙", 32_800),
    ("DHP-100", "大红袍 100 g", "乌龙", 22_000),
    ("SM-357", "老寿眉 2019 357 g", "白茶", 26_800),
    ("BH-100", "白毫银针 100 g", "白茶", 42_000),
    ("PE-357", "普洱生茶 2016 357 g", "普洱", 38_000),
    ("PES-357", "普洱熟茶 357 g", "普洱", 19_800),
    ("QM-100", "祁门红茶 100 g", "红茶", 9_800),
    ("DH-150", "滇红 金针 150 g", "红茶", 11_800),
    ("JJM-125", "金骏眉 125 g", "红茶", 45_000),
    ("GDB-250", "白瓷公道杯 250 ml", "茶器", 4_800),
    ("ZSH-180", "紫砂壶 180 ml", "茶器", 68_000),
    ("GW-120", "盖碗 120 ml", "茶器", 8_800),
    ("CX-01", "竹制茶则", "茶器", 2_800),
    ("LH-ZQ", "中秋茶礼盒", "礼盒", 29_800),
];
const TAGS: &[&str] =
    &["老茶客", "送礼", "清香型", "岩茶", "白茶", "普洱", "公司采购", "沙龙常客", "新手"];
const HABITS: &[&str] = &[
    "清香型，水温低一些",
    "喜欢先试喝",
    "只喝熟茶",
    "周末上午来",
    "爱聊产地",
    "要独立小包装",
    "中秋前备礼盒",
];
const TABOOS: &[&str] = &["花粉过敏，不推花茶", "空腹不喝绿茶", "对咖啡因敏感"];
const NOTES: &[&str] =
    &["问了新茶什么时候到", "说上次那饼更甜", "想学泡茶", "帮朋友问礼盒价格", "提到下月搬家"];

/// Ids and choices from one seeded source.
struct Maker {
    random: ChaCha8Rng,
    now: i64,
}

impl Maker {
    fn id(&mut self, at: i64) -> RecordId {
        RecordId::from_uuid(id::fresh(at.unsigned_abs(), self.random.random()))
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.choose(&mut self.random).copied().unwrap_or_default()
    }

    fn character(&mut self, from: &[char]) -> char {
        from.choose(&mut self.random).copied().unwrap_or('王')
    }
}

pub(crate) async fn fill(
    app: &App,
    store: &Store,
    identity: &Identity,
    plan: Plan,
) -> Result<(), Failure> {
    let today = i64::try_from(system_time()).unwrap_or(i64::MAX) / DAY * DAY;
    let mut maker = Maker { random: ChaCha8Rng::seed_from_u64(plan.seed), now: today };
    let author = Author(Some(identity.person));
    let all = u64::from(plan.customers) + u64::from(plan.sales);
    let progress = |done: u64| app.announce(Event::Progress { what: "demo", done, all });

    let (products, tags) = shelves(store, &mut maker, author, plan.outbox).await?;
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let mut customers = Vec::with_capacity(usize::try_from(plan.customers).unwrap_or(0));
    let mut done = 0;
    while done < plan.customers {
        let count = SLICE.min(plan.customers - done);
        let mut write = store.write(system_time()).await?.unsettled().with_outbox(plan.outbox);
        let (mut people, mut links) = (Vec::new(), Vec::new());
        for place in 0..count {
            let joined = maker.now - maker.random.random_range(1..2_400) * DAY;
            let id = maker.id(joined);
            let noun = customer(&mut maker, &surnames, &given, identity, done + place, joined);
            let stamp = write.stamp();
            people.push(record(&noun, id, stamp)?);
            if maker.random.random_ratio(1, 5)
                && let Some(tag) = tags.choose(&mut maker.random).copied()
            {
                let link = CustomerTag { customer: Some(id), tag: Some(tag) };
                let stamp = write.stamp();
                links.push(record(&link, CustomerTagId::of(id, tag).into(), stamp)?);
            }
            customers.push(id);
        }
        write.insert(Customer::COLLECTION, people, author).await?;
        write.insert(CustomerTag::COLLECTION, links, author).await?;
        write.commit().await?;
        done += count;
        progress(u64::from(done));
    }
    let mut done = 0;
    while done < plan.sales && !customers.is_empty() {
        let count = SLICE.min(plan.sales - done);
        let mut write = store.write(system_time()).await?.unsettled().with_outbox(plan.outbox);
        let (mut sales, mut lines) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let sold_at = moment(&mut maker);
            let sale = maker.id(sold_at);
            let customer = regular(&mut maker, &customers);
            let noun = Sale {
                receipt_number: Some(format!("D{:08}", maker.random.random_range(0..100_000_000))),
                customer: Some(customer),
                store: identity.store,
                person: Some(identity.person),
                sold_at: Some(sold_at),
                points_rule: Some(1),
                source: Some("demo".to_owned()),
                ..Sale::default()
            };
            let stamp = write.stamp();
            sales.push(record(&noun, sale, stamp)?);
            for position in 0..maker.random.random_range(1..=4) {
                let id = maker.id(sold_at);
                let line = line(&mut maker, &products, sale, position);
                let stamp = write.stamp();
                lines.push(record(&line, id, stamp)?);
            }
        }
        write.insert(Sale::COLLECTION, sales, author).await?;
        write.insert(SaleLine::COLLECTION, lines, author).await?;
        write.commit().await?;
        done += count;
        progress(u64::from(plan.customers + done));
    }
    words(store, &mut maker, identity, &customers, plan.outbox).await?;
    Ok(store.settle(system_time()).await?)
}

fn record<N: Noun>(noun: &N, id: RecordId, stamp: shuke_domain::Stamp) -> Result<Record, Failure> {
    Edit::setting(noun)
        .apply(&Record::empty(N::COLLECTION.name, id), stamp)
        .map(|(record, _)| record)
}

async fn shelves(
    store: &Store,
    maker: &mut Maker,
    author: Author,
    outbox: bool,
) -> Result<(Vec<(RecordId, usize)>, Vec<RecordId>), Failure> {
    let mut write = store.write(system_time()).await?.with_outbox(outbox);
    let mut products = Vec::new();
    for (place, (sku, name, category, price)) in PRODUCTS.iter().enumerate() {
        let id = match write.product_by_sku(sku).await? {
            Some(id) => id,
            None => {
                let product = Product {
                    sku: Some((*sku).to_owned()),
                    name: Some((*name).to_owned()),
                    category: Some((*category).to_owned()),
                    barcode: Some(format!("69{:011}", 10_000 + place)),
                    price: Some(Fen(*price)),
                    floor_price: Some(Fen(price * 9 / 10)),
                    ..Product::default()
                };
                let id = maker.id(maker.now);
                write.create(&product, id, author).await?;
                id
            }
        };
        products.push((id, place));
    }
    let mut tags = Vec::new();
    for name in TAGS {
        let id = match write.tag_named(name).await? {
            Some(id) => id,
            None => {
                let id = maker.id(maker.now);
                write.create(&Tag { name: Some((*name).to_owned()) }, id, author).await?;
                id
            }
        };
        tags.push(id);
    }
    write.commit().await?;
    Ok((products, tags))
}

fn customer(
    maker: &mut Maker,
    surnames: &[char],
    given: &[char],
    identity: &Identity,
    place: u32,
    joined: i64,
) -> Customer {
    let mut name = String::from(maker.character(surnames));
    name.push(maker.character(given));
    if maker.random.random_ratio(3, 4) {
        name.push(maker.character(given));
    }
    let prefix =
        maker.pick(&["138", "139", "136", "150", "158", "186", "188", "177", "133", "159"]);
    let phone = format!("+86{prefix}{:08}", maker.random.random_range(0..100_000_000));
    let birthday = maker.random.random_ratio(2, 3).then(|| {
        let (month, day) = (maker.random.random_range(1..=12), maker.random.random_range(1..=28));
        format!("{}-{month:02}-{day:02}", maker.random.random_range(1955..2006))
    });
    let some = |maker: &mut Maker, of: u32, from: &[&str]| {
        maker.random.random_ratio(1, of).then(|| maker.pick(from).to_owned())
    };
    let joined_on = chrono::DateTime::from_timestamp_millis(joined)
        .map(|moment| moment.date_naive().to_string());
    Customer {
        name: Some(name),
        kind: Some("person".to_owned()),
        member_no: Some(format!("{:08}", 10_000_000 + place)),
        phone: Some(phone),
        gender: some(maker, 2, &["female", "male"]),
        birthday,
        habits: some(maker, 6, HABITS),
        taboo: some(maker, 60, TABOOS),
        preferred_channel: some(maker, 3, &["wechat", "phone", "sms"]),
        store: identity.store,
        owner: Some(identity.person),
        joined_on,
        source: Some("demo".to_owned()),
        ..Customer::default()
    }
}

/// More lately than long ago, within three years, in opening hours (China's, nine to nine).
fn moment(maker: &mut Maker) -> i64 {
    let share: f64 = maker.random.random();
    #[expect(clippy::cast_possible_truncation, reason = "a share of three years in days is small")]
    let days = (share * share * 1_095.0) as i64;
    maker.now - (days + 1) * DAY + maker.random.random_range(3_600_000..12 * 3_600_000)
}

/// A few come often, most seldom.
fn regular(maker: &mut Maker, customers: &[RecordId]) -> RecordId {
    let share: f64 = maker.random.random();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index of a list in memory"
    )]
    let place = (share * share * customers.len() as f64) as usize;
    customers.get(place).or(customers.first()).copied().unwrap_or(RecordId::from_u128(0))
}

fn line(
    maker: &mut Maker,
    products: &[(RecordId, usize)],
    sale: RecordId,
    position: i64,
) -> SaleLine {
    let (product, place) =
        products.choose(&mut maker.random).copied().unwrap_or((RecordId::from_u128(0), 0));
    let (sku, name, _, price) = PRODUCTS.get(place).copied().unwrap_or_default();
    let quantity = Quantity(1000 * i64::from(maker.random.random_range(1..=3_u8)));
    let percent = i64::from(*[100_u8, 100, 100, 95, 90].choose(&mut maker.random).unwrap_or(&100));
    let amount = quantity.at(Fen(price * percent / 100));
    SaleLine {
        sale: Some(sale),
        position: Some(position),
        product: Some(product),
        sku: Some(sku.to_owned()),
        name: Some(name.to_owned()),
        quantity: Some(quantity),
        amount: Some(amount),
        list_price: Some(Fen(price)),
        ..SaleLine::default()
    }
}

/// What was said lately, and what is to be done.
async fn words(
    store: &Store,
    maker: &mut Maker,
    identity: &Identity,
    customers: &[RecordId],
    outbox: bool,
) -> Result<(), Failure> {
    let author = Author(Some(identity.person));
    let mut write = store.write(system_time()).await?.with_outbox(outbox);
    for (place, customer) in customers.iter().take(40).enumerate() {
        let ago = i64::try_from(place).unwrap_or(0) / 2;
        let interaction = Interaction {
            customer: Some(*customer),
            kind: Some(maker.pick(&["note", "wechat", "call", "visit"]).to_owned()),
            text: Some(maker.pick(NOTES).to_owned()),
            at: Some(maker.now - ago * DAY + 3 * 3_600_000),
            person: Some(identity.person),
            store: identity.store,
            ..Interaction::default()
        };
        let id = maker.id(maker.now);
        write.create(&interaction, id, author).await?;
    }
    for (place, customer) in customers.iter().take(12).enumerate() {
        let days = i64::try_from(place).unwrap_or(0) - 2;
        let due = chrono::DateTime::from_timestamp_millis(maker.now + days * DAY)
            .map(|due| due.date_naive().to_string());
        let task = Task {
            customer: Some(*customer),
            kind: Some(maker.pick(&["call", "wechat", "visit"]).to_owned()),
            title: Some(
                maker
                    .pick(&["成交后第 7 天回访", "报中秋礼盒价", "寄试饮装", "问茶喝完没有"])
                    .to_owned(),
            ),
            why: Some(maker.pick(NOTES).to_owned()),
            due_on: due,
            assignee: Some(identity.person),
            created_by: Some(identity.person),
            created_at: Some(maker.now - 3 * DAY),
            ..Task::default()
        };
        let id = maker.id(maker.now);
        write.create(&task, id, author).await?;
    }
    Ok(write.commit().await?)
}
