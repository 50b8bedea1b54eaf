//! One typed term against one telephone number or one name: read aloud, by initials, by characters.

use super::{
    hit::{Field, Mark, Why},
    name::Name,
    number::Number,
    query::{Nearness, Part, Term},
};

/// Units from `from` on that were heard: which of its readings, how many letters of it.
pub(super) type Heard = Vec<(usize, usize, usize)>;

/// Where and how nearly one term was found.
pub(super) struct Found {
    pub(super) near: Nearness,
    pub(super) why: Why,
    pub(super) marks: Vec<Mark>,
    /// Unit of the name, its reading, letters of it that were typed.
    pub(super) heard: Heard,
}

impl Found {
    pub(super) fn new(
        near: Nearness,
        why: Why,
        field: Field,
        at: usize,
        (start, end): (u32, u32),
    ) -> Self {
        Self {
            near,
            why,
            marks: vec![Mark { field, at: u32::try_from(at).unwrap_or(u32::MAX), start, end }],
            heard: Vec::new(),
        }
    }
}

pub(super) fn in_phone(phone: &Number, at: usize, typed: &str) -> Option<Found> {
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

pub(super) fn in_name(name: &Name, term: &Term, field: Field) -> Option<Found> {
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
pub(super) fn beside(name: &Name, term: &Term, why: Why, field: Field, at: usize) -> Option<Found> {
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
