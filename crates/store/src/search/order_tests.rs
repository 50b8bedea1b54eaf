//! Which customer comes first, what an edit changes, and what a hit says of itself.

use super::{
    Explanation, Field, Query, Rank, Searchable, Served, Why, create, explain, load, optimize, put,
    recall_tests::open, remove, search,
};

fn who(name: &str) -> Searchable {
    Searchable { name: name.into(), ..Searchable::default() }
}

fn hit(text: &str, customer: &Searchable) -> Explanation {
    explain(&Query::parse(text), customer)
        .unwrap_or_else(|| panic!("{text} does not match {customer:?}"))
}

/// The matched letters of a field, cut out by their marks.
fn marked(hit: &Explanation, field: Field, text: &str) -> Vec<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let marks = hit.marks.iter().filter(|mark| mark.field == field);
    marks
        .map(|mark| String::from_utf16(&units[mark.start as usize..mark.end as usize]).unwrap())
        .collect()
}

fn heard(hit: &Explanation) -> String {
    let syllable = |s: &super::Syllable| {
        let (head, tail): (Vec<_>, Vec<_>) =
            s.sound.chars().enumerate().partition(|(at, _)| *at < s.marked as usize);
        let text =
            |letters: Vec<(usize, char)>| letters.into_iter().map(|(_, c)| c).collect::<String>();
        format!("[{}]{}", text(head), text(tail))
    };
    hit.reading.iter().map(syllable).collect::<Vec<_>>().join(" ").replace("[]", "")
}

#[test]
fn the_counter_explains_its_hits() {
    let phone = |name: &str, number: &str| Searchable { phones: vec![number.into()], ..who(name) };
    let hits = [
        (
            phone("张丽华", "+8613805716688"),
            vec![Why::Initials, Why::PhoneTail],
            "张丽",
            "[z]hāng [l]ì huá",
        ),
        (
            phone("章琳", "+8618658102088"),
            vec![Why::Initials, Why::PhoneTail],
            "章琳",
            "[z]hāng [l]ín",
        ),
        (
            phone("中联酒店", "+8657187654088"),
            vec![Why::Initials, Why::PhoneTail],
            "中联",
            "[z]hōng [l]ián jiǔ diàn",
        ),
        (
            Searchable { member_no: Some("8803 1127".into()), ..who("曾励") },
            vec![Why::Initials, Why::MemberNo],
            "曾励",
            "[z]ēng [l]ì",
        ),
    ];
    for (customer, why, name, reading) in hits {
        let hit = hit("zl 88", &customer);
        assert_eq!(hit.why, why);
        assert_eq!(marked(&hit, Field::Name, &customer.name), [name]);
        assert_eq!(heard(&hit), reading);
        if let Some(number) = customer.phones.first() {
            assert_eq!(marked(&hit, Field::Phone, number), ["88"]);
        }
    }
    let zoe = Searchable { email: Some("zoe.lin88@qq.com".into()), ..who("Zoe Lin") };
    let hit = hit("zl 88", &zoe);
    assert_eq!(hit.why, [Why::Initials, Why::Email]);
    assert_eq!(marked(&hit, Field::Name, "Zoe Lin"), ["Z", "L"]);
    assert_eq!(marked(&hit, Field::Email, "zoe.lin88@qq.com"), ["88"]);
    assert!(hit.reading.is_empty());
}

#[test]
fn one_spelling_finds_all() {
    for (text, name) in [
        ("张丽", "張麗華"),
        ("張麗", "张丽华"),
        ("麗", "张丽华"),
        ("zhangl", "张丽华"),
        ("zhanglh", "张丽华"),
        ("zlihua", "张丽华"),
        ("zhlh", "张丽华"),
        ("ZHANG LiHua", "张丽华"),
        ("lihua zhang", "张丽华"),
        ("wang w", "王伟"),
        ("wangxm", "王小明"),
        ("lv", "吕布"),
        ("lu", "吕布"),
        ("lü", "吕布"),
        ("shan", "单雄信"),
        ("dan", "单雄信"),
        ("yuchi", "尉迟恭"),
        ("moqi", "万俟卨"),
        ("xi'an", "习安"),
        ("obrien", "Pat O’Brien"),
        ("o'br", "Pat OBrien"),
        ("jose", "José"),
        ("José", "Jose"),
        ("ｚｏｅ", "Zoe Lin"),
        ("zoelin", "Zoe Lin"),
        ("lin zoe", "Zoe Lin"),
        ("oe", "Zoe Lin"),
        ("jsmith", "John Smith"),
        ("阿卜杜拉买", "阿卜杜拉·买买提"),
        ("🌸", "🌸小美"),
        ("か", "たかし"),
    ] {
        assert!(explain(&Query::parse(text), &who(name)).is_some(), "{text} finds {name}");
    }
    for (text, name) in [
        ("o", "Zoe Lin"),
        ("lz", "张丽华"),
        ("wangx", "王伟"),
        ("丽张", "张丽华"),
        ("hang", "张丽华"),
    ] {
        assert!(explain(&Query::parse(text), &who(name)).is_none(), "{text} does not find {name}");
    }
}

