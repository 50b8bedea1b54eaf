//! SQLite's view of a [`Disk`]: a virtual file system, a table of C functions.
//!
//! The only file of the workspace with `unsafe`. A path is `/sim/<life>/<name>`, where `<life>` is
//! what [`mount`] gave out: so each life of each machine has files of its own, and a connection of
//! a process that was killed can never reach those of the next.

#![expect(unsafe_code, reason = "SQLite takes a file system as C functions over raw pointers")]

use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::{CStr, c_char, c_int, c_void},
    ptr,
    sync::{
        Arc, LazyLock, Mutex, Once, PoisonError, Weak,
        atomic::{AtomicU64, Ordering, fence},
    },
    time::{Duration, Instant},
};

use libsqlite3_sys as ffi;

use crate::disk::{Disk, Lock, SLOTS, Slot, Wrong};

/// The name by which connections ask for it.
pub const NAME: &str = "shuke_simulated";
const C_NAME: &CStr = c"shuke_simulated";

/// Longest path that SQLite will ask for.
const PATH_LIMIT: c_int = 512;

static DISKS: LazyLock<Mutex<HashMap<u64, Arc<Disk>>>> = LazyLock::new(Mutex::default);

/// A disk that connections can reach, until it is dropped.
#[derive(Debug)]
pub struct Mounted {
    life: u64,
    disk: Arc<Disk>,
}

/// Puts a disk under a path of its own.
pub fn mount(disk: Arc<Disk>) -> Mounted {
    static LIVES: AtomicU64 = AtomicU64::new(1);
    register();
    let life = LIVES.fetch_add(1, Ordering::Relaxed);
    disks().insert(life, Arc::clone(&disk));
    MOUNTED.with_borrow_mut(|mounted| mounted.push(Arc::downgrade(&disk)));
    Mounted { life, disk }
}

thread_local! {
    /// Disks that were mounted on this thread, as long as anything may still have a file of them open.
    static MOUNTED: RefCell<Vec<Weak<Disk>>> = const { RefCell::new(Vec::new()) };
}

/// Longer than any connection takes to close.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for the connections of processes that were killed. They close on threads of their own, and where one
/// still does as the whole process exits, SQLCipher frees its memory under it.
pub async fn rest() {
    let begun = Instant::now();
    let busy = |mounted: &mut Vec<Weak<Disk>>| {
        mounted.retain(|disk| disk.strong_count() > 0);
        !mounted.is_empty()
    };
    while MOUNTED.with_borrow_mut(busy) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // A file is closed a little before the memory of its connection is given back.
    tokio::time::sleep(Duration::from_millis(2)).await;
}

impl Mounted {
    pub fn path(&self, name: &str) -> String {
        format!("/sim/{}/{name}", self.life)
    }

    pub fn disk(&self) -> &Disk {
        &self.disk
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        disks().remove(&self.life);
    }
}

fn disks() -> std::sync::MutexGuard<'static, HashMap<u64, Arc<Disk>>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which disk a path lies on, and the file's name there.
fn find(path: &str) -> Option<(Arc<Disk>, &str)> {
    let (life, name) = path.strip_prefix("/sim/")?.split_once('/')?;
    let disk = disks().get(&life.parse().ok()?).cloned()?;
    Some((disk, name))
}

/// What SQLite allocates for each open file: its own head, and a pointer to ours.
#[repr(C)]
struct Handle {
    head: ffi::sqlite3_file,
    open: *mut Open,
}

