// This file was generated from the command table. Do not edit it.

import type { ActivityPage, ActivityRow, Add, AddActivity, AddContribution, AddCoupon, AddInteraction, AddPerson, AddProduct, AddReward, AddSale, AddTask, AdjustPoints, AllSettled, ApprovalRow, Approvals, Approver, Aside, AskApproval, AskMemberPrices, AssignRequest, BackupFile, BackupMade, BackupPlan, BackupState, Balances, ByCode, ByPhone, CloseShift, Club, ConfirmPhrase, ConflictListRequest, Conflicts, ContributionAdded, Count, CountRequest, CountStock, CouponRow, CreatePhrase, CustomerFile, CustomerList, CustomerListRequest, DecideApproval, Deliver, Demo, Devices, Doctor, EditActivity, EditCoupon, EditCustomer, EditPerson, EditProduct, EditReward, EndDevice, Enroll, Exported, Findings, Found, GiftStock, HandOut, History, HistoryKept, HistoryPulled, HistoryRequest, Hits, HomeState, HouseLimits, HouseRules, Id, ImportSummary, Inspect, Inspection, IntakeRun, IntakeState, Invite, Invited, Join, KeepDeleted, KeepHistory, KeepScreen, KeptScreen, LetIn, ListActivities, ListCoupons, ListRewards, LocateRequest, Located, LockAfter, MemberPrice, MovementRow, OpenShift, Outbox, OutboxRequest, PersonLeaves, PersonLeft, PersonRow, PhoneAnswer, Phrase, PostponeTask, ProductPage, ProductRow, PullHistory, PutTag, Quote, QuoteRequest, RecallScreen, Receipt, ReceiptPrinter, Recent, RecentCustomer, Reclaim, Recover, Redeem, Redeemed, Refund, Refunded, Rename, RenameDevice, Replay, RestoreBackup, RevealField, RevealListRequest, RevealRow, ReviewContributions, ReviewQueue, RewardRow, RightsTable, SaleAdded, SavePhrase, Search, SetIntake, SetLease, SetLimits, SetPin, SetSight, SetTerms, SetTiers, SetTillLimits, Settings, SettleAside, SettleConflicts, ShiftReport, Shifts, Shown, SignIn, StartExport, StartImport, Switcher, SyncRound, SyncStatus, TagCount, TaskDone, TaskListRequest, TaskRow, Team, Timeline, TimelineRequest, Today, TodayRequest, TookPart, TransferStock, Tried, TryTerms, UndoRedemption, UnmatchedSale, View, ViewRequest, VisibilityChoice, VisibilityPreview, Window, WindowRequest, WouldLeave } from "./app";

