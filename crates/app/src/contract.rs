//! The command table: every intent a person can have, by name, with what it takes, gives, reads
//! and touches. Window, command line and tests share it; TypeScript is generated from it.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shuke_domain::{Code, Failure};

use crate::{
    App, activity, authority, backup, backup::daily, club, conflict, contribution, coupon,
    customer, device, doctor, draw, export, grid, history, home, import, intake, interaction,
    people, points, printing, product, receipt, recovery, refund, reveal, reward, rights, rules,
    sale, screen, search, settings, shift, sign_in, stock, sync, tag, task, team, timeline, today,
    visibility,
};

/// What a view depends on. A command names the tags it reads and the tags it touches; after a
/// commit, here or in another process, views that read a touched tag ask again.
pub type Tag = &'static str;

/// One row of the table, for tests and generation.
#[derive(Debug)]
pub struct Command {
    pub name: &'static str,
    pub reads: &'static [Tag],
    pub touches: &'static [Tag],
}

macro_rules! commands {
    ($($name:literal => $module:ident :: $function:ident ($request:ty) -> $reply:ty,
        reads [$($read:literal),*], touches [$($touch:literal),*];)*) => {
        pub const COMMANDS: &[Command] = &[
            $(Command { name: $name, reads: &[$($read),*], touches: &[$($touch),*] },)*
        ];

        async fn run(app: &App, name: &str, request: Value) -> Result<Value, Failure> {
            match name {
                $($name => {
                    let request: $request = read(request)?;
                    write($module::$function(app, request).await?)
                })*
                _ => Err(Failure::new(Code::CommandUnknown).with("name", name)),
            }
        }

        #[cfg(test)]
        pub(crate) fn typescript(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
            vec![$((
                $name,
                bindings::exported::<$request>(config),
                bindings::exported::<$reply>(config),
            ),)*]
        }
    };
}

