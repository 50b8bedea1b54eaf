//! Which column of a file is which field.

use std::fmt::Debug;

use crate::{
    problem::{Finding, Problem},
    synonyms,
};

/// How a field's values look: enough to tell a row whose cells have shifted from a sound one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Number,
    Phone,
    Email,
    Date,
}

/// The fields of one kind of file.
pub trait Field: Clone + Eq + Debug + 'static {
    /// Every named field with its key and the names that columns carry for it.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// A field by its key, as `--map` names it.
    fn named(key: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == key).map(|(field, _, _)| field.clone())
    }

    /// The field's key; a field of one's own has its own.
    fn key(&self) -> &str {
        Self::ALL.iter().find(|(field, _, _)| field == self).map_or("", |(_, key, _)| key)
    }

    fn shape(&self) -> Shape;

    /// Whether several columns may feed it.
    fn is_list(&self) -> bool {
        false
    }
}

/// A `--map` that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    #[error("import.map_invalid")]
    NotAPair { text: String },
    #[error("import.column_unknown")]
    ColumnUnknown { column: String },
    #[error("import.field_unknown")]
    FieldUnknown { field: String },
}

/// What `--map "COLUMN=field"` says: `None` leaves the column out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish<F> {
    column: String,
    field: Option<F>,
}

impl<F: Field> Wish<F> {
    /// Reads `COLUMN=field` or `COLUMN=`; a column's name may hold `=` itself, a field's never does.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let (column, field) =
            text.rsplit_once('=').ok_or_else(|| MapError::NotAPair { text: text.to_owned() })?;
        let field = match field.trim() {
            "" => None,
            key => Some(
                F::named(key).ok_or_else(|| MapError::FieldUnknown { field: key.to_owned() })?,
            ),
        };
        Ok(Self { column: column.to_owned(), field })
    }

    pub fn parse_all(texts: &[impl AsRef<str>]) -> Result<Vec<Self>, MapError> {
        texts.iter().map(|text| Self::parse(text.as_ref())).collect()
    }
}

/// One column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<F> {
    pub name: String,
    pub field: Option<F>,
    /// Left out on purpose: nothing needs to be said about it.
    dismissed: bool,
}

/// The columns of a file with the fields they feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap<F> {
    columns: Vec<Column<F>>,
}

impl<F: Field> ColumnMap<F> {
    /// Maps a header: wishes first, then names that are known.
    ///
    /// A field that is no list takes the first of the columns that would feed it.
    pub fn new(header: &[String], wishes: &[Wish<F>]) -> Result<Self, MapError> {
        let mut columns: Vec<Column<F>> = header
            .iter()
            .map(|name| Column {
                name: name.trim_matches(['\u{feff}', ' ', '\t', '\u{3000}']).to_owned(),
                field: None,
                dismissed: false,
            })
            .collect();
        let mut settled = vec![false; columns.len()];
        for wish in wishes {
            let wanted = synonyms::plain(&wish.column);
            let exact = columns.iter().position(|column| column.name == wish.column.trim());
            let at = exact.or_else(|| {
                columns.iter().position(|column| synonyms::plain(&column.name) == wanted)
            });
            let at = at.ok_or_else(|| MapError::ColumnUnknown { column: wish.column.clone() })?;
            columns[at].field.clone_from(&wish.field);
            columns[at].dismissed = wish.field.is_none();
            settled[at] = true;
        }
        // Whole names before names without their brackets, so that `金额` wins over `金额(税前)`.
        for whole in [true, false] {
            for at in 0..columns.len() {
                if settled[at] {
                    continue;
                }
                let name = if whole {
                    Some(columns[at].name.as_str())
                } else {
                    synonyms::without_brackets(&columns[at].name)
                };
                let field = name.and_then(|name| recognise(name));
                if let Some(field) = field
                    && (field_is_free(&columns, &field) || field.is_list())
                {
                    columns[at].field = Some(field);
                    settled[at] = true;
                }
            }
        }
        Ok(Self { columns })
    }

    pub fn columns(&self) -> &[Column<F>] {
        &self.columns
    }

    /// How many columns feed a field.
    pub fn mapped(&self) -> usize {
        self.columns.iter().filter(|column| column.field.is_some()).count()
    }

    /// An entry for each column that is not imported, though nobody asked to leave it out.
    pub fn problems(&self, row: u64) -> Vec<Problem> {
        let stray = self.columns.iter().filter(|column| {
            column.field.is_none() && !column.dismissed && !column.name.is_empty()
        });
        stray
            .map(|column| {
                Problem::new(row, &column.name, Finding::FieldColumnUnmapped, &column.name)
            })
            .collect()
    }

