//! `--where` and `--sort`: a small readable language over the conditions of the customer grid.
//!
//! `tier in (gold, platinum) and last_sale_days >= 60 and phone is set and tag = 送礼`
//!
//! Which fields there are is known by the grid alone; here is only how a condition is written.

use serde_json::Value;
use shuke_app::{
    Code, Failure, Quantity,
    grid::{Comparison, Condition, Sort},
};

use crate::figure;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A bare word: a field, a keyword or a value.
    Word(String),
    /// A value whatever it looks like.
    Quoted(String),
    Sign(Sign),
    Open,
    Close,
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Equal,
    Unequal,
    AtLeast,
    AtMost,
    Above,
    Below,
    Contains,
    And,
}

/// Longer signs before those they begin with. Chinese input methods give some of their own.
const SIGNS: &[(&str, Sign)] = &[
    ("==", Sign::Equal),
    ("!=", Sign::Unequal),
    ("<>", Sign::Unequal),
    (">=", Sign::AtLeast),
    ("<=", Sign::AtMost),
    ("&&", Sign::And),
    ("=", Sign::Equal),
    ("＝", Sign::Equal),
    ("≠", Sign::Unequal),
    ("≥", Sign::AtLeast),
    ("≤", Sign::AtMost),
    (">", Sign::Above),
    ("<", Sign::Below),
    ("~", Sign::Contains),
];

const QUOTES: &[(char, char)] = &[('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('「', '」')];

/// Reads a filter; every condition of it must hold.
pub(crate) fn read(text: &str) -> Result<Vec<Condition>, Failure> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0 };
    let mut conditions = Vec::new();
    loop {
        reader.condition(&mut conditions)?;
        match reader.next() {
            None => return Ok(conditions),
            Some(Token::Sign(Sign::And)) => {}
            Some(Token::Word(word)) if is(&word, "and") => {}
            Some(token) => return Err(invalid(&token.said())),
        }
    }
}

/// `KEY`, `KEY:asc` or `KEY:desc`; a column's name in the answers is as good as the key.
pub(crate) fn sort(text: &str) -> Result<Sort, Failure> {
    let (key, direction) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match direction {
        "asc" => false,
        "desc" => true,
        _ => {
            return Err(Failure::new(Code::ConditionInvalid)
                .with("field", "sort")
                .with("value", text));
        }
    };
    let key = match field(key).as_str() {
        "last_sale_at" => "last_sale".to_owned(),
        "joined_on" => "joined".to_owned(),
        key => key.to_owned(),
    };
    Ok(Sort { key, descending })
}

fn invalid(rest: &str) -> Failure {
    Failure::new(Code::ConditionInvalid).with("field", "where").with("value", rest)
}

fn is(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// Sums are fen in the grid as well, under a shorter name.
fn field(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    name.strip_suffix("_fen").unwrap_or(&name).to_owned()
}

fn tokens(text: &str) -> Result<Vec<Token>, Failure> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, taken) =
            if let Some((sign, kind)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
                (Token::Sign(*kind), sign.len())
            } else if let Some((_, close)) = QUOTES.iter().find(|(open, _)| *open == first) {
                let inside = &rest[first.len_utf8()..];
                let end = inside.find(*close).ok_or_else(|| invalid(rest))?;
                (Token::Quoted(inside[..end].to_owned()), first.len_utf8() + end + close.len_utf8())
            } else {
                match first {
                    '(' | '（' => (Token::Open, first.len_utf8()),
                    ')' | '）' => (Token::Close, first.len_utf8()),
                    ',' | '，' | '、' => (Token::Comma, first.len_utf8()),
                    _ => {
                        let end = rest.find(ends_word).unwrap_or(rest.len());
                        // A sign that stands alone (`!`, `&`) is no word.
                        if end == 0 {
                            return Err(invalid(rest));
                        }
                        (Token::Word(rest[..end].to_owned()), end)
                    }
                }
            };
        tokens.push(token);
        rest = rest[taken..].trim_start();
    }
    Ok(tokens)
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || "()（）,，、=＝!≠<>≤≥~&".contains(letter)
}

impl Token {
    fn said(&self) -> String {
        match self {
            Token::Word(text) | Token::Quoted(text) => text.clone(),
            Token::Sign(sign) => SIGNS
                .iter()
                .find(|(_, kind)| kind == sign)
                .map(|(text, _)| (*text).to_owned())
                .unwrap_or_default(),
            Token::Open => "(".to_owned(),
            Token::Close => ")".to_owned(),
            Token::Comma => ",".to_owned(),
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes the next token if it is this keyword.
    fn keyword(&mut self, keyword: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.at), Some(Token::Word(word)) if is(word, keyword));
        self.at += usize::from(found);
        found
    }