/** Every command with what it takes and gives. */
export interface Commands {
  "home.state": { request: null; reply: HomeState };
  "home.found": { request: Found; reply: HomeState };
  "home.demo": { request: Demo; reply: HomeState };
  "home.leave_demo": { request: null; reply: HomeState };
  "settings.get": { request: null; reply: Settings };
  "settings.set": { request: Settings; reply: Settings };
  "screen.recall": { request: RecallScreen; reply: KeptScreen };
  "screen.keep": { request: KeepScreen; reply: null };
  "recovery.create": { request: CreatePhrase; reply: Phrase };
  "recovery.confirm": { request: ConfirmPhrase; reply: null };
  "recovery.save": { request: SavePhrase; reply: null };
  "recovery.unlock": { request: ConfirmPhrase; reply: HomeState };
  "team.show": { request: null; reply: Team };
  "team.rename_workspace": { request: Rename; reply: null };
  "team.add_store": { request: Rename; reply: Id };
  "visibility.show": { request: null; reply: VisibilityChoice };
  "visibility.set": { request: VisibilityChoice; reply: null };
  "visibility.preview": { request: VisibilityChoice; reply: VisibilityPreview };
  "customer.would_leave": { request: EditCustomer; reply: WouldLeave };
  "people.switcher": { request: null; reply: Switcher };
  "people.sign_in": { request: SignIn; reply: HomeState };
  "people.sign_out": { request: null; reply: HomeState };
  "people.recover": { request: Recover; reply: HomeState };
  "people.lock_after": { request: LockAfter; reply: null };
  "people.list": { request: null; reply: Array<PersonRow> };
  "people.add": { request: AddPerson; reply: Id };
  "people.edit": { request: EditPerson; reply: Id };
  "people.set_pin": { request: SetPin; reply: null };
  "people.let_in": { request: LetIn; reply: null };
  "people.leave": { request: PersonLeaves; reply: PersonLeft };
  "people.undo_leave": { request: Id; reply: Id };
  "people.invite": { request: Invite; reply: Invited };
  "rights.show": { request: null; reply: RightsTable };
  "rights.set": { request: SetSight; reply: null };
  "rights.lease": { request: SetLease; reply: null };
  "device.list": { request: null; reply: Devices };
  "device.rename": { request: RenameDevice; reply: Id };
  "device.end": { request: EndDevice; reply: Id };
  "device.replace": { request: Id; reply: Invited };
  "device.retire": { request: null; reply: HomeState };
  "aside.list": { request: null; reply: Array<Aside> };
  "aside.settle": { request: SettleAside; reply: null };
  "customer.reveal": { request: RevealField; reply: Shown };
  "reveal.list": { request: RevealListRequest; reply: Array<RevealRow> };
  "customer.search": { request: Search; reply: Hits };
  "customer.recent": { request: Recent; reply: Array<RecentCustomer> };
  "customer.show": { request: Id; reply: CustomerFile };
  "customer.by_phone": { request: ByPhone; reply: PhoneAnswer };
  "customer.add": { request: Add; reply: Id };
  "customer.edit": { request: EditCustomer; reply: Id };
  "customer.delete": { request: Id; reply: Id };
  "customer.restore": { request: Id; reply: Id };
  "history.show": { request: HistoryRequest; reply: History };
  "history.pull": { request: PullHistory; reply: HistoryPulled };
  "history.kept": { request: null; reply: HistoryKept };
  "history.keep": { request: KeepHistory; reply: null };
  "customer.timeline": { request: TimelineRequest; reply: Timeline };
  "customer.view": { request: ViewRequest; reply: View };
  "customer.window": { request: WindowRequest; reply: Window };
  "customer.locate": { request: LocateRequest; reply: Located };
  "customer.list": { request: CustomerListRequest; reply: CustomerList };
  "customer.count": { request: CountRequest; reply: Count };
  "tag.list": { request: null; reply: Array<TagCount> };
  "tag.put": { request: PutTag; reply: null };
  "tag.remove": { request: PutTag; reply: null };
  "product.search": { request: Search; reply: Array<ProductRow> };
  "product.by_code": { request: ByCode; reply: ProductRow | null };
  "product.member_prices": { request: AskMemberPrices; reply: Array<MemberPrice> };
  "product.edit": { request: EditProduct; reply: Id };
  "product.show": { request: Id; reply: ProductPage };
  "product.add": { request: AddProduct; reply: Id };
  "sale.quote": { request: QuoteRequest; reply: Quote };
  "sale.add": { request: AddSale; reply: SaleAdded };
  "sale.refund": { request: Refund; reply: Refunded };
  "sale.show": { request: Id; reply: Receipt };
  "receipt.print": { request: Id; reply: null };
  "printer.show": { request: null; reply: ReceiptPrinter };
  "printer.set": { request: ReceiptPrinter; reply: null };
  "points.show": { request: Id; reply: Balances };
  "points.adjust": { request: AdjustPoints; reply: Balances };
  "reward.list": { request: ListRewards; reply: Array<RewardRow> };
  "reward.add": { request: AddReward; reply: Id };
  "reward.edit": { request: EditReward; reply: Id };
  "reward.redeem": { request: Redeem; reply: Redeemed };
  "reward.undo": { request: UndoRedemption; reply: Balances };
  "rules.show": { request: null; reply: HouseRules };
  "rules.preview": { request: TryTerms; reply: Tried };
  "rules.set": { request: SetTerms; reply: Id };
  "tiers.set": { request: SetTiers; reply: null };
  "stock.list": { request: null; reply: Array<GiftStock> };
  "stock.movements": { request: Id; reply: Array<MovementRow> };
  "stock.deliver": { request: Deliver; reply: null };
  "stock.count": { request: CountStock; reply: null };
  "stock.transfer": { request: TransferStock; reply: null };
  "coupon.list": { request: ListCoupons; reply: Array<CouponRow> };
  "coupon.add": { request: AddCoupon; reply: Id };
  "coupon.edit": { request: EditCoupon; reply: Id };
  "activity.list": { request: ListActivities; reply: Array<ActivityRow> };
  "activity.show": { request: Id; reply: ActivityPage };
  "activity.add": { request: AddActivity; reply: Id };
  "activity.edit": { request: EditActivity; reply: Id };
  "activity.join": { request: Join; reply: TookPart };
  "activity.undo": { request: Id; reply: null };
  "draw.hand_out": { request: HandOut; reply: Id };
  "draw.reclaim": { request: Reclaim; reply: Id };
  "draw.replay": { request: Id; reply: Replay };
  "contribution.add": { request: AddContribution; reply: ContributionAdded };
  "contribution.list": { request: null; reply: ReviewQueue };
  "contribution.review": { request: ReviewContributions; reply: null };
  "limits.show": { request: null; reply: HouseLimits };
  "limits.set": { request: SetLimits; reply: null };
  "limits.set_till": { request: SetTillLimits; reply: null };
  "approval.approvers": { request: null; reply: Array<Approver> };
  "approval.ask": { request: AskApproval; reply: Id };
  "approval.show": { request: Id; reply: ApprovalRow };
  "approval.list": { request: null; reply: Approvals };
  "approval.decide": { request: DecideApproval; reply: Id };
  "shift.list": { request: null; reply: Shifts };
  "shift.show": { request: Id; reply: ShiftReport };
  "shift.open": { request: OpenShift; reply: Id };
  "shift.close": { request: CloseShift; reply: ShiftReport };
  "club.show": { request: null; reply: Club };
  "interaction.add": { request: AddInteraction; reply: Id };
  "task.list": { request: TaskListRequest; reply: Array<TaskRow> };
  "task.add": { request: AddTask; reply: Id };
  "task.done": { request: TaskDone; reply: Id };
  "task.postpone": { request: PostponeTask; reply: Id };
  "today.show": { request: TodayRequest; reply: Today };
  "conflict.list": { request: ConflictListRequest; reply: Conflicts };
  "conflict.settle": { request: SettleConflicts; reply: AllSettled };
  "conflict.unsettle": { request: AllSettled; reply: null };
  "conflict.keep_deleted": { request: KeepDeleted; reply: null };
  "sync.status": { request: null; reply: SyncStatus };
  "sync.outbox": { request: OutboxRequest; reply: Outbox };
  "sync.now": { request: null; reply: SyncRound };
  "sync.enroll": { request: Enroll; reply: HomeState };
  "sync.leave": { request: null; reply: HomeState };
  "import.inspect": { request: Inspect; reply: Inspection };
  "import.start": { request: StartImport; reply: ImportSummary };
  "import.cancel": { request: null; reply: null };
  "import.list": { request: null; reply: Array<ImportSummary> };
  "intake.show": { request: null; reply: IntakeState };
  "intake.set": { request: SetIntake; reply: IntakeState };
  "intake.run": { request: null; reply: Array<IntakeRun> };
  "intake.unmatched": { request: null; reply: Array<UnmatchedSale> };
  "intake.assign": { request: AssignRequest; reply: Id };
  "export.start": { request: StartExport; reply: Exported };
  "backup.cancel": { request: null; reply: null };
  "backup.make": { request: BackupFile; reply: BackupMade };
  "backup.show": { request: null; reply: BackupState };
  "backup.plan": { request: BackupPlan; reply: null };
  "backup.keep": { request: null; reply: BackupMade };
  "backup.restore": { request: RestoreBackup; reply: HomeState };
  "doctor.examine": { request: Doctor; reply: Findings };
}

