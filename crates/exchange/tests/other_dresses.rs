//! One table in every dress a file can wear, and the faults that real files have.

use std::io::Cursor;

use shuke_exchange::{
    CustomerRow, Finding, Import, ImportError, Options, Problem, ProductRow, RowOutcome, SaleRow,
    TableReader, record::Record,
};

type Rows<T> = (Vec<(u64, T, Vec<Problem>)>, Vec<Problem>);

fn import<T: Record>(bytes: &[u8], wishes: &[&str]) -> Result<Import<T>, ImportError> {
    Import::new(
        TableReader::new(Box::new(Cursor::new(bytes.to_vec())))?,
        wishes,
        Options::default(),
    )
}

#[expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]
/// The rows that are in, and the entries of those that are not.
fn read<T: Record>(bytes: &[u8], wishes: &[&str]) -> Rows<T> {
    let (mut rows, mut out) = (Vec::new(), Vec::new());
    for outcome in import::<T>(bytes, wishes).unwrap() {
        match outcome.unwrap() {
            (number, RowOutcome::Row(row, problems)) => rows.push((number, row, problems)),
            (_, RowOutcome::Skipped(problem) | RowOutcome::Failed(problem)) => out.push(problem),
        }
    }
    (rows, out)
}

fn customers(text: &str) -> Rows<CustomerRow> {
    read(text.as_bytes(), &[])
}

fn codes(problems: &[Problem]) -> Vec<(u64, Finding)> {
    problems.iter().map(|problem| (problem.row, problem.code)).collect()
}

const TABLE: &str = "會員編號,姓名,手機,生日,備註\n\
    0001,陳怡君,0912345678,1990/9/23,\"多行\n備註, 有逗號\"\n\
    0002,林志豪,0922345678,民國78年3月28日,\"說 \"\"很好\"\"\"\n\
    0003,\"王,小明\",,,=1+1\n";

