//! Rows of customers.

use shuke_domain::{Fen, birthday::Birthday};

use super::{Record, reading::Reading};
use crate::{
    column::{Field, Shape},
    problem::Finding,
    synonyms,
    value::{date::Written, phone::Phone, word::Gender},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerField {
    MemberNo,
    Name,
    Phone,
    Landline,
    Email,
    Birthday,
    Gender,
    Address,
    Company,
    Tags,
    Remarks,
    Spent,
    Points,
    Registered,
    LastVisit,
    /// Any other field of the customer, or one of the shop's own, by its key.
    Other(String),
}

impl Field for CustomerField {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::MemberNo, "member_no", synonyms::MEMBER_NO),
        (Self::Name, "name", synonyms::NAME),
        (Self::Phone, "phone", synonyms::PHONE),
        (Self::Landline, "landline", synonyms::LANDLINE),
        (Self::Email, "email", synonyms::EMAIL),
        (Self::Birthday, "birthday", synonyms::BIRTHDAY),
        (Self::Gender, "gender", synonyms::GENDER),
        (Self::Address, "address", synonyms::ADDRESS),
        (Self::Company, "company", synonyms::COMPANY),
        (Self::Tags, "tags", synonyms::TAGS),
        (Self::Remarks, "remarks", synonyms::REMARKS),
        (Self::Spent, "spent", synonyms::SPENT),
        (Self::Points, "points", synonyms::POINTS),
        (Self::Registered, "registered", synonyms::REGISTERED),
        (Self::LastVisit, "last_visit", synonyms::LAST_VISIT),
    ];

    /// Any key names a field: whether the customer has it is for the one who saves to say.
    fn named(key: &str) -> Option<Self> {
        if key == "note" {
            return Some(Self::Remarks);
        }
        let known =
            Self::ALL.iter().find(|(_, known, _)| *known == key).map(|(field, _, _)| field.clone());
        Some(known.unwrap_or_else(|| Self::Other(key.to_owned())))
    }

    fn key(&self) -> &str {
        match self {
            Self::Other(key) => key,
            known => {
                Self::ALL.iter().find(|(field, _, _)| field == known).map_or("", |(_, key, _)| key)
            }
        }
    }

    fn shape(&self) -> Shape {
        match self {
            Self::Phone | Self::Landline => Shape::Phone,
            Self::Email => Shape::Email,
            Self::Birthday | Self::Registered | Self::LastVisit => Shape::Date,
            Self::Spent | Self::Points => Shape::Number,
            _ => Shape::Text,
        }
    }

    fn is_list(&self) -> bool {
        matches!(self, Self::Phone | Self::Landline | Self::Email | Self::Tags | Self::Remarks)
    }
}

/// A customer as a file gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerRow {
    pub member_no: Option<String>,
    pub name: Option<String>,
    pub phones: Vec<Phone>,
    pub landlines: Vec<Phone>,
    pub emails: Vec<String>,
    pub birthday: Option<Birthday>,
    pub gender: Option<Gender>,
    pub address: Option<String>,
    pub company: Option<String>,
    pub tags: Vec<String>,
    pub remarks: Option<String>,
    /// What another program had added up. Figures here come from sales: this is the customer's history before.
    pub spent: Option<Fen>,
    pub points: Option<i64>,
    pub registered: Option<Written>,
    pub last_visit: Option<Written>,
    /// Fields mapped by wish to keys that only the customer's own table knows.
    pub others: Vec<(String, String)>,
}

impl Record for CustomerRow {
    type Field = CustomerField;

    fn read(
        row: &mut Reading<'_, CustomerField>,
    ) -> Result<Self, (Finding, Option<CustomerField>)> {
        let mut customer = Self {
            member_no: row.number(&CustomerField::MemberNo),
            name: row.line(&CustomerField::Name),
            phones: row.phones(&CustomerField::Phone),
            landlines: row.phones(&CustomerField::Landline),
            emails: row.emails(&CustomerField::Email),
            birthday: row.birthday(&CustomerField::Birthday),
            gender: row.gender(&CustomerField::Gender),
            address: row.line(&CustomerField::Address),
            company: row.line(&CustomerField::Company),
            tags: row.tags(&CustomerField::Tags),
            remarks: row.prose(&CustomerField::Remarks),
            spent: row.fen(&CustomerField::Spent),
            points: row.whole(&CustomerField::Points),
            registered: row.written(&CustomerField::Registered),
            last_visit: row.written(&CustomerField::LastVisit),
            others: Vec::new(),
        };
        for field in row.fields() {
            if let CustomerField::Other(key) = &field
                && let Some(text) = row.prose(&field)
            {
                customer.others.push((key.clone(), text));
            }
        }
        let nameless = customer.name.is_none()
            && customer.member_no.is_none()
            && customer.phones.is_empty()
            && customer.landlines.is_empty()
            && customer.emails.is_empty();
        if nameless { Err((Finding::RowNameless, None)) } else { Ok(customer) }
    }
}