#[test]
fn numbers_are_found_as_they_are_written() {
    let customer = Searchable {
        phones: vec!["+8613805716688".into(), "+8657187654088".into()],
        member_no: Some("00312207".into()),
        ..who("张丽华")
    };
    for (text, why, at) in [
        ("138 0571 6688", Why::Phone, Some(0)),
        ("+86 138-0571-6688", Why::Phone, Some(0)),
        ("1380", Why::PhoneFront, Some(0)),
        ("６６８８", Why::PhoneTail, Some(0)),
        ("(0571) 8765", Why::PhoneFront, Some(1)),
        ("8765 40", Why::PhoneFront, Some(1)),
        ("4088", Why::PhoneTail, Some(1)),
        ("0031", Why::MemberNo, None),
        ("3122", Why::MemberNo, None),
        ("2207", Why::MemberNo, None),
    ] {
        let hit = hit(text, &customer);
        assert_eq!(hit.why, [why], "{text}");
        if let Some(at) = at {
            assert!(
                hit.marks.iter().all(|mark| mark.field == Field::Phone && mark.at == at),
                "{text}"
            );
        }
    }
}

#[test]
fn the_reading_that_was_typed_is_shown() {
    assert_eq!(heard(&hit("zengl", &who("曾励"))), "[zēng] [l]ì");
    assert_eq!(heard(&hit("cengl", &who("曾励"))), "[céng] [l]ì");
    let named = Searchable { reading: Some("Kim Soohyun".into()), ..who("金秀贤") };
    assert_eq!(marked(&hit("soo", &named), Field::Reading, "Kim Soohyun"), ["Soo"]);
}

async fn found(conn: &mut sqlx::SqliteConnection, text: &str) -> Vec<i64> {
    search(conn, text, 20).await.unwrap().into_iter().map(|candidate| candidate.row).collect()
}

async fn add(
    conn: &mut sqlx::SqliteConnection,
    row: i64,
    customer: &Searchable,
    last_sale_at: Option<i64>,
) {
    sqlx::query("insert into customer (row, id, name, phone) values (?1, ?1, ?2, ?3)")
        .bind(row)
        .bind(&customer.name)
        .bind(customer.phones.first())
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::query("insert into customer_totals values (?1, ?2)")
        .bind(row)
        .bind(last_sale_at)
        .execute(&mut *conn)
        .await
        .unwrap();
    put(conn, row, customer).await.unwrap();
}

#[tokio::test]
async fn exact_first_then_fronts_then_recent() {
    let mut conn = open().await;
    for (row, name, last) in [
        (1, "小王芳", Some(900)),
        (2, "王芳", Some(100)),
        (3, "王芳芳", Some(500)),
        (4, "王芳华", None),
        (5, "王芳明", Some(800)),
    ] {
        add(&mut conn, row, &who(name), last).await;
    }
    assert_eq!(found(&mut conn, "王芳").await, [2, 5, 3, 4, 1]);
    assert_eq!(found(&mut conn, "wangfang").await, [2, 5, 3, 4, 1]);
    assert_eq!(found(&mut conn, "wf").await, [5, 3, 2, 4, 1]);
    sqlx::query("update customer_totals set last_sale_at = 1000 where customer = 3")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(
        found(&mut conn, "wf").await,
        [3, 5, 2, 4, 1],
        "a sale moves its customer up without touching the index"
    );
    let ranks: Vec<Rank> =
        search(&mut conn, "王芳", 20).await.unwrap().iter().map(|c| c.rank).collect();
    assert_eq!(ranks, [Rank::Exact, Rank::Front, Rank::Front, Rank::Front, Rank::Loose]);
}