/// An open file.
struct Open {
    disk: Arc<Disk>,
    name: String,
    id: u64,
    /// Held here too, so that a region outlives every pointer into it.
    regions: Vec<crate::disk::Region>,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A history that ends in a kill leaves threads behind that are still encrypting: the process must not
        // take OpenSSL down under them when it exits.
        openssl_sys::init();
        // SAFETY: a null name asks for the default file system, which lives as long as the process;
        // it is read here and never written.
        let usual = unsafe { ffi::sqlite3_vfs_find(ptr::null()).as_ref() };
        let Some(usual) = usual else { return };
        let ours = Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX),
            mxPathname: PATH_LIMIT,
            pNext: ptr::null_mut(),
            zName: C_NAME.as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            // Time, sleep and randomness are the machine's: none of them decides anything here.
            ..*usual
        });
        // SAFETY: the table is leaked on purpose and so valid for ever, as SQLite asks; it is not
        // made the default.
        unsafe { ffi::sqlite3_vfs_register(Box::leak(ours), 0) };
    });
}

fn code(wrong: Wrong, failed: c_int) -> c_int {
    match wrong {
        Wrong::Full => ffi::SQLITE_FULL,
        Wrong::Failed | Wrong::Gone => failed,
    }
}

fn place(offset: ffi::sqlite3_int64) -> usize {
    usize::try_from(offset).unwrap_or(0)
}

/// # Safety
/// `file` is one that [`open`] filled in and [`close`] has not yet seen, and SQLite calls the
/// methods of one file from one thread at a time.
unsafe fn opened<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Open {
    // SAFETY: by the condition above `file` points to a whole `Handle` whose `open` came from
    // `Box::into_raw`, and nobody else holds a reference to it during the call.
    unsafe { &mut *(*file.cast::<Handle>()).open }
}