#[test]
fn every_encoding_delimiter_and_line_end_gives_the_same_rows() {
    let expected = customers(TABLE);
    assert_eq!(expected.0.len(), 3);
    assert_eq!(expected.1, []);
    for (mark, end) in [(",", "\n"), (";", "\r\n"), ("\t", "\r"), ("|", "\n")] {
        // Only unquoted commas divide cells in this table.
        let dressed: String = TABLE
            .split('"')
            .enumerate()
            .map(|(at, part)| {
                if at % 2 == 0 {
                    part.replace(',', mark).replace('\n', end)
                } else {
                    part.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("\"");
        let marked = format!("\u{feff}{dressed}");
        let wide: Vec<u16> = marked.encode_utf16().collect();
        for (name, bytes) in [
            ("UTF-8", dressed.clone().into_bytes()),
            ("UTF-8", marked.clone().into_bytes()),
            ("GB18030", encoding_rs::GB18030.encode(&dressed).0.into_owned()),
            ("Big5", encoding_rs::BIG5.encode(&dressed).0.into_owned()),
            ("UTF-16LE", wide.iter().copied().flat_map(u16::to_le_bytes).collect()),
            ("UTF-16BE", wide.iter().copied().flat_map(u16::to_be_bytes).collect()),
            ("UTF-16LE", wide[1..].iter().copied().flat_map(u16::to_le_bytes).collect()),
        ] {
            assert_eq!(read::<CustomerRow>(&bytes, &[]), expected, "{name} {mark:?} {end:?}");
            let mut again = import::<CustomerRow>(&bytes, &[]).unwrap();
            again.by_ref().for_each(drop);
            assert_eq!(
                (again.table().encoding(), again.table().delimiter().as_str()),
                (name, mark)
            );
        }
    }
}

#[test]
fn rows_that_are_no_data_are_told_apart() {
    let (rows, out) = customers(
        "会员资料导出 2026-11-03\n\n姓名,手机,生日\n张三,13812345678,1990-01-01\n ,\u{3000},\n姓名,手机,生日\n李四,13912345678,\n合计,2,\n共导出 2 条\n\n",
    );
    assert_eq!(rows.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [4, 7]);
    assert_eq!(
        codes(&out),
        [
            (1, Finding::RowPreamble),
            (2, Finding::RowBlank),
            (5, Finding::RowBlank),
            (6, Finding::RowRepeatedHeader),
            (8, Finding::RowTotals),
            (9, Finding::RowWidth),
            (10, Finding::RowBlank),
        ]
    );
}

#[test]
fn nothing_is_changed_without_an_entry() {
    let long = "长".repeat(9_000);
    let (rows, _) = customers(&format!(
        "卡号,姓名,手机,邮箱,性别,生日,备注\n\
         ００１,张\0三,13812345678转5,a@b,1,03/04/1990,a\0b\n\
         1.23E+10,{long},1.38E+10,x@y.cn,保密,1990,\"未闭合\n\
         =\"007\",'=1+1,'+8613812345678,,女,生于春天,'怪\n"
    ));
    let (_, first, problems) = &rows[0];
    assert_eq!((first.member_no.as_deref(), first.name.as_deref()), (Some("001"), Some("张三")));
    let about: Vec<_> =
        problems.iter().map(|problem| (problem.column.as_str(), problem.code)).collect();
    assert_eq!(
        about,
        [
            ("姓名", Finding::FieldInvisible),
            ("邮箱", Finding::FieldEmailInvalid),
            ("生日", Finding::FieldDateAmbiguous),
            ("性别", Finding::FieldGenderUnknown),
            ("备注", Finding::FieldInvisible),
        ]
    );
    let (number, second, problems) = &rows[1];
    assert_eq!(
        (*number, &second.member_no, &second.name, second.remarks.as_deref()),
        (3, &None, &None, Some("\"未闭合"))
    );
    let about: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(
        about,
        [
            Finding::FieldQuote,
            Finding::FieldNumberMangled,
            Finding::FieldTooLong,
            Finding::FieldPhoneMangled,
            Finding::FieldDateIncomplete,
            Finding::FieldPlaceholder,
        ]
    );
    let (_, third, problems) = &rows[2];
    assert_eq!(third.member_no.as_deref(), Some("007"));
    assert_eq!((third.name.as_deref(), third.remarks.as_deref()), (Some("=1+1"), Some("'怪")));
    assert_eq!(third.phones[0].as_str(), "+8613812345678");
    assert_eq!(codes(problems), [(4, Finding::FieldDateInvalid)]);
}

#[test]
fn a_column_of_dates_settles_its_own_order() {
    let (rows, _) =
        customers("name,mobile,birthday\nA,13812345678,03/04/1990\nB,13912345678,25/12/1991\n");
    assert_eq!(rows[0].1.birthday.map(|day| day.to_string()).as_deref(), Some("1990-04-03"));
    let (rows, _) =
        customers("name,mobile,birthday\nA,13812345678,03/04/1990\nB,13912345678,12/25/1991\n");
    assert_eq!(rows[0].1.birthday.map(|day| day.to_string()).as_deref(), Some("1990-03-04"));
}

#[test]
fn sales_need_a_day_and_an_amount() {
    let (rows, out) = read::<SaleRow>(
        "单号,会员号,日期,货号,数量,单价,金额,优惠\n\
         S1,007,2026-11-03 10:00,A01,2,¥118.00,,¥6\n\
         S2,007,昨天,A01,1,,9.90,\n\
         S3,007,2026-11-03,A01,1,,免费,\n\
         S4,,46329,A01,0.125,,\"(1,000.00)\",\n"
            .as_bytes(),
        &[],
    );
    let amounts: Vec<_> = rows
        .iter()
        .map(|(_, row, _)| (row.amount.0, row.quantity.0, row.date.date.to_string()))
        .collect();
    assert_eq!(
        amounts,
        [(23_000, 2_000, "2026-11-03".into()), (-100_000, 125, "2026-11-03".into())]
    );
    let refused: Vec<_> =
        out.iter().map(|p| (p.row, p.code, p.column.as_str(), p.value.as_str())).collect();
    assert_eq!(
        refused,
        [
            (3, Finding::RowDateInvalid, "日期", "昨天"),
            (4, Finding::RowAmountInvalid, "金额", "免费")
        ]
    );
}

#[test]
fn products_keep_their_zeros() {
    let (rows, out) = read::<ProductRow>(
        "sep=;\r\nSKU;Product name;Category;Price;Floor price;Barcode\r\n00123;Tea;Drinks;12.50;9;06901234567892\r\n;;x;1;;\r\n".as_bytes(),
        &[],
    );
    let (number, product, problems) = &rows[0];
    assert_eq!((*number, problems.len()), (3, 0));
    assert_eq!(
        (product.sku.as_deref(), product.barcode.as_deref()),
        (Some("00123"), Some("06901234567892"))
    );
    assert_eq!(
        (product.price.map(|fen| fen.0), product.floor_price.map(|fen| fen.0)),
        (Some(1_250), Some(900))
    );
    assert_eq!(codes(&out), [(1, Finding::RowPreamble), (4, Finding::RowNameless)]);
}

#[test]
fn files_that_hold_nothing_are_refused() {
    assert!(matches!(import::<CustomerRow>(b"\n \n", &[]), Err(ImportError::Empty)));
    assert!(matches!(import::<CustomerRow>(b"", &[]), Err(ImportError::Empty)));
    assert!(matches!(
        import::<CustomerRow>("甲,乙\n丙,丁\n".as_bytes(), &[]),
        Err(ImportError::NoColumns { .. })
    ));
    assert!(matches!(
        import::<CustomerRow>("姓名\n张三\n".as_bytes(), &["电话=phone"]),
        Err(ImportError::Map(_))
    ));
    // A picture is no table.
    assert!(import::<CustomerRow>(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0", &[]).is_err());
}
