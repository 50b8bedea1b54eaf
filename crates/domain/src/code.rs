//! What can go wrong, as codes with parameters. The sentences are in `locales/…/errors.json`.

use std::{error::Error, fmt};

use serde::Serialize;
use serde_json::{Map, Value};

macro_rules! codes {
    ($($name:ident = $text:literal,)*) => {
        /// Every error that can cross a boundary, by a stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($name,)* }

        impl Code {
            /// All codes, so that a test can ask every language for its sentence.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Code> {
                match text { $($text => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    ActivityAgain = "activity.again",
    ActivityNotFound = "activity.not_found",
    ActivityOver = "activity.over",
    ActivityRepeated = "activity.repeated",
    ActivityReviewed = "activity.reviewed",
    ActivityTextMissing = "activity.text_missing",
    ActivityTierMissing = "activity.tier_missing",
    AddressTaken = "server.address_taken",
    AppTooOld = "app.too_old",
    ApprovalDecided = "approval.decided",
    ApprovalNeeded = "approval.needed",
    ApprovalNotFound = "approval.not_found",
    ApprovalOther = "approval.other",
    ApprovalRefused = "approval.refused",
    ApprovalSpent = "approval.spent",
    ApprovalWaits = "approval.waits",
    AuthorLeft = "author.left",
    AuthorUnknown = "author.unknown",
    BackupDamaged = "backup.damaged",
    BackupWrongKey = "backup.wrong_key",
    CommandUnknown = "command.unknown",
    ConditionInvalid = "condition.invalid",
    ConflictChanged = "conflict.changed",
    ConflictNotFound = "conflict.not_found",
    ConflictSettled = "conflict.settled",
    CouponBirthdayUnknown = "coupon.birthday_unknown",
    CouponNotFound = "coupon.not_found",
    CouponNotOffered = "coupon.not_offered",
    CouponNotYet = "coupon.not_yet",
    CouponTierMissing = "coupon.tier_missing",
    CouponTotalShort = "coupon.total_short",
    CouponUsed = "coupon.used",
    CustomerNameMissing = "customer.name_missing",
    CustomerNotFound = "customer.not_found",
    AsideNotFound = "aside.not_found",
    DatabaseBusy = "database.busy",
    DatabaseDamaged = "database.damaged",
    DatabaseForeign = "database.foreign",
    DatabaseNewer = "database.newer",
    DatabaseWrongKey = "database.wrong_key",
    DeviceLost = "device.lost",
    DeviceNotFound = "device.not_found",
    DeviceRevoked = "device.revoked",
    DrawNoLot = "draw.no_lot",
    DrawNotYet = "draw.not_yet",
    DiskFull = "disk.full",
    EnrolCodeInvalid = "enrol.code_invalid",
    EnrolCodeSpent = "enrol.code_spent",
    EnrolNotEmpty = "enrol.not_empty",
    EnrolWrongServer = "enrol.wrong_server",
    FieldInvalid = "field.invalid",
    FieldUnknown = "field.unknown",
    FileUnreadable = "file.unreadable",
    FileUnwritable = "file.unwritable",
    FileKindUnknown = "file.kind_unknown",
    FileRecordTooLong = "file.record_too_long",
    HomeMissing = "home.missing",
    HomeTaken = "home.taken",
    ImportCancelled = "import.cancelled",
    ImportColumnUnknown = "import.column_unknown",
    ImportEmpty = "import.empty",
    ImportFieldUnknown = "import.field_unknown",
    ImportMapInvalid = "import.map_invalid",
    ImportNoColumns = "import.no_columns",
    ImportNotFound = "import.not_found",
    IntakeNoFolder = "intake.no_folder",
    IntakeTokenNotFound = "intake.token_not_found",
    Internal = "internal",
    KeychainFailed = "keychain.failed",
    KeychainLocked = "keychain.locked",
    KeychainMissing = "keychain.missing",
    KeychainSilent = "keychain.silent",
    KeyCannotOpen = "key.cannot_open",
    KeyDamaged = "key.damaged",
    KeyMissing = "key.missing",
    KeyNotAFile = "key.not_a_file",
    KeyStorage = "key.storage",
    KeyTooOpen = "key.too_open",
    LeaseOver = "lease.over",
    PersonLastOwner = "person.last_owner",
    PersonLeft = "person.left",
    PersonNameMissing = "person.name_missing",
    PersonNotFound = "person.not_found",
    PersonSignedOut = "person.signed_out",
    PepperMissing = "pin.pepper_missing",
    PinBlocked = "pin.blocked",
    PinInvalid = "pin.invalid",
    PinNeeded = "pin.needed",
    PinNone = "pin.none",
    PinWait = "pin.wait",
    PinWeak = "pin.weak",
    PinWrong = "pin.wrong",
    PrinterNone = "printer.none",
    PrinterSilent = "printer.silent",
    ProductNotFound = "product.not_found",
    RecordFixed = "record.fixed",
    RecordNotFound = "record.not_found",
    RecordOutOfSight = "record.out_of_sight",
    RecoveryPhraseInvalid = "recovery.phrase_invalid",
    RecoveryPhraseLength = "recovery.phrase_length",
    RecoveryPhraseWord = "recovery.phrase_word",
    RecoveryPhraseWrong = "recovery.phrase_wrong",
    RequestTooLarge = "request.too_large",
    RequestInvalid = "request.invalid",
    RewardBothShort = "reward.both_short",
    RewardCoinsShort = "reward.coins_short",
    RewardNameMissing = "reward.name_missing",
    RewardNotFound = "reward.not_found",
    RewardNotOffered = "reward.not_offered",
    RewardPointsShort = "reward.points_short",
    RewardRightMissing = "reward.right_missing",
    RewardTierMissing = "reward.tier_missing",
    RewardUndone = "reward.undone",
    RightMissing = "right.missing",
    RuleInvalid = "rule.invalid",
    SaleBelowFloor = "sale.below_floor",
    SaleEmpty = "sale.empty",
    SaleLineInvalid = "sale.line_invalid",
    SaleNotFound = "sale.not_found",
    SaleRefundTooHigh = "sale.refund_too_high",
    SaleRefundOfRefund = "sale.refund_of_refund",
    ScopeDenied = "scope.denied",
    SegmentGone = "segment.gone",
    ServerNotFounded = "server.not_founded",
    ServerTaken = "server.taken",
    ServerRefused = "server.refused",
    ServerTooOld = "server.too_old",
    ServerUnknown = "server.unknown",
    ServerUnreachable = "server.unreachable",
    ShiftNotFound = "shift.not_found",
    ShiftOpen = "shift.open",
    ShiftClosed = "shift.closed",
    LotInUse = "lot.in_use",
    LotNotFound = "lot.not_found",
    ReferralSelf = "referral.self",
    StampAhead = "stamp.ahead",
    StampForeign = "stamp.foreign",
    StockShort = "stock.short",
    StoreNotFound = "store.not_found",
    SyncUnsent = "sync.unsent",
    SyncCopied = "sync.copied",
    SyncEpoch = "sync.epoch",
    SyncNotEnrolled = "sync.not_enrolled",
    TagNameMissing = "tag.name_missing",
    TaskNotFound = "task.not_found",
    TaskTitleMissing = "task.title_missing",
    TiersInvalid = "tiers.invalid",
    TextTooLong = "text.too_long",
    TokenUnknown = "token.unknown",
    TooManyRequests = "request.too_many",
    WhyMissing = "why.missing",
    WorkCancelled = "work.cancelled",
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A refusal or failure on its way to a person: a code, what it speaks of, and the cause for the log.
///
/// The cause is never sent anywhere; it may name paths or SQL.
#[derive(Debug, Serialize)]
pub struct Failure {
    pub code: Code,
    pub params: Map<String, Value>,
    #[serde(skip)]
    pub cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    pub fn new(code: Code) -> Self {
        Self { code, params: Map::new(), cause: None }
    }

    /// Adds a parameter that the sentence may mention.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// Keeps what lay beneath, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}