#[tokio::test]
async fn read_as_one_before_each_by_itself() {
    let mut conn = open().await;
    add(&mut conn, 1, &who("王丽"), Some(900)).await;
    add(&mut conn, 2, &who("王伟"), Some(100)).await;
    assert_eq!(found(&mut conn, "wang w").await, [2, 1]);
}

#[tokio::test]
async fn the_customer_served_last_leads_among_thousands() {
    let mut conn = open().await;
    for row in 1..=2500 {
        add(&mut conn, row, &who("王伟"), Some(if row == 7 { 10_000 } else { row })).await;
    }
    add(&mut conn, 2501, &who("李伟"), Some(20_000)).await;
    assert_eq!(found(&mut conn, "w").await[..3], [7, 2500, 2499]);
    assert_eq!(found(&mut conn, "王").await[..3], [7, 2500, 2499]);
}

#[tokio::test]
async fn edits_and_erasures_take_hold() {
    let mut conn = open().await;
    create(&mut conn).await.unwrap();
    put(&mut conn, 1, &Searchable { phones: vec!["+8613805716688".into()], ..who("张丽华") })
        .await
        .unwrap();
    put(&mut conn, 1, &who("王芳")).await.unwrap();
    assert_eq!(found(&mut conn, "张").await, [0; 0]);
    assert_eq!(found(&mut conn, "6688").await, [0; 0]);
    assert_eq!(found(&mut conn, "王").await, [1]);
    super::put_many(
        &mut conn,
        &[(2, super::tokens(&who("李安"))), (1, super::tokens(&who("李白")))],
    )
    .await
    .unwrap();
    assert_eq!(found(&mut conn, "李").await, [2, 1]);
    assert_eq!(found(&mut conn, "王").await, [0; 0]);
    remove(&mut conn, 2).await.unwrap();
    remove(&mut conn, 99).await.unwrap();
    assert_eq!(found(&mut conn, "李").await, [1]);
    optimize(&mut conn).await.unwrap();
    super::settle(&mut conn).await.unwrap();
    assert_eq!(found(&mut conn, "李").await, [1]);
    let left: Vec<Vec<u8>> = sqlx::query_scalar("select block from customer_search_data")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    let has = |word: &str| {
        left.iter().any(|block| block.windows(word.len()).any(|w| w == word.as_bytes()))
    };
    assert!(has("李白") && !has("安"), "an erased name is gone from the file after optimize");
}

#[tokio::test]
async fn customers_are_loaded_as_they_are_searched() {
    let mut conn = open().await;
    add(&mut conn, 3, &Searchable { phones: vec!["1".into()], ..who("王芳") }, None).await;
    sqlx::raw_sql(
        "update customer set other_phones = '[\"2\",\"3\"]', company = '茶行'; insert into tag values (x'01', 0, '老客户'), (x'02', 1, '旧'); \
         insert into customer_tag values (3, x'01', 0), (3, x'02', 0)",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let expected = Searchable {
        phones: vec!["1".into(), "2".into(), "3".into()],
        company: Some("茶行".into()),
        tags: vec!["老客户".into()],
        ..who("王芳")
    };
    assert_eq!(load(&mut conn, &[3, 4]).await.unwrap(), [(3, expected)]);
}

#[tokio::test]
async fn who_was_just_served_leads_at_once() {
    let mut conn = open().await;
    let served = Served::default();
    for row in 1..=600 {
        add(&mut conn, row, &who("王伟"), Some(row)).await;
    }
    let first = served.search(&mut conn, "w", 2).await.unwrap();
    assert_eq!(first.iter().map(|c| c.row).collect::<Vec<_>>(), [600, 599]);
    sqlx::query("update customer_totals set last_sale_at = 9000 where customer = 5")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(
        served.search(&mut conn, "w", 2).await.unwrap()[0].row,
        5,
        "a sale, also of another process, is seen"
    );

    put(&mut conn, 5, &who("李伟")).await.unwrap();
    sqlx::query("update customer set name = '李伟' where row = 5")
        .execute(&mut conn)
        .await
        .unwrap();
    served.forget(5);
    assert_eq!(
        served.search(&mut conn, "王", 2).await.unwrap()[0].row,
        600,
        "an edit is seen once forgotten"
    );
}
