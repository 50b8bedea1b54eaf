//! Words with a fixed meaning (gender), lists in a cell (tags), and addresses of mail.

use serde::Serialize;
use ts_rs::TS;

use super::fold::{is_invisible, is_placeholder, value_text};
use crate::problem::Finding;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Female,
    Male,
    Other,
}

impl Gender {
    pub fn as_str(self) -> &'static str {
        match self {
            Gender::Female => "female",
            Gender::Male => "male",
            Gender::Other => "other",
        }
    }

    /// Reads a cell; blank, and words for "not said", give none.
    pub fn read(cell: &str) -> Result<Option<Gender>, Finding> {
        let word = value_text(cell).to_lowercase();
        match word.as_str() {
            "" => Ok(None),
            "男" | "男性" | "男士" | "先生" | "男生" | "m" | "male" | "man" | "mr" | "mr." => {
                Ok(Some(Gender::Male))
            }
            "女" | "女性" | "女士" | "小姐" | "太太" | "女生" | "f" | "female" | "woman"
            | "mrs" | "mrs." | "ms" | "ms." | "miss" => Ok(Some(Gender::Female)),
            "其他" | "其它" | "other" | "x" | "diverse" => Ok(Some(Gender::Other)),
            "保密" => Err(Finding::FieldPlaceholder),
            word if is_placeholder(word) => Err(Finding::FieldPlaceholder),
            // 1 and 2 mean man and woman in one system and the other way round in the next.
            _ => Err(Finding::FieldGenderUnknown),
        }
    }
}

/// The tags of a cell, each once, in their order. Weaker marks divide only where no stronger one does.
pub fn tags(cell: &str) -> Vec<String> {
    let text: String = cell.chars().filter(|&c| !is_invisible(c)).collect();
    let strong =
        |c: char| matches!(c, '|' | '｜' | ';' | '；' | ',' | '，' | '、' | '\n' | '\r' | '\t');
    let has_han = text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9FFF}'));
    let parts: Vec<&str> = if text.contains(strong) {
        text.split(strong).collect()
    } else if text.contains(['/', '／']) {
        text.split(['/', '／']).collect()
    } else if text.trim_start().starts_with(['#', '＃']) {
        text.split(['#', '＃']).collect()
    } else if has_han {
        text.split_whitespace().collect()
    } else {
        vec![text.as_str()]
    };
    let mut tags: Vec<String> = Vec::new();
    for part in parts.into_iter().map(str::trim) {
        let tag = part.trim_start_matches(['#', '＃']).trim();
        if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// The addresses of a cell: each as typed, so that its case is the owner's.
pub fn emails(cell: &str) -> Result<Vec<String>, Finding> {
    let text = value_text(cell);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if is_placeholder(&text) {
        return Err(Finding::FieldPlaceholder);
    }
    let parts: Vec<&str> = text
        .split([';', ',', '、', '|', ' ', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .collect();
    if parts.iter().all(|part| is_email(part)) {
        Ok(parts.into_iter().map(str::to_owned).collect())
    } else {
        Err(Finding::FieldEmailInvalid)
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let name = |s: &str| {
        !s.is_empty()
            && !s.contains(['@', '<', '>', '(', ')', '"', ':'])
            && !s.starts_with('.')
            && !s.ends_with('.')
    };
    name(local) && name(domain) && domain.contains('.') && !domain.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gender_words() {
        for (cell, gender) in [
            ("女", Gender::Female),
            (" 先生", Gender::Male),
            ("Ｆ", Gender::Female),
            ("MALE", Gender::Male),
            ("其他", Gender::Other),
        ] {
            assert_eq!(Gender::read(cell), Ok(Some(gender)), "{cell}");
        }
        assert_eq!(Gender::read("1"), Err(Finding::FieldGenderUnknown));
        assert_eq!(Gender::read("未知"), Err(Finding::FieldPlaceholder));
        assert_eq!(Gender::read(""), Ok(None));
    }

    #[test]
    fn tags_by_various_marks() {
        for (cell, expected) in [
            ("VIP|生日券;老客,高消费", vec!["VIP", "生日券", "老客", "高消费"]),
            ("VIP、老客，VIP", vec!["VIP", "老客"]),
            ("#VIP #老客", vec!["VIP", "老客"]),
            ("VIP/老客", vec!["VIP", "老客"]),
            ("高消费 老客", vec!["高消费", "老客"]),
            ("New York", vec!["New York"]),
            ("A/B|C", vec!["A/B", "C"]),
            (" ;; ", vec![]),
        ] {
            assert_eq!(tags(cell), expected, "{cell}");
        }
    }

    #[test]
    fn email_addresses() {
        assert_eq!(emails("XIUYING@EXAMPLE.NET "), Ok(vec!["XIUYING@EXAMPLE.NET".to_owned()]));
        assert_eq!(emails("a@x.cn；b@y.cn").map(|all| all.len()), Ok(2));
        for cell in ["a@b", "a.example.com", "a@@b.cn", "张三@", "a@b..cn"] {
            assert_eq!(emails(cell), Err(Finding::FieldEmailInvalid), "{cell}");
        }
    }
}