    /// The columns that feed a field, from left to right.
    pub fn places<'a>(&'a self, field: &'a F) -> impl Iterator<Item = usize> + 'a {
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| column.field.as_ref() == Some(field))
            .map(|(at, _)| at)
    }
}

fn recognise<F: Field>(name: &str) -> Option<F> {
    let name = synonyms::plain(name);
    // A sheet may be thousands of nameless columns wide.
    if name.is_empty() {
        return None;
    }
    let by_key = F::ALL.iter().find(|(_, key, _)| synonyms::plain(key) == name);
    let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let by_name = || F::ALL.iter().find(|(_, _, names)| synonyms::holds(names, &name));
    // `手机2` beside `手机` is one more of the same, where a field takes several.
    let by_number = || {
        F::ALL.iter().find(|(field, _, names)| field.is_list() && synonyms::holds(names, numbered))
    };
    by_key.or_else(by_name).or_else(by_number).map(|(field, _, _)| field.clone())
}

fn field_is_free<F: Field>(columns: &[Column<F>], field: &F) -> bool {
    !columns.iter().any(|column| column.field.as_ref() == Some(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{customer::CustomerField, sale::SaleField};

    fn fields<F: Field>(header: &[&str], wishes: &[&str]) -> Result<Vec<String>, MapError> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        let map = ColumnMap::<F>::new(&header, &Wish::parse_all(wishes)?)?;
        Ok(map
            .columns()
            .iter()
            .map(|column| {
                column.field.as_ref().map_or(String::new(), |field| field.key().to_owned())
            })
            .collect())
    }

    #[test]
    fn three_languages_map_by_themselves() {
        let expected =
            Ok(["member_no", "name", "phone", "birthday", "remarks"].map(str::to_owned).to_vec());
        assert_eq!(
            fields::<CustomerField>(&["会员号", "姓名", "手机", "生日", "备注"], &[]),
            expected
        );
        assert_eq!(
            fields::<CustomerField>(&["會員編號", "姓名", "行動電話", "出生日期", "備註"], &[]),
            expected
        );
        assert_eq!(
            fields::<CustomerField>(
                &["Member No.", "Full name", "Mobile", "Date of birth", "Notes"],
                &[]
            ),
            expected
        );
        assert_eq!(
            fields::<SaleField>(&["订单号", "数量", "金额(元)"], &[]),
            Ok(vec!["sale_no".into(), "quantity".into(), "amount".into()])
        );
    }

    #[test]
    fn wishes_decide() {
        let header = ["customer_id", "date", "number_of_cds", "dollar_value"];
        let wishes = ["customer_id=customer_no", "number_of_cds=quantity", "dollar_value=amount"];
        assert_eq!(
            fields::<SaleField>(&header, &wishes),
            Ok(["customer_no", "date", "quantity", "amount"].map(str::to_owned).to_vec())
        );
        assert_eq!(
            fields::<CustomerField>(&["姓名", "手机"], &["手机="]),
            Ok(vec!["name".into(), String::new()])
        );
        assert_eq!(
            fields::<CustomerField>(&["姓名", "花名"], &["花名=name"]),
            Ok(vec![String::new(), "name".into()])
        );
        assert_eq!(
            fields::<CustomerField>(&["姓名"], &["姓=name"]),
            Err(MapError::ColumnUnknown { column: "姓".into() })
        );
        assert_eq!(
            fields::<SaleField>(&["姓名"], &["姓名=colour"]),
            Err(MapError::FieldUnknown { field: "colour".into() })
        );
        assert_eq!(
            fields::<CustomerField>(&["姓名", "鞋码"], &["鞋码=shoe_size"]),
            Ok(vec!["name".into(), "shoe_size".into()])
        );
        assert_eq!(
            fields::<CustomerField>(&["姓名", "n"], &["n=note"]),
            Ok(vec!["name".into(), "remarks".into()])
        );
    }

    #[test]
    fn stray_columns_are_reported() {
        let header = ["姓名", "手机", "手机2", "星座", "姓名"].map(str::to_owned);
        let Ok(map) = ColumnMap::<CustomerField>::new(&header, &[]) else {
            panic!("no wishes to refuse")
        };
        assert_eq!(map.places(&CustomerField::Phone).collect::<Vec<_>>(), [1, 2]);
        let stray: Vec<_> = map.problems(1).into_iter().map(|problem| problem.column).collect();
        assert_eq!(stray, ["星座", "姓名"]);
    }
}
