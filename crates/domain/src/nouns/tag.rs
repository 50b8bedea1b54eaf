use super::noun;

noun! {
    /// A word the shop uses for some of its customers. Equal names are one tag on reading.
    Tag(TagId) = "tag" {
        roots: [], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    name: text,
}

noun! {
    /// A tag on a customer. Its id is derived from both, so that two devices that tag alike meet.
    CustomerTag(CustomerTagId) = "customer_tag" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    customer: id,
    tag: id,
}

impl CustomerTagId {
    pub fn of(customer: crate::RecordId, tag: crate::RecordId) -> Self {
        crate::RecordId::derived("customer_tag", &[customer, tag]).into()
    }
}
