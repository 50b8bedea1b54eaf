//! Whether a record fits its table: repeated headers, lines of sums, too many or too few cells.

use crate::{
    column::{ColumnMap, Field, Shape},
    problem::{Finding, Problem},
    synonyms,
    table::reader::RawRow,
    value::{
        date,
        fold::{is_blank, is_placeholder, value_text},
    },
};

/// The header once more: every cell says what its column's name says.
pub fn is_repeated_header<F: Field>(map: &ColumnMap<F>, cells: &[String]) -> bool {
    let names = map.columns().iter().map(|column| synonyms::plain(&column.name));
    let mut same = 0;
    for (at, name) in names.enumerate() {
        let cell = cells.get(at).map(|cell| synonyms::plain(cell)).unwrap_or_default();
        if cell != name {
            return false;
        }
        same += usize::from(!name.is_empty());
    }
    // A column named by its number is no header.
    same > 0
        && !map.columns().iter().enumerate().all(|(at, column)| column.name == (at + 1).to_string())
}

const TOTALS: &[&str] = &[
    "合计",
    "合計",
    "总计",
    "總計",
    "小计",
    "小計",
    "共计",
    "共計",
    "累计",
    "累計",
    "汇总",
    "彙總",
    "总和",
    "總和",
    "本页合计",
    "本頁合計",
    "本页小计",
    "本頁小計",
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summary",
];

/// A line of sums: its first word says so, and it names no day and no one to call.
pub fn is_totals<F: Field>(map: &ColumnMap<F>, cells: &[String]) -> bool {
    let Some(first) = cells.iter().find(|cell| !is_blank(cell)) else { return false };
    let word = synonyms::plain(&value_text(first));
    let bare = word.trim_end_matches(|c: char| {
        c.is_ascii_digit() || "人条條笔筆项項件名位行()（）共,，=¥元".contains(c)
    });
    if !TOTALS.contains(&bare) {
        return false;
    }
    let names_someone = map.columns().iter().zip(cells).any(|(column, cell)| {
        let value = value_text(cell);
        match column.field.as_ref().map(Field::shape) {
            // A count of people may stand here too, but no count has so many digits.
            Some(Shape::Phone) => value.bytes().filter(u8::is_ascii_digit).count() >= 7,
            Some(Shape::Email) => value.contains('@'),
            Some(Shape::Date) => matches!(date::birthday(cell, None), Ok(Some(_))),
            _ => false,
        }
    });
    !names_someone
}

/// Brings a row to its table's width and says what was missing or left over. `None` where the cells
/// cannot be told apart any more.
pub fn mend_width<F: Field>(map: &ColumnMap<F>, row: &mut RawRow) -> Option<Vec<Problem>> {
    let width = map.columns().len();
    while row.cells.len() > width && row.cells.last().is_some_and(|cell| is_blank(cell)) {
        row.cells.pop();
    }
    if row.cells.len() == width {
        return Some(Vec::new());
    }
    if is_shifted(map, &row.cells) {
        return None;
    }
    let problem = if row.cells.len() > width {
        let surplus = row.cells.split_off(width).join("\t");
        Problem::new(row.number, &format!("#{}", width + 1), Finding::FieldSurplus, &surplus)
    } else {
        let first = map.columns().get(row.cells.len()).map_or("", |column| column.name.as_str());
        Problem::new(row.number, first, Finding::FieldMissing, "")
    };
    row.cells.resize(width, String::new());
    Some(vec![problem])
}

/// Whether cells stand under the wrong names: one lone cell in a wide table, or values of which
/// most do not look like their columns'.
fn is_shifted<F: Field>(map: &ColumnMap<F>, cells: &[String]) -> bool {
    if cells.iter().filter(|cell| !is_blank(cell)).count() < 2 && map.columns().len() > 2 {
        return true;
    }
    let (mut fitting, mut strange) = (0, 0);
    for (column, cell) in map.columns().iter().zip(cells) {
        let shape = column.field.as_ref().map_or(Shape::Text, Field::shape);
        if shape != Shape::Text && !is_blank(cell) {
            if fits(cell, shape) { fitting += 1 } else { strange += 1 }
        }
    }
    strange > fitting
}

/// Whether a cell might be a value of that shape, a faulty one included.
fn fits(cell: &str, shape: Shape) -> bool {
    let value = value_text(cell);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    is_placeholder(&value)
        || match shape {
            Shape::Text => true,
            Shape::Email => value.contains('@'),
            Shape::Phone => !value.contains('@') && (digits > letters),
            Shape::Number => {
                let inner = value.get(1..value.len().saturating_sub(1)).unwrap_or_default();
                digits > 0 && letters <= 3 && !inner.contains(['@', ':', '-', '/', '年'])
            }
            Shape::Date => {
                let lone = value.bytes().all(|b| b.is_ascii_digit());
                digits >= 2
                    && letters <= 12
                    && !value.contains('@')
                    && (!lone || matches!(digits, 4..=8 | 12 | 14))
            }
        }
}

/// Whether a first record holds values and not names: digits where a name would have letters.
pub fn looks_like_data(cells: &[String]) -> bool {
    cells.iter().any(|cell| {
        let value = value_text(cell);
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        digits >= 3 && digits * 2 >= value.chars().count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::customer::CustomerField;

    fn map() -> ColumnMap<CustomerField> {
        let header = ["会员号", "姓名", "手机", "生日", "累计消费", "备注"].map(str::to_owned);
        ColumnMap::new(&header, &[]).unwrap()
    }

    fn cells(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn headers_and_sums() {
        assert!(is_repeated_header(&map(), &cells("会员号;姓名 ;手机;生日;累计消费;备注")));
        assert!(!is_repeated_header(&map(), &cells("1;姓名;手机;生日;累计消费;备注")));
        for text in [
            "合计;;;;5386943.11;",
            ";;;合计：;12;",
            "Total;1000;;;9;",
            "合计;;2;;;",
            "总计 1000人;;;;;",
            "小计(元);;;;3;",
        ] {
            assert!(is_totals(&map(), &cells(text)), "{text}");
        }
        for text in ["1;合计;13800000000;;;", "合计;张三;13800000000;;;", "总计划;张三;;;;"]
        {
            assert!(!is_totals(&map(), &cells(text)), "{text}");
        }
    }

    #[test]
    fn widths_are_mended_where_the_cells_still_fit() {
        let mend = |text: &str| {
            let mut row = RawRow { number: 9, cells: cells(text), mended: vec![] };
            let problems = mend_width(&map(), &mut row);
            (
                problems.map(|all| all.into_iter().map(|p| (p.column, p.code)).collect::<Vec<_>>()),
                row.cells.len(),
            )
        };
        assert_eq!(mend("1;张三;13800000000;1990-01-01;5;;;;"), (Some(vec![]), 6));
        assert_eq!(
            mend("1;张三;13800000000"),
            (Some(vec![("生日".into(), Finding::FieldMissing)]), 6)
        );
        assert_eq!(
            mend("1;张三;13800000000;0000-00-00;5;;多余;列"),
            (Some(vec![("#7".into(), Finding::FieldSurplus)]), 6)
        );
        assert_eq!(mend("共导出一千条").0, None);
        assert_eq!(mend("1;张;三;13800000000;1990-01-01;很好;x").0, None);
    }
}