    fn condition(&mut self, into: &mut Vec<Condition>) -> Result<(), Failure> {
        let name = match self.next() {
            Some(Token::Word(word)) => field(&word),
            other => return Err(invalid(&other.map_or_else(String::new, |token| token.said()))),
        };
        let one = |is: Comparison, value: Value| Condition { field: name.clone(), is, value };
        match self.next() {
            Some(Token::Sign(sign)) => {
                let value = self.value(&name)?;
                match sign {
                    Sign::Equal => into.push(one(Comparison::Is, value)),
                    Sign::Unequal => into.push(one(Comparison::IsNot, value)),
                    Sign::AtLeast => into.push(one(Comparison::AtLeast, value)),
                    Sign::AtMost => into.push(one(Comparison::AtMost, value)),
                    Sign::Contains => into.push(one(Comparison::Contains, value)),
                    Sign::Above | Sign::Below => {
                        let (is, step) = if sign == Sign::Above {
                            (Comparison::AtLeast, 1)
                        } else {
                            (Comparison::AtMost, -1)
                        };
                        match value.as_i64().and_then(|number| number.checked_add(step)) {
                            Some(number) => into.push(one(is, number.into())),
                            // Between two texts there is always a third.
                            None => {
                                into.extend([
                                    one(is, value.clone()),
                                    one(Comparison::IsNot, value),
                                ]);
                            }
                        }
                    }
                    Sign::And => return Err(invalid(&name)),
                }
            }
            Some(Token::Word(word)) if is(&word, "is") => {
                let not = self.keyword("not");
                let set = self.keyword("set");
                if set || self.keyword("unset") || self.keyword("empty") {
                    into.push(one(
                        if set == not { Comparison::Unset } else { Comparison::Set },
                        Value::Null,
                    ));
                } else {
                    let value = self.value(&name)?;
                    into.push(one(if not { Comparison::IsNot } else { Comparison::Is }, value));
                }
            }
            Some(Token::Word(word)) if is(&word, "in") => {
                let values = self.list(&name)?;
                into.push(one(Comparison::OneOf, values.into()));
            }
            Some(Token::Word(word)) if is(&word, "not") => {
                if !self.keyword("in") {
                    return Err(invalid(&word));
                }
                let values = self.list(&name)?;
                into.extend(values.into_iter().map(|value| one(Comparison::IsNot, value)));
            }
            Some(Token::Word(word)) if is(&word, "between") => {
                let from = self.value(&name)?;
                if !self.keyword("and") {
                    return Err(invalid(&word));
                }
                let to = self.value(&name)?;
                into.push(one(Comparison::Between, vec![from, to].into()));
            }
            Some(Token::Word(word)) if is(&word, "contains") => {
                let value = self.value(&name)?;
                into.push(one(Comparison::Contains, value));
            }
            other => {
                return Err(invalid(&other.map_or_else(|| name.clone(), |token| token.said())));
            }
        }
        Ok(())
    }

    fn list(&mut self, field: &str) -> Result<Vec<Value>, Failure> {
        if self.tokens.get(self.at) != Some(&Token::Open) {
            return Ok(vec![self.value(field)?]);
        }
        self.at += 1;
        let mut values = Vec::new();
        loop {
            values.push(self.value(field)?);
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => return Ok(values),
                other => {
                    return Err(invalid(
                        &other.map_or_else(|| field.to_owned(), |token| token.said()),
                    ));
                }
            }
        }
    }

    fn value(&mut self, field: &str) -> Result<Value, Failure> {
        match self.next() {
            Some(Token::Word(text)) => value(field, text, false),
            Some(Token::Quoted(text)) => value(field, text, true),
            other => Err(invalid(&other.map_or_else(|| field.to_owned(), |token| token.said()))),
        }
    }
}