commands! {
    "home.state" => home::state(()) -> home::HomeState, reads ["team", "settings", "backup"], touches [];
    "home.found" => home::found(home::Found) -> home::HomeState, reads [], touches ["team", "settings"];
    "home.demo" => home::demo(home::Demo) -> home::HomeState, reads [], touches ["team", "customer", "sale", "settings"];
    "home.leave_demo" => home::leave_demo(()) -> home::HomeState, reads [], touches ["team", "customer", "sale", "settings"];
    "settings.get" => settings::get(()) -> settings::Settings, reads ["settings"], touches [];
    "settings.set" => settings::set(settings::Settings) -> settings::Settings, reads [], touches ["settings"];
    "screen.recall" => screen::recall(screen::Recall) -> screen::Kept, reads [], touches [];
    "screen.keep" => screen::keep(screen::Keep) -> (), reads [], touches [];
    "recovery.create" => recovery::create(recovery::CreatePhrase) -> recovery::Phrase, reads [], touches [];
    "recovery.confirm" => recovery::confirm(recovery::ConfirmPhrase) -> (), reads [], touches ["settings"];
    "recovery.save" => recovery::save(recovery::SavePhrase) -> (), reads [], touches ["settings"];
    "recovery.unlock" => recovery::unlock(recovery::ConfirmPhrase) -> home::HomeState, reads [], touches ["team", "customer", "sale", "settings"];
    "team.show" => team::show(()) -> team::Team, reads ["team"], touches [];
    "team.rename_workspace" => team::rename_workspace(team::Rename) -> (), reads [], touches ["team"];
    "team.add_store" => team::add_store(team::Rename) -> customer::Id, reads [], touches ["team"];
    "visibility.show" => visibility::show(()) -> visibility::VisibilityChoice, reads ["team"], touches [];
    "visibility.set" => visibility::set(visibility::VisibilityChoice) -> (), reads [], touches ["team"];
    "visibility.preview" => visibility::preview(visibility::VisibilityChoice) -> visibility::VisibilityPreview, reads ["team", "customer"], touches [];
    "customer.would_leave" => visibility::would_leave(customer::EditCustomer) -> visibility::WouldLeave, reads ["team", "customer"], touches [];
    "people.switcher" => sign_in::switcher(()) -> sign_in::Switcher, reads ["team"], touches [];
    "people.sign_in" => sign_in::sign_in(sign_in::SignIn) -> home::HomeState, reads [], touches ["team", "settings"];
    "people.sign_out" => sign_in::sign_out(()) -> home::HomeState, reads [], touches ["team", "settings"];
    "people.recover" => sign_in::recover(sign_in::Recover) -> home::HomeState, reads [], touches ["team", "settings"];
    "people.lock_after" => sign_in::set_lock_after(sign_in::LockAfter) -> (), reads [], touches ["team", "settings"];
    "people.list" => people::list(()) -> Vec<people::PersonRow>, reads ["team", "customer", "task"], touches [];
    "people.add" => people::add(people::Add) -> customer::Id, reads [], touches ["team"];
    "people.edit" => people::edit(people::EditPerson) -> customer::Id, reads [], touches ["team"];
    "people.set_pin" => people::set_pin(people::SetPin) -> (), reads [], touches ["team"];
    "people.let_in" => people::let_in(people::LetIn) -> (), reads [], touches ["team"];
    "people.leave" => people::leave(people::Leave) -> people::Left, reads [], touches ["team", "customer", "task"];
    "people.undo_leave" => people::undo_leave(customer::ById) -> customer::Id, reads [], touches ["team", "customer", "task"];
    "people.invite" => people::invite(people::Invite) -> people::Invited, reads [], touches [];
    "rights.show" => rights::show(()) -> rights::RightsTable, reads ["team"], touches [];
    "rights.set" => rights::set(rights::SetSight) -> (), reads [], touches ["team", "customer"];
    "rights.lease" => rights::set_lease(rights::SetLease) -> (), reads [], touches ["team"];
    "device.list" => device::list(()) -> device::Devices, reads ["team"], touches [];
    "device.rename" => device::rename(device::Rename) -> customer::Id, reads [], touches ["team"];
    "device.end" => device::end(device::End) -> customer::Id, reads [], touches ["team"];
    "device.replace" => device::replace(customer::ById) -> people::Invited, reads [], touches [];
    "device.retire" => device::retire(()) -> home::HomeState, reads [], touches ["team", "settings", "sync"];
    "aside.list" => device::asides(()) -> Vec<device::Aside>, reads ["team"], touches [];
    "aside.settle" => device::settle(device::Settle) -> (), reads [], touches ["team"];
    "customer.reveal" => reveal::reveal(reveal::RevealField) -> reveal::Shown, reads [], touches ["reveal"];
    "reveal.list" => reveal::list(reveal::ListRequest) -> Vec<reveal::RevealRow>, reads ["reveal", "team"], touches [];
    "customer.search" => search::customers(search::Search) -> search::Hits, reads ["customer", "tag"], touches [];
    "customer.recent" => customer::recent(customer::Recent) -> Vec<customer::RecentCustomer>, reads ["customer", "sale", "interaction"], touches [];
    "customer.show" => customer::show(customer::ById) -> customer::CustomerFile, reads ["customer", "sale", "points", "tag", "sync"], touches [];
    "customer.by_phone" => customer::by_phone(customer::ByPhone) -> customer::PhoneAnswer, reads ["customer"], touches [];
    "customer.add" => customer::add(customer::Add) -> customer::Id, reads [], touches ["customer"];
    "customer.edit" => customer::edit(customer::EditCustomer) -> customer::Id, reads [], touches ["customer"];
    "customer.delete" => customer::delete(customer::ById) -> customer::Id, reads [], touches ["customer"];
    "customer.restore" => customer::restore(customer::ById) -> customer::Id, reads [], touches ["customer"];
    "history.show" => history::show(history::Request) -> history::History, reads ["customer", "history", "team"], touches [];
    "history.pull" => history::pull(history::Pull) -> history::Pulled, reads [], touches ["history"];
    "history.kept" => history::kept(()) -> history::Kept, reads ["team"], touches [];
    "history.keep" => history::keep(history::Keep) -> (), reads [], touches ["team", "history"];
    "customer.timeline" => timeline::show(timeline::Request) -> timeline::Timeline, reads ["customer", "sale", "interaction", "task", "points"], touches [];
    "customer.view" => grid::view(grid::ViewRequest) -> grid::View, reads ["customer", "sale", "tag"], touches [];
    "customer.window" => grid::window(grid::WindowRequest) -> grid::Window, reads ["customer", "sale", "tag", "sync"], touches [];
    "customer.locate" => grid::locate(grid::LocateRequest) -> grid::Located, reads ["customer"], touches [];
    "customer.list" => grid::list(grid::ListRequest) -> grid::List, reads ["customer", "sale", "tag"], touches [];
    "customer.count" => grid::count(grid::CountRequest) -> grid::Count, reads ["customer", "sale", "tag"], touches [];
    "tag.list" => tag::list(()) -> Vec<tag::TagCount>, reads ["tag"], touches [];
    "tag.put" => tag::put(tag::PutTag) -> (), reads [], touches ["tag", "customer"];
    "tag.remove" => tag::remove(tag::PutTag) -> (), reads [], touches ["tag", "customer"];
    "product.search" => product::search(search::Search) -> Vec<product::ProductRow>, reads ["product"], touches [];
    "product.by_code" => product::by_code(product::ByCode) -> Option<product::ProductRow>, reads ["product"], touches [];
    "product.member_prices" => product::member_prices(product::AskMemberPrices) -> Vec<product::MemberPrice>, reads ["product", "customer", "sale", "team"], touches [];
    "product.edit" => product::edit(product::EditProduct) -> customer::Id, reads [], touches ["product"];
    "product.show" => product::show(customer::ById) -> product::ProductPage, reads ["product", "sale", "customer"], touches [];
    "product.add" => product::add(product::Add) -> customer::Id, reads [], touches ["product"];
    "sale.quote" => sale::quote(sale::QuoteRequest) -> sale::Quote, reads ["sale", "points", "customer"], touches [];
    "sale.add" => sale::add(sale::Add) -> sale::Added, reads [], touches ["sale", "customer", "points"];
    "sale.refund" => refund::refund(refund::Refund) -> refund::Refunded, reads [], touches ["sale", "customer", "points"];
    "sale.show" => receipt::show(customer::ById) -> receipt::Receipt, reads ["sale"], touches [];
    "receipt.print" => printing::print(customer::ById) -> (), reads [], touches [];
    "printer.show" => printing::show(()) -> printing::PrinterChoice, reads ["settings"], touches [];
    "printer.set" => printing::set(printing::PrinterChoice) -> (), reads [], touches ["settings"];
    "points.show" => points::show(customer::ById) -> points::Balances, reads ["points", "sale"], touches [];
    "points.adjust" => points::adjust(points::Adjust) -> points::Balances, reads [], touches ["points", "customer"];
    "reward.list" => reward::list(reward::ListRequest) -> Vec<reward::RewardRow>, reads ["club", "points", "sale", "team"], touches [];
    "reward.add" => reward::add(reward::Add) -> customer::Id, reads [], touches ["club"];
    "reward.edit" => reward::edit(reward::EditReward) -> customer::Id, reads [], touches ["club"];
    "reward.redeem" => reward::redeem(reward::Redeem) -> reward::Redeemed, reads [], touches ["club", "points", "customer"];
    "reward.undo" => reward::undo(reward::UndoRedemption) -> points::Balances, reads [], touches ["club", "points", "customer"];
    "rules.show" => rules::show(()) -> rules::HouseRules, reads ["club", "team", "product"], touches [];
    "rules.preview" => rules::preview(rules::TryTerms) -> rules::Tried, reads ["club"], touches [];
    "rules.set" => rules::set(rules::SetTerms) -> customer::Id, reads [], touches ["club"];
    "tiers.set" => rules::set_tiers(rules::SetTiers) -> (), reads [], touches ["team", "customer"];
    "stock.list" => stock::list(()) -> Vec<stock::GiftStock>, reads ["club", "team"], touches [];
    "stock.movements" => stock::movements(customer::ById) -> Vec<stock::MovementRow>, reads ["club", "team"], touches [];
    "stock.deliver" => stock::deliver(stock::Deliver) -> (), reads [], touches ["club"];
    "stock.count" => stock::count(stock::CountStock) -> (), reads [], touches ["club"];
    "stock.transfer" => stock::transfer(stock::TransferStock) -> (), reads [], touches ["club"];
    "coupon.list" => coupon::list(coupon::ListRequest) -> Vec<coupon::CouponRow>, reads ["club", "customer", "sale", "team"], touches [];
    "coupon.add" => coupon::add(coupon::Add) -> customer::Id, reads [], touches ["club"];
    "coupon.edit" => coupon::edit(coupon::EditCoupon) -> customer::Id, reads [], touches ["club"];
    "activity.list" => activity::list(activity::ListRequest) -> Vec<activity::ActivityRow>, reads ["club", "customer", "sale", "sync", "team"], touches [];
    "activity.show" => activity::page(customer::ById) -> activity::ActivityPage, reads ["club", "customer", "sync", "team"], touches [];
    "activity.add" => activity::add(activity::Add) -> customer::Id, reads [], touches ["club"];
    "activity.edit" => activity::edit(activity::EditActivity) -> customer::Id, reads [], touches ["club"];
    "activity.join" => activity::join(activity::Join) -> activity::Taken, reads [], touches ["club"];
    "activity.undo" => activity::undo(customer::ById) -> (), reads [], touches ["club"];
    "draw.hand_out" => draw::hand_out(draw::HandOut) -> customer::Id, reads [], touches ["club"];
    "draw.reclaim" => draw::reclaim(draw::Reclaim) -> customer::Id, reads [], touches ["club"];
    "draw.replay" => draw::replay(customer::ById) -> draw::Replay, reads ["club", "customer"], touches [];
    "contribution.add" => contribution::add(contribution::Add) -> contribution::Added, reads [], touches ["club", "points", "customer"];
    "contribution.list" => contribution::list(()) -> contribution::ReviewQueue, reads ["club", "customer", "team"], touches [];
    "contribution.review" => contribution::review(contribution::Review) -> (), reads [], touches ["club", "points", "customer"];
    "limits.show" => authority::show(()) -> authority::HouseLimits, reads ["team"], touches [];
    "limits.set" => authority::set(authority::SetLimits) -> (), reads [], touches ["team"];
    "limits.set_till" => authority::set_till(authority::SetTillLimits) -> (), reads [], touches ["team"];
    "approval.approvers" => authority::approvers(()) -> Vec<authority::Approver>, reads ["team"], touches [];
    "approval.ask" => authority::ask(authority::AskApproval) -> customer::Id, reads [], touches ["approval"];
    "approval.show" => authority::one(customer::ById) -> authority::ApprovalRow, reads ["approval", "customer", "team"], touches [];
    "approval.list" => authority::list(()) -> authority::Approvals, reads ["approval", "customer", "team"], touches [];
    "approval.decide" => authority::decide(authority::DecideApproval) -> customer::Id, reads [], touches ["approval"];
    "shift.list" => shift::list(()) -> shift::Shifts, reads ["shift", "sale", "sync", "team"], touches [];
    "shift.show" => shift::show(customer::ById) -> shift::ShiftReport, reads ["shift", "sale", "sync", "team"], touches [];
    "shift.open" => shift::open(shift::OpenShift) -> customer::Id, reads [], touches ["shift"];
    "shift.close" => shift::close(shift::CloseShift) -> shift::ShiftReport, reads [], touches ["shift"];
    "club.show" => club::show(()) -> club::Club, reads ["club", "customer", "points", "sale", "team"], touches [];
    "interaction.add" => interaction::add(interaction::Add) -> customer::Id, reads [], touches ["interaction", "customer"];
    "task.list" => task::list(task::ListRequest) -> Vec<task::TaskRow>, reads ["task", "customer"], touches [];
    "task.add" => task::add(task::Add) -> customer::Id, reads [], touches ["task"];
    "task.done" => task::done(task::Done) -> customer::Id, reads [], touches ["task"];
    "task.postpone" => task::postpone(task::Postpone) -> customer::Id, reads [], touches ["task"];
    "today.show" => today::show(today::Request) -> today::Today, reads ["task", "customer", "sale"], touches [];
    "conflict.list" => conflict::list(conflict::ListRequest) -> conflict::Conflicts, reads ["conflict", "customer", "team"], touches [];
    "conflict.settle" => conflict::settle(conflict::Settle) -> conflict::AllSettled, reads [], touches ["conflict", "customer", "sync"];
    "conflict.unsettle" => conflict::unsettle(conflict::AllSettled) -> (), reads [], touches ["conflict", "customer", "sync"];
    "conflict.keep_deleted" => conflict::keep_deleted(conflict::KeepDeleted) -> (), reads [], touches ["conflict", "customer", "sync"];
    "sync.status" => sync::status(()) -> sync::Status, reads ["sync", "conflict", "customer"], touches [];
    "sync.outbox" => sync::outbox(sync::OutboxRequest) -> sync::Outbox, reads ["sync"], touches [];
    "sync.now" => sync::now(()) -> sync::Round, reads [], touches ["sync"];
    "sync.enroll" => sync::enroll(sync::Enroll) -> home::HomeState, reads [], touches ["team", "sync", "settings"];
    "sync.leave" => sync::leave(()) -> home::HomeState, reads [], touches ["team", "sync"];
    "import.inspect" => import::inspect(import::Inspect) -> import::Inspection, reads [], touches [];
    "import.start" => import::start(import::Start) -> import::Summary, reads [], touches ["customer", "sale", "product", "import"];
    "import.cancel" => import::cancel(()) -> (), reads [], touches [];
    "import.list" => import::list(()) -> Vec<import::Summary>, reads ["import"], touches [];
    "intake.show" => intake::show(()) -> intake::IntakeState, reads ["intake", "sale"], touches [];
    "intake.set" => intake::set(intake::SetIntake) -> intake::IntakeState, reads [], touches ["intake"];
    "intake.run" => intake::run(()) -> Vec<intake::IntakeRun>, reads [], touches ["intake", "sale", "customer", "points"];
    "intake.unmatched" => intake::unmatched(()) -> Vec<intake::UnmatchedSale>, reads ["intake", "sale", "customer"], touches [];
    "intake.assign" => intake::assign(intake::AssignRequest) -> customer::Id, reads [], touches ["intake", "sale", "customer", "points"];
    "export.start" => export::start(export::Start) -> export::Exported, reads [], touches [];
    "backup.cancel" => backup::cancel(()) -> (), reads [], touches [];
    "backup.make" => backup::make(backup::File) -> backup::Made, reads [], touches [];
    "backup.show" => daily::show(()) -> daily::BackupState, reads ["backup"], touches [];
    "backup.plan" => daily::set_plan(daily::BackupPlan) -> (), reads [], touches ["backup"];
    "backup.keep" => daily::keep(()) -> backup::Made, reads [], touches ["backup"];
    "backup.restore" => backup::restore(backup::Restore) -> home::HomeState, reads [], touches ["team", "customer", "sale", "settings"];
    "doctor.examine" => doctor::examine(doctor::Doctor) -> doctor::Findings, reads [], touches [];
}

/// Runs a command by its name, for callers that speak JSON.
pub async fn call(app: &App, name: &str, request: Value) -> Result<Value, Failure> {
    // A future for each command in one: too large to be moved about.
    match Box::pin(run(app, name, request)).await {
        Ok(reply) => Ok(reply),
        Err(failure) => Err(app.explain(failure).await),
    }
}

/// Everything a view can depend on.
pub fn every_tag() -> Vec<String> {
    let tags: std::collections::BTreeSet<_> =
        COMMANDS.iter().flat_map(|command| command.reads).copied().collect();
    tags.into_iter().map(str::to_owned).collect()
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, Failure> {
    serde_json::from_value(request)
        .map_err(|error| Failure::new(Code::RequestInvalid).because(error))
}

fn write<T: Serialize>(reply: T) -> Result<Value, Failure> {
    serde_json::to_value(reply).map_err(|error| Failure::new(Code::Internal).because(error))
}

#[cfg(test)]
mod bindings;
