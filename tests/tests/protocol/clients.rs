//! Apps of the minor versions before and after this one, with the server of today.

use crate::conversation::hold;

#[test]
fn an_app_of_1_0_is_served() {
    hold(include_str!("conversations/app-1.0.json"));
}

#[test]
fn an_app_of_1_2_is_served_and_gets_back_whole_what_only_it_knows() {
    hold(include_str!("conversations/app-1.2.json"));
}
