//! A customer as the words of the index. The alphabet of marks, which the query must use alike:
//!
//! | mark | word |
//! |---|---|
//! | `^` | a name from its first letter: characters, reading, initials |
//! | none | a name from a later character or word; a telephone number from its front |
//! | `=`, `+` | initials that could also be read aloud (`zh`), from the first letter and from a later one |
//! | `~` | the inside of a Latin word of a name, two letters or more |
//! | `@` | member number and e-mail from their front |
//! | `#` | telephone and member number backwards |
//! | `%` | later pieces of an e-mail, company, tags |
//!
//! Every searchable part begins some word, so that each query is an exact prefix question: the
//! index needs no positions (`detail=none`) and proposes next to nothing that does not match.

use super::{Searchable, email::Email, fold::fold, name::Name, number::Number, syllable};

/// Longest member number that is read.
const LONGEST_NUMBER: usize = 64;

/// The words of a customer, divided by blanks.
pub fn tokens(customer: &Searchable) -> String {
    let mut words = Words::default();
    let (name, other) = Name::with_reading(&customer.name, customer.reading.as_deref());
    words.name(&name);
    if let Some(other) = other {
        words.name(&other);
    }
    for phone in &customer.phones {
        words.phone(&Number::parse(phone));
    }
    if let Some(number) = &customer.member_no {
        words.member(&member(number));
    }
    if let Some(email) = &customer.email {
        words.email(&Email::parse(email));
    }
    for text in customer.company.iter().chain(&customer.tags) {
        words.beside(&Name::parse(text));
    }
    words.finish()
}

/// A member number as it is searched.
pub fn member(number: &str) -> String {
    fold(number).chars().take(LONGEST_NUMBER).collect()
}

#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn add(&mut self, mark: &str, word: &str) {
        if !word.is_empty() {
            self.0.push(format!("{mark}{word}"));
        }
    }

    fn backwards(&mut self, word: &str) {
        let backwards: String = word.chars().rev().collect();
        self.add("#", &backwards);
    }

    fn name(&mut self, name: &Name) {
        for (at, unit) in name.units.iter().enumerate() {
            let mark = if at == 0 { "^" } else { "" };
            if unit.word {
                for inside in 1..unit.letters.len().saturating_sub(1) {
                    self.add("~", &unit.letters[inside..]);
                }
            } else {
                self.add(mark, &name.characters(at));
            }
            for row in name.read_from(at).iter().chain(&name.initial_and_word(at)) {
                self.add(mark, row);
            }
            for row in name.initials_from(at) {
                self.add(mark, &row);
                if row.starts_with(['a', 'e', 'o'])
                    || row.get(..2).is_some_and(syllable::could_be_read)
                {
                    self.add(if at == 0 { "=" } else { "+" }, &row);
                }
            }
        }
    }

    /// Company and tags: characters anywhere, sound and initials from the front and from Latin words.
    fn beside(&mut self, name: &Name) {
        for (at, unit) in name.units.iter().enumerate() {
            if !unit.word {
                self.add("%", &name.characters(at));
            }
            if at == 0 || unit.word {
                for row in name.read_from(at).iter().chain(&name.initials_from(at)) {
                    self.add("%", row);
                }
            }
        }
    }

    fn phone(&mut self, number: &Number) {
        for front in number.fronts() {
            self.add("", front);
        }
        self.backwards(&number.digits);
    }

    fn member(&mut self, number: &str) {
        self.add("@", number);
        self.add("@", number.trim_start_matches('0'));
        self.backwards(number);
    }

    fn email(&mut self, email: &Email) {
        for &from in &email.pieces {
            self.add(if from == 0 { "@" } else { "%" }, &email.letters[from..]);
        }
    }

    fn finish(mut self) -> String {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_in_words() {
        let customer = Searchable {
            name: "張麗華".into(),
            phones: vec!["+8613805716688".into()],
            member_no: Some("0031 2207".into()),
            ..Searchable::default()
        };
        assert_eq!(
            tokens(&customer),
            "#70221300 #8866175083168 13805716688 8613805716688 @00312207 @312207 ^zhanglihua ^zlh ^张丽华 h hua lh lihua \
             丽华 华"
        );
    }
}
