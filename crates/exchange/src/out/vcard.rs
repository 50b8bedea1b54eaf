//! Customers as vCard 4 (RFC 6350), for phones and address books.
//!
//! Written here because the `vcard4` crate gives birthdays in a form that the RFC forbids and knows
//! none without a year; that crate's parser judges the result in the tests.

use std::io::{self, Write};

use shuke_domain::birthday::Birthday;

use crate::value::word::Gender;

/// What an address book keeps of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The record's id, so that a second import of the card updates the first.
    pub id: String,
    pub name: String,
    pub company: Option<String>,
    pub mobiles: Vec<String>,
    pub landlines: Vec<String>,
    pub emails: Vec<String>,
    pub birthday: Option<Birthday>,
    pub gender: Option<Gender>,
    pub address: Option<String>,
    pub tags: Vec<String>,
    pub remarks: Option<String>,
}

/// Writes one card.
pub fn write(out: &mut impl Write, contact: &Contact) -> io::Result<()> {
    line(out, "BEGIN:VCARD")?;
    line(out, "VERSION:4.0")?;
    if !contact.id.is_empty() {
        line(out, &format!("UID:urn:uuid:{}", contact.id))?;
    }
    line(out, &format!("FN:{}", escape(&contact.name)))?;
    for phone in &contact.mobiles {
        line(out, &telephone("cell", phone))?;
    }
    for phone in &contact.landlines {
        line(out, &telephone("voice", phone))?;
    }
    for email in &contact.emails {
        line(out, &format!("EMAIL:{}", escape(email)))?;
    }
    if let Some(day) = contact.birthday {
        let year = day.year.map_or("--".to_owned(), |year| format!("{year:04}"));
        line(out, &format!("BDAY:{year}{:02}{:02}", day.month, day.day))?;
    }
    if let Some(gender) = contact.gender {
        let letter = match gender {
            Gender::Female => "F",
            Gender::Male => "M",
            Gender::Other => "O",
        };
        line(out, &format!("GENDER:{letter}"))?;
    }
    if let Some(address) = &contact.address {
        // The street's place: an address here is one text, not seven parts.
        line(out, &format!("ADR:;;{};;;;", escape(address)))?;
    }
    if let Some(company) = &contact.company {
        line(out, &format!("ORG:{}", escape(company)))?;
    }
    if !contact.tags.is_empty() {
        let tags: Vec<String> = contact.tags.iter().map(|tag| escape(tag)).collect();
        line(out, &format!("CATEGORIES:{}", tags.join(",")))?;
    }
    if let Some(remarks) = &contact.remarks {
        line(out, &format!("NOTE:{}", escape(remarks)))?;
    }
    line(out, "END:VCARD")
}

/// A number as a link where it is one, else as the text it is.
fn telephone(kind: &str, phone: &str) -> String {
    let is_link = phone
        .strip_prefix('+')
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b";ext=".contains(&b)));
    if is_link {
        format!("TEL;VALUE=uri;TYPE={kind}:tel:{phone}")
    } else {
        format!("TEL;TYPE={kind}:{}", escape(phone))
    }
}

fn escape(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A content line, folded at 75 bytes between characters.
fn line(out: &mut impl Write, text: &str) -> io::Result<()> {
    let mut room = 75;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.write_all(b"\r\n ")?;
            room = 74;
        }
        room -= c.len_utf8();
        write!(out, "{c}")?;
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_read_by_another_parser() {
        let contact = Contact {
            id: "01930000-0000-7000-8000-000000000000".into(),
            name: "王, 小明; 老\\客".into(),
            company: Some("熟客科技有限公司".into()),
            mobiles: vec!["+8613928934447".into(), "1.77688E+10".into()],
            landlines: vec!["+861084495431;ext=801".into()],
            emails: vec!["a@example.cn".into()],
            birthday: Birthday::new(Some(1990), 9, 23),
            gender: Some(Gender::Male),
            address: Some(
                "广东省深圳市\n南山区科技园南区深南大道一万号第三十二层三二零一室".into(),
            ),
            tags: vec!["VIP".into(), "老客".into()],
            remarks: Some("多行\n备注,长".repeat(20)),
        };
        let mut bytes = Vec::new();
        write(&mut bytes, &contact).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.contains("BDAY:19900923\r\n"));
        let cards = vcard4::parse(&text).unwrap();
        let card = &cards[0];
        assert_eq!(card.tel.len(), 3);
        assert_eq!(card.email[0].value, "a@example.cn");
        assert_eq!(card.note[0].value, contact.remarks.unwrap());
        assert_eq!(card.categories[0].value, ["VIP", "老客"]);
    }

    #[test]
    fn a_birthday_needs_no_year() {
        let mut bytes = Vec::new();
        write(
            &mut bytes,
            &Contact {
                name: "x".into(),
                birthday: Birthday::new(None, 2, 29),
                ..Contact::default()
            },
        )
        .unwrap();
        assert!(String::from_utf8(bytes).unwrap().contains("BDAY:--0229\r\n"));
    }
}
