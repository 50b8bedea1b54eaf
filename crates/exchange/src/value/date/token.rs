//! The parts of a written day or moment: numbers, names of months, marks.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A value and how many digits wrote it.
    Number(u32, usize),
    Month(u32),
    /// `-`, `/`, `.`, `:`, `年`, `月`, `日`, `时`, `分`, `秒`, `T`, `Z`, `+`; blanks are none.
    Mark(char),
    /// Afternoon or not.
    Half(bool),
    /// 民國: years since 1911.
    Republic,
}
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                tokens.push(Token::Number(
                    rest[..length].get(..9.min(length))?.parse().ok()?,
                    length,
                ));
                if length > 9 {
                    // A moment without marks: cut where its parts meet.
                    tokens.pop();
                    tokens.extend(unmarked(&rest[..length])?);
                }
                length
            }
            'a'..='z' | 'A'..='Z' => {
                let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                tokens.extend(word(&rest[..length].to_ascii_lowercase())?);
                length
            }
            ' ' | ',' | '\t' | '\n' | '\r' => 1,
            '(' => rest.find(')')? + 1,
            '-' | '/' | '.' | ':' | '+' => {
                tokens.push(Token::Mark(c));
                1
            }
            '年' | '月' | '日' | '分' | '秒' => {
                tokens.push(Token::Mark(c));
                c.len_utf8()
            }
            '号' | '號' => {
                tokens.push(Token::Mark('日'));
                c.len_utf8()
            }
            '时' | '時' | '点' | '點' => {
                tokens.push(Token::Mark('时'));
                c.len_utf8()
            }
            _ => {
                let known = [
                    "星期", "周", "週", "礼拜", "上午", "下午", "晚上", "凌晨", "早上", "中午",
                    "民国", "民國", "公元", "西元",
                ];
                let found = known.iter().find(|word| rest.starts_with(**word))?;
                match *found {
                    "上午" | "凌晨" | "早上" => tokens.push(Token::Half(false)),
                    "下午" | "晚上" => tokens.push(Token::Half(true)),
                    "民国" | "民國" => tokens.push(Token::Republic),
                    "公元" | "西元" => {}
                    "中午" => return None,
                    // A weekday takes its numeral with it.
                    weekday => {
                        let after = &rest[weekday.len()..];
                        let numeral =
                            after.chars().next().filter(|c| "一二三四五六日天".contains(*c))?;
                        rest = &after[numeral.len_utf8()..];
                        continue;
                    }
                }
                found.len()
            }
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// `20180510174100` and `201805101741`.
fn unmarked(digits: &str) -> Option<Vec<Token>> {
    if !matches!(digits.len(), 12 | 14) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<Token> {
        let part = digits.get(range)?;
        Some(Token::Number(part.parse().ok()?, part.len()))
    };
    let mut tokens = vec![number(0..8)?, number(8..10)?, Token::Mark(':'), number(10..12)?];
    if digits.len() == 14 {
        tokens.extend([Token::Mark(':'), number(12..14)?]);
    }
    Some(tokens)
}

fn word(word: &str) -> Option<Option<Token>> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match word {
        "t" => return Some(Some(Token::Mark('T'))),
        "z" | "utc" | "gmt" => return Some(Some(Token::Mark('Z'))),
        "am" => return Some(Some(Token::Half(false))),
        "pm" => return Some(Some(Token::Half(true))),
        "st" | "nd" | "rd" | "th" | "of" => return Some(None),
        _ => {}
    }
    if word.len() < 3 {
        return None;
    }
    if let Some(index) = MONTHS
        .iter()
        .position(|month| month.starts_with(word) || (*month == "september" && word == "sept"))
    {
        return Some(Some(Token::Month(u32::try_from(index).ok()? + 1)));
    }
    DAYS.iter().any(|day| day.starts_with(word)).then_some(None)
}