/// # Safety
/// `name` is null or a string that ends with a zero byte and outlives the call.
unsafe fn text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: not null, and by the condition above ended by a zero byte.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over `szOsFile` writable bytes, and takes a file with null methods as not
    // opened. Its names end with a zero byte; `out` is null or writable.
    unsafe {
        (*file).pMethods = ptr::null();
        let found = match text(name) {
            Some(path) => find(path).map(|(disk, name)| (disk, name.to_owned())),
            // A temporary file: a disk of its own, gone with the handle.
            None => Some((Disk::new(&crate::disk::Image::default()), String::new())),
        };
        let Some((disk, name)) = found else { return ffi::SQLITE_CANTOPEN };
        if disk.open(&name, flags & ffi::SQLITE_OPEN_CREATE != 0 || name.is_empty()).is_err() {
            return ffi::SQLITE_CANTOPEN;
        }
        let id = disk.handle();
        let open = Box::new(Open { disk, name, id, regions: Vec::new() });
        (*file.cast::<Handle>()).open = Box::into_raw(open);
        (*file).pMethods = &raw const METHODS;
        if !out.is_null() {
            *out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, _sync: c_int) -> c_int {
    // SAFETY: SQLite's names end with a zero byte.
    let Some((disk, name)) = (unsafe { text(name) }).and_then(find) else {
        return ffi::SQLITE_IOERR_DELETE;
    };
    match disk.remove(name) {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_DELETE),
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's names end with a zero byte, and `out` is writable.
    unsafe {
        let there = text(name).and_then(find).is_some_and(|(disk, name)| disk.exists(name));
        *out = c_int::from(there);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the name ends with a zero byte; `out` has `room` bytes, and no more are written.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > usize::try_from(room).unwrap_or(0) {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: see `opened`. SQLite closes a file once and does not touch it afterwards, so the box
    // is taken back exactly once.
    let open = unsafe { Box::from_raw((*file.cast::<Handle>()).open) };
    open.disk.unlock(&open.name, open.id, Lock::None);
    open.disk.leave(&open.name, open.id);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    amount: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let amount = usize::try_from(amount).unwrap_or(0);
    // SAFETY: see `opened`; `out` has `amount` writable bytes that nobody else looks at. They may
    // be uninitialised, so they are made zeros before a slice of them exists.
    let (open, out) = unsafe {
        ptr::write_bytes(out.cast::<u8>(), 0, amount);
        (opened(file), std::slice::from_raw_parts_mut(out.cast::<u8>(), amount))
    };
    match open.disk.read(&open.name, place(at), out) {
        Ok(count) if count == amount => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_READ),
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let amount = usize::try_from(amount).unwrap_or(0);
    // SAFETY: see `opened`; `bytes` has `amount` bytes that stay as they are during the call.
    let (open, bytes) =
        unsafe { (opened(file), std::slice::from_raw_parts(bytes.cast::<u8>(), amount)) };
    match open.disk.write(&open.name, place(at), bytes) {
        Ok(()) => ffi::SQLITE_OK,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_WRITE),
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `opened`.
    let open = unsafe { opened(file) };
    match open.disk.truncate(&open.name, place(size)) {
        Ok(()) => ffi::SQLITE_OK,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_TRUNCATE),
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: see `opened`.
    let open = unsafe { opened(file) };
    match open.disk.sync(&open.name) {
        Ok(()) => ffi::SQLITE_OK,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_FSYNC),
    }
}

unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: see `opened`; `out` is writable.
    unsafe {
        let open = opened(file);
        match open.disk.length(&open.name) {
            Ok(length) => *out = ffi::sqlite3_int64::try_from(length).unwrap_or(0),
            Err(wrong) => return code(wrong, ffi::SQLITE_IOERR_FSTAT),
        }
    }
    ffi::SQLITE_OK
}

fn lock_of(level: c_int) -> Lock {
    match level {
        ffi::SQLITE_LOCK_NONE => Lock::None,
        ffi::SQLITE_LOCK_SHARED => Lock::Shared,
        ffi::SQLITE_LOCK_RESERVED => Lock::Reserved,
        ffi::SQLITE_LOCK_PENDING => Lock::Pending,
        _ => Lock::Exclusive,
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `opened`.
    let open = unsafe { opened(file) };
    match open.disk.lock(&open.name, open.id, lock_of(level)) {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_BUSY,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_LOCK),
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `opened`.
    let open = unsafe { opened(file) };
    open.disk.unlock(&open.name, open.id, lock_of(level));
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: see `opened`; `out` is writable.
    unsafe {
        let open = opened(file);
        match open.disk.is_reserved(&open.name) {
            Ok(reserved) => *out = c_int::from(reserved),
            Err(wrong) => return code(wrong, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK),
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(
    _: *mut ffi::sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// As the usual file system says of itself: a write that the power cuts leaves its neighbours whole.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    index: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: see `opened`; `out` is writable. The pointer given out is to words with interior
    // mutability, which the handle keeps alive until it is closed, after SQLite's last use.
    unsafe {
        *out = ptr::null_mut();
        let open = opened(file);
        let wanted = (usize::try_from(index).unwrap_or(0), usize::try_from(size).unwrap_or(0));
        match open.disk.region(&open.name, open.id, wanted, extend != 0) {
            Ok(Some(region)) => {
                *out = region.as_ptr().cast_mut().cast();
                open.regions.push(region);
            }
            Ok(None) => {}
            Err(wrong) => return code(wrong, ffi::SQLITE_IOERR_SHMMAP),
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: see `opened`.
    let open = unsafe { opened(file) };
    let from = usize::try_from(offset).unwrap_or(0);
    let run = from..(from + usize::try_from(count).unwrap_or(0)).min(SLOTS);
    let wanted = if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        Slot::Free
    } else if flags & ffi::SQLITE_SHM_SHARED != 0 {
        Slot::Shared
    } else {
        Slot::Exclusive
    };
    match open.disk.slots(&open.name, open.id, run, wanted) {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_BUSY,
        Err(wrong) => code(wrong, ffi::SQLITE_IOERR_SHMLOCK),
    }
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: see `opened`. SQLite gives up its pointers into the regions with this call.
    let open = unsafe { opened(file) };
    open.disk.leave(&open.name, open.id);
    open.regions.clear();
    ffi::SQLITE_OK
}
