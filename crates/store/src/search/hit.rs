//! Why a customer matches, and with which letters. Also the judge of what the index proposes: it
//! answers `None` where the customer does not match after all.

use super::{
    Searchable,
    email::Email,
    fold::{Class, glyphs},
    name::Name,
    number::Number,
    query::{Nearness, Part, Query, Term},
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

struct Found {
    near: Nearness,
    why: Why,
    marks: Vec<Mark>,
    /// Unit of the name, its reading, letters of it that were typed.
    heard: Vec<(usize, usize, usize)>,
}

impl Found {
    fn new(near: Nearness, why: Why, field: Field, at: usize, (start, end): (u32, u32)) -> Self {
        Self {
            near,
            why,
            marks: vec![Mark { field, at: u32::try_from(at).unwrap_or(u32::MAX), start, end }],
            heard: Vec::new(),
        }
    }
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

fn in_phone(phone: &Number, at: usize, typed: &str) -> Option<Found> {
    let (near, why, stretch) = if let Some(stretch) = phone.is(typed) {
        (Nearness::Whole, Why::Phone, stretch)
    } else if let Some(stretch) = phone.begins(typed) {
        (Nearness::Front, Why::PhoneFront, stretch)
    } else {
        (Nearness::Front, Why::PhoneTail, phone.ends(typed)?)
    };
    match stretch {
        Some(place) => Some(Found::new(near, why, Field::Phone, at, place)),
        None => Some(Found { near, why, marks: Vec::new(), heard: Vec::new() }),
    }
}

/// Units from `from` on that were heard: which of its readings, how many letters of it.
type Heard = Vec<(usize, usize, usize)>;

fn in_name(name: &Name, term: &Term, field: Field) -> Option<Found> {
    let units = &name.units;
    for from in 0..units.len() {
        let anchored = if from == 0 { Nearness::Front } else { Nearness::Anywhere };
        match term {
            Term::Characters(typed) => {
                let rest = name.characters(from);
                if !units[from].word && rest.starts_with(typed.as_str()) {
                    let count = typed.chars().count();
                    let near =
                        if from == 0 && count == units.len() { Nearness::Whole } else { anchored };
                    let heard: Heard = (from..from + count).map(|unit| (unit, 0, 1)).collect();
                    return Some(Found {
                        near,
                        why: Why::Name,
                        marks: marks(name, &heard, field),
                        heard: Vec::new(),
                    });
                }
            }
            Term::Letters { letters, mixes } => {
                if let Some(heard) = read(name, from, letters) {
                    return Some(spoken(name, heard, anchored, field, letters.len() == 1));
                }
                if let Some(heard) = initials(name, from, letters) {
                    return Some(Found {
                        near: anchored,
                        why: Why::Initials,
                        marks: marks(name, &heard, field),
                        heard,
                    });
                }
                if let Some(heard) = initial_and_word(name, from, letters) {
                    return Some(spoken(name, heard, anchored, field, false));
                }
                if let Some(heard) =
                    mixes.iter().find_map(|mix| run_together(name, from, &mix.parts))
                {
                    return Some(spoken(name, heard, anchored, field, false));
                }
            }
            Term::Digits(letters) | Term::Both(letters) => {
                if let Some(heard) = read(name, from, letters) {
                    return Some(spoken(name, heard, anchored, field, false));
                }
            }
            Term::Address(_) => return None,
        }
    }
    let (Term::Letters { letters, .. } | Term::Digits(letters) | Term::Both(letters)) = term else {
        return None;
    };
    inside(name, letters, field)
}

fn spoken(name: &Name, heard: Heard, anchored: Nearness, field: Field, one_letter: bool) -> Found {
    let words = heard.iter().all(|(unit, ..)| name.units[*unit].word);
    let whole = heard.len() == name.units.len()
        && heard.iter().all(|(unit, sound, letters)| {
            name.units[*unit]
                .sounds
                .get(*sound)
                .is_some_and(|sound| sound.letters.len() == *letters)
        });
    let near = if whole && anchored == Nearness::Front { Nearness::Whole } else { anchored };
    let why = match (words, one_letter) {
        (true, _) => Why::Name,
        (false, true) => Why::Initials,
        (false, false) => Why::Pinyin,
    };
    Found { near, why, marks: marks(name, &heard, field), heard }
}

/// The inside of a Latin word, two letters or more.
fn inside(name: &Name, typed: &str, field: Field) -> Option<Found> {
    if typed.len() < 2 {
        return None;
    }
    name.units.iter().filter(|unit| unit.word).find_map(|unit| {
        let from = unit.letters.find(typed)?;
        let place = (unit.places.get(from)?.0, unit.places.get(from + typed.len() - 1)?.1);
        Some(Found::new(Nearness::Anywhere, Why::Name, field, 0, place))
    })
}

/// Company and tags: nothing but where they begin, or any characters of them.
fn beside(name: &Name, term: &Term, why: Why, field: Field, at: usize) -> Option<Found> {
    let heard = (0..name.units.len()).find_map(|from| {
        let unit = &name.units[from];
        match term {
            Term::Characters(typed)
                if !unit.word && name.characters(from).starts_with(typed.as_str()) =>
            {
                Some((from..from + typed.chars().count()).map(|unit| (unit, 0, 1)).collect())
            }
            Term::Letters { letters, .. } if from == 0 || unit.word => {
                read(name, from, letters).or_else(|| initials(name, from, letters))
            }
            Term::Digits(letters) | Term::Both(letters) if from == 0 || unit.word => {
                read(name, from, letters)
            }
            _ => None,
        }
    })?;
    let mut marks = marks(name, &heard, field);
    for mark in &mut marks {
        mark.at = u32::try_from(at).unwrap_or(u32::MAX);
    }
    Some(Found { near: Nearness::Anywhere, why, marks, heard: Vec::new() })
}

/// Typed letters as the reading of the units from `from` on, the last one begun or whole.
fn read(name: &Name, from: usize, typed: &str) -> Option<Heard> {
    let unit = name.units.get(from)?;
    unit.sounds.iter().enumerate().find_map(|(at, sound)| {
        if sound.letters.starts_with(typed) {
            return Some(vec![(from, at, typed.len())]);
        }
        let rest = typed.strip_prefix(sound.letters.as_str())?;
        let mut heard = read(name, from + 1, rest)?;
        heard.insert(0, (from, at, sound.letters.len()));
        Some(heard)
    })
}

fn initials(name: &Name, from: usize, typed: &str) -> Option<Heard> {
    let units = name.units.get(from..from + typed.len())?;
    units
        .iter()
        .zip(typed.split("").filter(|letter| !letter.is_empty()))
        .enumerate()
        .map(|(at, (unit, letter))| {
            let sound = unit.sounds.iter().position(|sound| sound.letters.starts_with(letter))?;
            Some((from + at, sound, 1))
        })
        .collect()
}

/// `jsmith` for John Smith.
fn initial_and_word(name: &Name, from: usize, typed: &str) -> Option<Heard> {
    let word = name.units.get(from + 1).filter(|unit| unit.word)?;
    name.initials(from).into_iter().find_map(|(sound, initial)| {
        let rest = typed.strip_prefix(initial).filter(|rest| !rest.is_empty())?;
        word.letters
            .starts_with(rest)
            .then(|| vec![(from, sound, initial.len()), (from + 1, 0, rest.len())])
    })
}

fn run_together(name: &Name, from: usize, parts: &[Part]) -> Option<Heard> {
    let units = name.units.get(from..from + parts.len())?;
    units
        .iter()
        .zip(parts)
        .enumerate()
        .map(|(at, (unit, part))| {
            let sound = unit.sounds.iter().position(|sound| match part {
                Part::Syllable(letters) => sound.letters == *letters,
                Part::Initial(letters) | Part::Head(letters) => {
                    sound.letters.starts_with(letters.as_str())
                }
            })?;
            Some((from + at, sound, part.letters().len()))
        })
        .collect()
}

/// A character is marked whole, a word by its letters.
fn marks(name: &Name, heard: &Heard, field: Field) -> Vec<Mark> {
    heard
        .iter()
        .filter_map(|(unit, _, letters)| {
            let unit = name.units.get(*unit)?;
            let last = if unit.word {
                unit.places.get(letters.checked_sub(1)?)?
            } else {
                unit.places.last()?
            };
            Some(Mark { field, at: 0, start: unit.places.first()?.0, end: last.1 })
        })
        .collect()
}
