//! A question over the words of the index: asked of FTS5 as text, or of one customer's words here.

use std::fmt::{self, Display, Formatter};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Word(String),
    /// Any word that begins so.
    Front(String),
    All(Vec<Ask>),
    Any(Vec<Ask>),
}

impl Ask {
    /// Whether the words of one customer, in order, answer yes.
    pub fn holds(&self, words: &[Box<str>]) -> bool {
        let first = |word: &str| words.get(words.partition_point(|w| &**w < word));
        match self {
            Self::Word(word) => first(word).is_some_and(|found| **found == **word),
            Self::Front(head) => first(head).is_some_and(|found| found.starts_with(head.as_str())),
            Self::All(parts) => parts.iter().all(|part| part.holds(words)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(words)),
        }
    }
}

/// As an FTS5 expression. Words are letters, digits, other characters and our own marks only:
/// nothing typed can leave the quotes.
impl Display for Ask {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (parts, between) = match self {
            Self::Word(word) => return write!(f, "\"{word}\""),
            Self::Front(head) => return write!(f, "\"{head}\"*"),
            Self::All(parts) => (parts, " AND "),
            Self::Any(parts) => (parts, " OR "),
        };
        f.write_str("(")?;
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                f.write_str(between)?;
            }
            part.fmt(f)?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_answer_as_the_index_does() {
        let words: Vec<Box<str>> =
            ["#8866", "^zhangli", "^zl", "li"].into_iter().map(Box::from).collect();
        let front = |head: &str| Ask::Front(head.to_owned());
        let ask = Ask::All(vec![Ask::Any(vec![front("^zh"), front("@zh")]), front("#88")]);
        assert!(ask.holds(&words));
        assert_eq!(ask.to_string(), "((\"^zh\"* OR \"@zh\"*) AND \"#88\"*)");
        assert!(!front("zl").holds(&words) && !Ask::Word("^z".to_owned()).holds(&words));
        assert!(Ask::Word("^zl".to_owned()).holds(&words) && !front("z").holds(&words));
    }
}
