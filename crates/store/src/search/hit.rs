//! Why a customer matches, and with which letters. Also the judge of what the index proposes: it
//! answers `None` where the customer does not match after all.

use super::{
    Searchable,
    email::Email,
    fold::{Class, glyphs},
    matching::{Found, beside, in_name, in_phone},
    name::Name,
    number::Number,
    query::{Nearness, Query, Term},
    tokens::member,
};

/// What matched; the screen has the words (首字母, 手机尾号 or 座机尾号 by the mark's place, …).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Name,
    Pinyin,
    Initials,
    Phone,
    PhoneFront,
    PhoneTail,
    MemberNo,
    Email,
    Company,
    Tag,
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Reading,
    Phone,
    MemberNo,
    Email,
    Company,
    Tag,
}

/// Letters that matched: UTF-16 offsets into the field as it stands in the [`Searchable`].
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
)]
pub struct Mark {
    pub field: Field,
    /// Which telephone or tag; 0 elsewhere.
    pub at: u32,
    pub start: u32,
    pub end: u32,
}

/// One character of the name and how it is read, the first `marked` letters of it matched.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
pub struct Syllable {
    pub character: char,
    pub sound: String,
    pub marked: u32,
}

/// How good a hit is, best first; within one rank the most recent customer leads.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Each term is the whole of a field.
    Exact,
    /// Everything matches from a front (or a number's tail), read as one where it can be.
    Front,
    /// Each term by itself matches from a front.
    Apart,
    Loose,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
pub struct Explanation {
    pub rank: Rank,
    pub why: Vec<Why>,
    pub marks: Vec<Mark>,
    /// The name as read aloud; the reading that was typed where there are several. Empty where no
    /// character of the name has a reading.
    pub reading: Vec<Syllable>,
}

/// Says how a customer matches; `None` where it does not.
pub fn explain(query: &Query, customer: &Searchable) -> Option<Explanation> {
    let file = File::of(customer);
    let mut best: Option<(Rank, Vec<Found>)> = None;
    for (at, plan) in query.plans.iter().enumerate() {
        let Some(found) = plan.iter().map(|term| file.find(term)).collect::<Option<Vec<Found>>>()
        else {
            continue;
        };
        let rank = match found.iter().map(|found| found.near).max()? {
            Nearness::Whole => Rank::Exact,
            Nearness::Front if at == 0 => Rank::Front,
            Nearness::Front => Rank::Apart,
            Nearness::Anywhere => Rank::Loose,
        };
        if best.as_ref().is_none_or(|(so_far, _)| rank < *so_far) {
            best = Some((rank, found));
        }
    }
    let (rank, found) = best?;
    let mut why = Vec::new();
    for found in &found {
        if !why.contains(&found.why) {
            why.push(found.why);
        }
    }
    let mut marks: Vec<Mark> = found.iter().flat_map(|found| found.marks.iter().copied()).collect();
    marks.sort_unstable();
    marks.dedup_by(|next, mark| {
        let touch = next.field == mark.field && next.at == mark.at && next.start <= mark.end;
        if touch {
            mark.end = mark.end.max(next.end);
        }
        touch
    });
    Some(Explanation { rank, why, marks, reading: file.reading(&found) })
}

/// A customer taken apart for matching.
struct File {
    name: Name,
    other: Option<Name>,
    phones: Vec<Number>,
    member: String,
    member_places: Vec<(u32, u32)>,
    email: Option<Email>,
    company: Option<Name>,
    tags: Vec<Name>,
}

impl File {
    fn of(customer: &Searchable) -> Self {
        let (name, other) = Name::with_reading(&customer.name, customer.reading.as_deref());
        let number = customer.member_no.as_deref().unwrap_or_default();
        Self {
            name,
            other,
            phones: customer.phones.iter().map(|phone| Number::parse(phone)).collect(),
            member: member(number),
            member_places: glyphs(number)
                .iter()
                .filter(|g| g.class != Class::Break)
                .map(|g| (g.start, g.end))
                .collect(),
            email: customer.email.as_deref().map(Email::parse),
            company: customer.company.as_deref().map(Name::parse),
            tags: customer.tags.iter().map(|tag| Name::parse(tag)).collect(),
        }
    }