/// A value as the grid holds it: quantities in thousandths, moments in milliseconds.
fn value(field: &str, text: String, quoted: bool) -> Result<Value, Failure> {
    let wrong =
        || Failure::new(Code::ConditionInvalid).with("field", field).with("value", text.as_str());
    // `007` is a number on a card, not seven.
    let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    match field {
        "units" => text.parse::<Quantity>().map(|quantity| quantity.0.into()).map_err(|_| wrong()),
        "last_sale_at" => match number {
            Some(number) => Ok(number.into()),
            None => figure::read_moment(&text).map(Value::from).map_err(|_| wrong()),
        },
        _ => Ok(number.filter(|_| !quoted).map_or_else(|| Value::from(text), Value::from)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(text: &str) -> Vec<(String, Comparison, Value)> {
        let conditions =
            read(text).unwrap_or_else(|failure| panic!("{text}: {:?}", failure.params));
        conditions.into_iter().map(|it| (it.field, it.is, it.value)).collect()
    }

    fn row(field: &str, is: Comparison, value: Value) -> (String, Comparison, Value) {
        (field.to_owned(), is, value)
    }

    #[test]
    fn the_example_of_the_help_is_read() {
        assert_eq!(
            said(
                "tier in (gold, platinum) and last_sale_days >= 60 and phone is set and tag = 送礼"
            ),
            [
                row("tier", Comparison::OneOf, json!(["gold", "platinum"])),
                row("last_sale_days", Comparison::AtLeast, json!(60)),
                row("phone", Comparison::Set, Value::Null),
                row("tag", Comparison::Is, json!("送礼")),
            ]
        );
    }

    #[test]
    fn every_comparison_has_its_words() {
        for (text, expected) in [
            ("name contains 芳", row("name", Comparison::Contains, json!("芳"))),
            ("name~芳", row("name", Comparison::Contains, json!("芳"))),
            ("name = \"王 芳\"", row("name", Comparison::Is, json!("王 芳"))),
            ("name = O'Brien", row("name", Comparison::Is, json!("O'Brien"))),
            ("company = “龙井 (杭州)”", row("company", Comparison::Is, json!("龙井 (杭州)"))),
            ("gender != male", row("gender", Comparison::IsNot, json!("male"))),
            ("gender is not male", row("gender", Comparison::IsNot, json!("male"))),
            ("phone is not set", row("phone", Comparison::Unset, Value::Null)),
            ("phone IS EMPTY", row("phone", Comparison::Unset, Value::Null)),
            ("phone is not empty", row("phone", Comparison::Set, Value::Null)),
            ("spent_fen<=5000", row("spent", Comparison::AtMost, json!(5000))),
            ("sales > 3", row("sales", Comparison::AtLeast, json!(4))),
            ("points<0", row("points", Comparison::AtMost, json!(-1))),
            ("spent between 100 and 200", row("spent", Comparison::Between, json!([100, 200]))),
            ("tier in gold", row("tier", Comparison::OneOf, json!(["gold"]))),
            (
                "tier in（gold，platinum）",
                row("tier", Comparison::OneOf, json!(["gold", "platinum"])),
            ),
            ("last_sale_days ≥ 60", row("last_sale_days", Comparison::AtLeast, json!(60))),
        ] {
            assert_eq!(said(text), [expected], "{text}");
        }
    }

    #[test]
    fn numbers_on_cards_stay_texts_and_figures_take_the_grids_units() {
        assert_eq!(said("member_no = 00000007")[0].2, json!("00000007"));
        assert_eq!(said("member_no = '7'")[0].2, json!("7"));
        assert_eq!(said("units >= 2.5")[0].2, json!(2500));
        assert_eq!(said("last_sale_at >= 1970-01-01T00:00:01Z")[0].2, json!(1000));
    }

    #[test]
    fn lists_are_excluded_one_by_one_and_texts_have_no_next() {
        assert_eq!(
            said("tag not in (a, b)"),
            [row("tag", Comparison::IsNot, json!("a")), row("tag", Comparison::IsNot, json!("b"))]
        );
        assert_eq!(
            said("joined_on > 2026-01-01"),
            [
                row("joined_on", Comparison::AtLeast, json!("2026-01-01")),
                row("joined_on", Comparison::IsNot, json!("2026-01-01")),
            ]
        );
    }

    #[test]
    fn what_is_no_filter_is_refused_with_the_place() {
        for (text, rest) in [
            ("", ""),
            ("name", "name"),
            ("name =", "name"),
            ("name = a or name = b", "or"),
            ("name = a name = b", "name"),
            ("tier in (gold", "tier"),
            ("name = \"a", "\"a"),
            ("= a", "="),
            ("a ! b", "!"),
            ("spent between 1 or 2", "between"),
            ("name = a and", ""),
        ] {
            let failure = read(text).map(|_| ()).unwrap_err();
            assert_eq!(failure.code, Code::ConditionInvalid, "{text}");
            assert!(
                failure.params["value"].as_str().unwrap().starts_with(rest),
                "{text}: {:?}",
                failure.params
            );
        }
        assert_eq!(read("units >= many").unwrap_err().params["field"], "units");
    }

    #[test]
    fn orders_are_read() {
        assert_eq!(sort("name").unwrap(), Sort { key: "name".to_owned(), descending: false });
        assert_eq!(
            sort("spent_fen:desc").unwrap(),
            Sort { key: "spent".to_owned(), descending: true }
        );
        assert_eq!(
            sort("last_sale_at:desc").unwrap(),
            Sort { key: "last_sale".to_owned(), descending: true }
        );
        assert!(sort("name:down").is_err());
    }
}