export type CommandName = keyof Commands;

/** Tags a command's reply depends on. */
export const reads: Record<CommandName, readonly string[]> = {
  "home.state": ["team","settings","backup"],
  "home.found": [],
  "home.demo": [],
  "home.leave_demo": [],
  "settings.get": ["settings"],
  "settings.set": [],
  "screen.recall": [],
  "screen.keep": [],
  "recovery.create": [],
  "recovery.confirm": [],
  "recovery.save": [],
  "recovery.unlock": [],
  "team.show": ["team"],
  "team.rename_workspace": [],
  "team.add_store": [],
  "visibility.show": ["team"],
  "visibility.set": [],
  "visibility.preview": ["team","customer"],
  "customer.would_leave": ["team","customer"],
  "people.switcher": ["team"],
  "people.sign_in": [],
  "people.sign_out": [],
  "people.recover": [],
  "people.lock_after": [],
  "people.list": ["team","customer","task"],
  "people.add": [],
  "people.edit": [],
  "people.set_pin": [],
  "people.let_in": [],
  "people.leave": [],
  "people.undo_leave": [],
  "people.invite": [],
  "rights.show": ["team"],
  "rights.set": [],
  "rights.lease": [],
  "device.list": ["team"],
  "device.rename": [],
  "device.end": [],
  "device.replace": [],
  "device.retire": [],
  "aside.list": ["team"],
  "aside.settle": [],
  "customer.reveal": [],
  "reveal.list": ["reveal","team"],
  "customer.search": ["customer","tag"],
  "customer.recent": ["customer","sale","interaction"],
  "customer.show": ["customer","sale","points","tag","sync"],
  "customer.by_phone": ["customer"],
  "customer.add": [],
  "customer.edit": [],
  "customer.delete": [],
  "customer.restore": [],
  "history.show": ["customer","history","team"],
  "history.pull": [],
  "history.kept": ["team"],
  "history.keep": [],
  "customer.timeline": ["customer","sale","interaction","task","points"],
  "customer.view": ["customer","sale","tag"],
  "customer.window": ["customer","sale","tag","sync"],
  "customer.locate": ["customer"],
  "customer.list": ["customer","sale","tag"],
  "customer.count": ["customer","sale","tag"],
  "tag.list": ["tag"],
  "tag.put": [],
  "tag.remove": [],
  "product.search": ["product"],
  "product.by_code": ["product"],
  "product.member_prices": ["product","customer","sale","team"],
  "product.edit": [],
  "product.show": ["product","sale","customer"],
  "product.add": [],
  "sale.quote": ["sale","points","customer"],
  "sale.add": [],
  "sale.refund": [],
  "sale.show": ["sale"],
  "receipt.print": [],
  "printer.show": ["settings"],
  "printer.set": [],
  "points.show": ["points","sale"],
  "points.adjust": [],
  "reward.list": ["club","points","sale","team"],
  "reward.add": [],
  "reward.edit": [],
  "reward.redeem": [],
  "reward.undo": [],
  "rules.show": ["club","team","product"],
  "rules.preview": ["club"],
  "rules.set": [],
  "tiers.set": [],
  "stock.list": ["club","team"],
  "stock.movements": ["club","team"],
  "stock.deliver": [],
  "stock.count": [],
  "stock.transfer": [],
  "coupon.list": ["club","customer","sale","team"],
  "coupon.add": [],
  "coupon.edit": [],
  "activity.list": ["club","customer","sale","sync","team"],
  "activity.show": ["club","customer","sync","team"],
  "activity.add": [],
  "activity.edit": [],
  "activity.join": [],
  "activity.undo": [],
  "draw.hand_out": [],
  "draw.reclaim": [],
  "draw.replay": ["club","customer"],
  "contribution.add": [],
  "contribution.list": ["club","customer","team"],
  "contribution.review": [],
  "limits.show": ["team"],
  "limits.set": [],
  "limits.set_till": [],
  "approval.approvers": ["team"],
  "approval.ask": [],
  "approval.show": ["approval","customer","team"],
  "approval.list": ["approval","customer","team"],
  "approval.decide": [],
  "shift.list": ["shift","sale","sync","team"],
  "shift.show": ["shift","sale","sync","team"],
  "shift.open": [],
  "shift.close": [],
  "club.show": ["club","customer","points","sale","team"],
  "interaction.add": [],
  "task.list": ["task","customer"],
  "task.add": [],
  "task.done": [],
  "task.postpone": [],
  "today.show": ["task","customer","sale"],
  "conflict.list": ["conflict","customer","team"],
  "conflict.settle": [],
  "conflict.unsettle": [],
  "conflict.keep_deleted": [],
  "sync.status": ["sync","conflict","customer"],
  "sync.outbox": ["sync"],
  "sync.now": [],
  "sync.enroll": [],
  "sync.leave": [],
  "import.inspect": [],
  "import.start": [],
  "import.cancel": [],
  "import.list": ["import"],
  "intake.show": ["intake","sale"],
  "intake.set": [],
  "intake.run": [],
  "intake.unmatched": ["intake","sale","customer"],
  "intake.assign": [],
  "export.start": [],
  "backup.cancel": [],
  "backup.make": [],
  "backup.show": ["backup"],
  "backup.plan": [],
  "backup.keep": [],
  "backup.restore": [],
  "doctor.examine": [],
};