    /// The nearest of all matches of one term; of equals the first named.
    fn find(&self, term: &Term) -> Option<Found> {
        let mut all = Vec::new();
        if !matches!(term, Term::Address(_)) {
            all.extend(in_name(&self.name, term, Field::Name));
            let other = self.other.as_ref().and_then(|other| in_name(other, term, Field::Reading));
            all.extend(other.map(|found| Found { heard: Vec::new(), ..found }));
        }
        match term {
            Term::Digits(typed) => {
                all.extend(
                    self.phones
                        .iter()
                        .enumerate()
                        .filter_map(|(at, phone)| in_phone(phone, at, typed))
                        .min_by_key(|f| f.near),
                );
                all.extend(self.in_member(typed, true));
                all.extend(self.in_email(typed));
            }
            Term::Both(typed) => {
                all.extend(self.in_member(typed, true));
                all.extend(self.in_email(typed));
            }
            Term::Letters { letters, .. } => {
                all.extend(self.in_member(letters, false));
                all.extend(self.in_email(letters));
            }
            Term::Characters(letters) => {
                all.extend(self.in_member(letters, false));
                all.extend(self.in_email(letters));
            }
            Term::Address(letters) => all.extend(self.in_email(letters)),
        }
        if !matches!(term, Term::Address(_)) {
            all.extend(
                self.company
                    .as_ref()
                    .and_then(|company| beside(company, term, Why::Company, Field::Company, 0)),
            );
            all.extend(
                self.tags
                    .iter()
                    .enumerate()
                    .find_map(|(at, tag)| beside(tag, term, Why::Tag, Field::Tag, at)),
            );
        }
        all.into_iter().min_by_key(|found| found.near)
    }

    fn in_member(&self, typed: &str, tail: bool) -> Option<Found> {
        let number: Vec<char> = self.member.chars().collect();
        let typed: Vec<char> = typed.chars().collect();
        let zeros = number.iter().take_while(|c| **c == '0').count();
        let from = if number.is_empty() {
            return None;
        } else if number.starts_with(&typed) {
            0
        } else if number[zeros..].starts_with(&typed) {
            zeros
        } else if tail && number.ends_with(&typed) {
            number.len() - typed.len()
        } else {
            return None;
        };
        let places = self.member_places.get(from..from + typed.len())?;
        let near = if typed.len() + from == number.len() && from <= zeros {
            Nearness::Whole
        } else {
            Nearness::Front
        };
        Some(Found::new(
            near,
            Why::MemberNo,
            Field::MemberNo,
            0,
            (places.first()?.0, places.last()?.1),
        ))
    }

    fn in_email(&self, typed: &str) -> Option<Found> {
        let email = self.email.as_ref()?;
        let (from, place) = email.find(typed)?;
        let near = match from {
            0 if typed.len() == email.letters.len() => Nearness::Whole,
            0 => Nearness::Front,
            _ => Nearness::Anywhere,
        };
        Some(Found::new(near, Why::Email, Field::Email, 0, place))
    }

    fn reading(&self, found: &[Found]) -> Vec<Syllable> {
        let heard: Vec<_> = found.iter().flat_map(|found| found.heard.iter().copied()).collect();
        if self.name.units.iter().all(|unit| unit.word || unit.sounds.is_empty()) {
            return Vec::new();
        }
        let units = self.name.units.iter().enumerate().filter(|(_, unit)| !unit.sounds.is_empty());
        units
            .filter_map(|(at, unit)| {
                let longest = heard
                    .iter()
                    .filter(|(unit, ..)| *unit == at)
                    .max_by_key(|(.., letters)| *letters);
                let (sound, marked) =
                    longest.map_or((0, 0), |(_, sound, letters)| (*sound, *letters));
                let sound = unit.sounds.get(sound)?.shown.clone();
                Some(Syllable {
                    character: unit.character,
                    sound,
                    marked: u32::try_from(marked).unwrap_or(u32::MAX),
                })
            })
            .collect()
    }
}
