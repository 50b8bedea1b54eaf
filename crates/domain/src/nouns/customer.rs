use super::noun;

noun! {
    /// Someone who buys, may buy, or has bought: a person or a company (R1, R14).
    Customer(CustomerId) = "customer" {
        roots: ["store" => "store"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    name: text,
    /// How the name is read where its characters do not tell (单 as Shàn).
    reading: text,
    /// `person` or `company`.
    kind: text,
    /// Beside being a customer: supplier, distributor, partner, influencer (R14).
    parties: texts,
    member_no: text,
    /// E.164, or the text as it came where it is no number.
    phone: text guarded Number,
    landline: text guarded Number,
    other_phones: texts guarded Number,
    email: text guarded Email,
    wechat: text guarded Account,
    gender: text,
    /// `1990-09-23`, or `--09-23` where the year is not known.
    birthday: text in "birthday" guarded Day,
    /// `solar` or `lunar`.
    birthday_calendar: text in "birthday",
    address: text guarded Words,
    company: text,
    /// Taste, rhythm, what to prepare.
    habits: text,
    buying_habits: text,
    personality: text guarded Words,
    /// What must not be offered (花粉过敏): shown in red before anything is sold.
    taboo: text,
    family: text guarded Words,
    remarks: text guarded Words,
    /// `wechat`, `phone`, `sms`, `email`, `visit`, `mail` (R22).
    preferred_channel: text,
    tone: text,
    /// Channels the customer agreed to, with the day they did: `{"wechat": "2025-03-02"}`.
    consent: json,
    source: text,
    store: id,
    owner: id,
    /// People beside the owner who look after them too, by their ids.
    shared_with: texts,
    /// Who brought them (R53).
    referred_by: id,
    joined_on: text,
}