/** Tags a command changes. */
export const touches: Record<CommandName, readonly string[]> = {
  "home.state": [],
  "home.found": ["team","settings"],
  "home.demo": ["team","customer","sale","settings"],
  "home.leave_demo": ["team","customer","sale","settings"],
  "settings.get": [],
  "settings.set": ["settings"],
  "screen.recall": [],
  "screen.keep": [],
  "recovery.create": [],
  "recovery.confirm": ["settings"],
  "recovery.save": ["settings"],
  "recovery.unlock": ["team","customer","sale","settings"],
  "team.show": [],
  "team.rename_workspace": ["team"],
  "team.add_store": ["team"],
  "visibility.show": [],
  "visibility.set": ["team"],
  "visibility.preview": [],
  "customer.would_leave": [],
  "people.switcher": [],
  "people.sign_in": ["team","settings"],
  "people.sign_out": ["team","settings"],
  "people.recover": ["team","settings"],
  "people.lock_after": ["team","settings"],
  "people.list": [],
  "people.add": ["team"],
  "people.edit": ["team"],
  "people.set_pin": ["team"],
  "people.let_in": ["team"],
  "people.leave": ["team","customer","task"],
  "people.undo_leave": ["team","customer","task"],
  "people.invite": [],
  "rights.show": [],
  "rights.set": ["team","customer"],
  "rights.lease": ["team"],
  "device.list": [],
  "device.rename": ["team"],
  "device.end": ["team"],
  "device.replace": [],
  "device.retire": ["team","settings","sync"],
  "aside.list": [],
  "aside.settle": ["team"],
  "customer.reveal": ["reveal"],
  "reveal.list": [],
  "customer.search": [],
  "customer.recent": [],
  "customer.show": [],
  "customer.by_phone": [],
  "customer.add": ["customer"],
  "customer.edit": ["customer"],
  "customer.delete": ["customer"],
  "customer.restore": ["customer"],
  "history.show": [],
  "history.pull": ["history"],
  "history.kept": [],
  "history.keep": ["team","history"],
  "customer.timeline": [],
  "customer.view": [],
  "customer.window": [],
  "customer.locate": [],
  "customer.list": [],
  "customer.count": [],
  "tag.list": [],
  "tag.put": ["tag","customer"],
  "tag.remove": ["tag","customer"],
  "product.search": [],
  "product.by_code": [],
  "product.member_prices": [],
  "product.edit": ["product"],
  "product.show": [],
  "product.add": ["product"],
  "sale.quote": [],
  "sale.add": ["sale","customer","points"],
  "sale.refund": ["sale","customer","points"],
  "sale.show": [],
  "receipt.print": [],
  "printer.show": [],
  "printer.set": ["settings"],
  "points.show": [],
  "points.adjust": ["points","customer"],
  "reward.list": [],
  "reward.add": ["club"],
  "reward.edit": ["club"],
  "reward.redeem": ["club","points","customer"],
  "reward.undo": ["club","points","customer"],
  "rules.show": [],
  "rules.preview": [],
  "rules.set": ["club"],
  "tiers.set": ["team","customer"],
  "stock.list": [],
  "stock.movements": [],
  "stock.deliver": ["club"],
  "stock.count": ["club"],
  "stock.transfer": ["club"],
  "coupon.list": [],
  "coupon.add": ["club"],
  "coupon.edit": ["club"],
  "activity.list": [],
  "activity.show": [],
  "activity.add": ["club"],
  "activity.edit": ["club"],
  "activity.join": ["club"],
  "activity.undo": ["club"],
  "draw.hand_out": ["club"],
  "draw.reclaim": ["club"],
  "draw.replay": [],
  "contribution.add": ["club","points","customer"],
  "contribution.list": [],
  "contribution.review": ["club","points","customer"],
  "limits.show": [],
  "limits.set": ["team"],
  "limits.set_till": ["team"],
  "approval.approvers": [],
  "approval.ask": ["approval"],
  "approval.show": [],
  "approval.list": [],
  "approval.decide": ["approval"],
  "shift.list": [],
  "shift.show": [],
  "shift.open": ["shift"],
  "shift.close": ["shift"],
  "club.show": [],
  "interaction.add": ["interaction","customer"],
  "task.list": [],
  "task.add": ["task"],
  "task.done": ["task"],
  "task.postpone": ["task"],
  "today.show": [],
  "conflict.list": [],
  "conflict.settle": ["conflict","customer","sync"],
  "conflict.unsettle": ["conflict","customer","sync"],
  "conflict.keep_deleted": ["conflict","customer","sync"],
  "sync.status": [],
  "sync.outbox": [],
  "sync.now": ["sync"],
  "sync.enroll": ["team","sync","settings"],
  "sync.leave": ["team","sync"],
  "import.inspect": [],
  "import.start": ["customer","sale","product","import"],
  "import.cancel": [],
  "import.list": [],
  "intake.show": [],
  "intake.set": ["intake"],
  "intake.run": ["intake","sale","customer","points"],
  "intake.unmatched": [],
  "intake.assign": ["intake","sale","customer","points"],
  "export.start": [],
  "backup.cancel": [],
  "backup.make": [],
  "backup.show": [],
  "backup.plan": ["backup"],
  "backup.keep": ["backup"],
  "backup.restore": ["team","customer","sale","settings"],
  "doctor.examine": [],
};
