/* Writes down, in order, everything a process does to the files below one folder, with the data.
 *
 * Loaded with LD_PRELOAD into a node and its children. MITHAQ_TRACE_ROOT is the folder, MITHAQ_TRACE_FILE
 * the journal; both absolute. An operation and its record happen under one lock of all processes, so the
 * order of the journal is the order on the disk. A failed operation leaves no record.
 *
 * Record: u32 kind, u32 length of the path, u32 length of the second path, u32 zero, u64 inode,
 * u64 offset, u64 length of the data; then path, second path, data. Little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_FOLDER, RENAME, LINK, UNLINK, MAKE_FOLDER, REMOVE_FOLDER };

#define DESCRIPTORS 4096

static char root[4096];
static size_t root_length;
static int journal = -1;
static pid_t journal_owner;
static char journal_path[4096];
static pthread_mutex_t threads = PTHREAD_MUTEX_INITIALIZER;
static unsigned char tracked[DESCRIPTORS];

struct record {
    uint32_t kind, path_length, second_length, zero;
    uint64_t inode, offset, length;
};

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void open_journal(void) {
    if (journal_owner == getpid()) return;
    journal_owner = getpid();
    const char *folder = getenv("MITHAQ_TRACE_ROOT"), *file = getenv("MITHAQ_TRACE_FILE");
    root_length = 0;
    if (!folder || !file) return;
    /* Every process needs a description of its own: the lock belongs to it. */
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) abort();
    journal = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
    syscall(SYS_close, fd);
    snprintf(root, sizeof root, "%s/", folder);
    snprintf(journal_path, sizeof journal_path, "%s", file);
    root_length = strlen(root);
}

static void enter(void) {
    pthread_mutex_lock(&threads);
    open_journal();
    if (root_length)
        while (syscall(SYS_flock, journal, LOCK_EX) && errno == EINTR) {}
}

static void leave(void) {
    int kept = errno;
    if (root_length) syscall(SYS_flock, journal, LOCK_UN);
    pthread_mutex_unlock(&threads);
    errno = kept;
}

/* The folder itself counts: its names are synced through it. */
static int is_ours(const char *path) {
    return root_length && path && !strncmp(path, root, root_length - 1) &&
           (path[root_length - 1] == '/' || !path[root_length - 1]);
}

static int is_tracked(int fd) { return root_length && fd >= 0 && fd < DESCRIPTORS && tracked[fd]; }

static void put(uint32_t kind, uint64_t inode, uint64_t offset, const char *path, const char *second,
                const struct iovec *data, int parts) {
    struct record head = {kind, path ? strlen(path) : 0, second ? strlen(second) : 0, 0, inode, offset, 0};
    struct iovec vector[16];
    int count = 3;
    vector[0] = (struct iovec){&head, sizeof head};
    vector[1] = (struct iovec){(void *)path, head.path_length};
    vector[2] = (struct iovec){(void *)second, head.second_length};
    for (int part = 0; part < parts && count < 16; part++) {
        head.length += data[part].iov_len;
        vector[count++] = data[part];
    }
    size_t total = sizeof head + head.path_length + head.second_length + head.length;
    if (syscall(SYS_writev, journal, vector, count) != (long)total) abort();
}

static uint64_t inode_of(int fd) {
    struct stat found;
    return syscall(SYS_newfstatat, fd, "", &found, AT_EMPTY_PATH) ? 0 : found.st_ino;
}

static int exists(const char *path) {
    struct stat found;
    return !syscall(SYS_newfstatat, AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW);
}

static int is_folder(int fd) {
    struct stat found;
    return !syscall(SYS_newfstatat, fd, "", &found, AT_EMPTY_PATH) && S_ISDIR(found.st_mode);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    enter();
    int ours = is_ours(path);
    int is_new = ours && (flags & O_CREAT) && !exists(path);
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fd < DESCRIPTORS) tracked[fd] = ours;
    if (fd >= 0 && ours) {
        if (fd >= DESCRIPTORS) abort();
        if (is_new) put(CREATE, inode_of(fd), 0, path, NULL, NULL, 0);
        else if (flags & O_TRUNC) put(TRUNCATE, inode_of(fd), 0, path, NULL, NULL, 0);
    }
    leave();
    return fd;
}

#define OPEN_MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) {
    OPEN_MODE(flags) return open_at(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    OPEN_MODE(flags) return open_at(folder, path, flags, mode);
}

int close(int fd) {
    if (fd == journal && journal_owner == getpid()) return 0; /* closing all descriptors must not end the trace */
    /* After vfork the child shares our memory until it execs: what it closes stays open here. */
    if (fd >= 0 && fd < DESCRIPTORS && journal_owner == getpid()) tracked[fd] = 0;
    return (int)syscall(SYS_close, fd);
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t offset, int has_offset) {
    enter();
    ssize_t done;
    if (!is_tracked(fd)) {
        leave(); /* may block for ever: a pipe */
        return has_offset ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
    }
    if (has_offset) done = syscall(SYS_pwrite64, fd, data, length, offset);
    else {
        done = syscall(SYS_write, fd, data, length);
        if (done >= 0) offset = syscall(SYS_lseek, fd, 0, SEEK_CUR) - done; /* right for O_APPEND too */
    }
    if (done > 0) {
        struct iovec part = {(void *)data, (size_t)done};
        put(WRITE, inode_of(fd), (uint64_t)offset, NULL, NULL, &part, 1);
    }
    leave();
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return write_at(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    return write_at(fd, data, length, offset, 1);
}

ssize_t writev(int fd, const struct iovec *vector, int count) {
    enter();
    int ours = is_tracked(fd);
    leave();
    if (ours) abort(); /* nobody here does; if somebody starts to, the trace must not miss it */
    return syscall(SYS_writev, fd, vector, count);
}

ssize_t pwritev(int fd, const struct iovec *vector, int count, off_t offset) {
    if (is_tracked(fd)) abort();
    REAL(pwritev);
    return real(fd, vector, count, offset);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    if (is_tracked(fd)) abort();
    REAL(fallocate);
    return real(fd, mode, offset, length);
}

static int truncate_to(int fd, off_t length) {
    enter();
    int done = (int)syscall(SYS_ftruncate, fd, length);
    if (!done && is_tracked(fd)) put(TRUNCATE, inode_of(fd), (uint64_t)length, NULL, NULL, NULL, 0);
    leave();
    return done;
}

int ftruncate(int fd, off_t length) { return truncate_to(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_to(fd, length); }

/* MITHAQ_TRACE_KILL_AT: the process is killed instead of this sync of a write-ahead log, counted from 1. */
static void die_if_told(int fd) {
    static long left = -1;
    const char *told = getenv("MITHAQ_TRACE_KILL_AT");
    if (!told) return;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length < 11 || strncmp(path + length - 11, "sqlite3-wal", 11)) return;
    if (left < 0) left = atol(told);
    if (left > 0 && --left == 0) syscall(SYS_kill, getpid(), SIGKILL);
}

static int sync_file(int fd, long number) {
    enter();
    if (is_tracked(fd)) die_if_told(fd);
    int done = (int)syscall(number, fd);
    if (!done && is_tracked(fd) && is_folder(fd)) {
        char link[64], path[4096];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        long length = syscall(SYS_readlink, link, path, sizeof path - 1);
        if (length < 0) abort();
        path[length] = 0;
        put(SYNC_FOLDER, inode_of(fd), 0, path, NULL, NULL, 0);
    } else if (!done && is_tracked(fd)) put(SYNC, inode_of(fd), 0, NULL, NULL, NULL, 0);
    leave();
    return done;
}

int fsync(int fd) { return sync_file(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

static int named(uint32_t kind, int done, const char *path, const char *second) {
    if (!done && (is_ours(path) || is_ours(second))) put(kind, 0, 0, path, second, NULL, 0);
    leave();
    return done;
}

int rename(const char *from, const char *to) {
    enter();
    return named(RENAME, (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to), from, to);
}
int renameat(int one, const char *from, int two, const char *to) {
    enter();
    return named(RENAME, (int)syscall(SYS_renameat, one, from, two, to), from, to);
}
int link(const char *from, const char *to) {
    enter();
    return named(LINK, (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), from, to);
}
int linkat(int one, const char *from, int two, const char *to, int flags) {
    enter();
    return named(LINK, (int)syscall(SYS_linkat, one, from, two, to, flags), from, to);
}
int unlink(const char *path) {
    enter();
    return named(UNLINK, (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0), path, NULL);
}
int unlinkat(int folder, const char *path, int flags) {
    enter();
    return named(flags & AT_REMOVEDIR ? REMOVE_FOLDER : UNLINK, (int)syscall(SYS_unlinkat, folder, path, flags), path,
                 NULL);
}
int rmdir(const char *path) {
    enter();
    return named(REMOVE_FOLDER, (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR), path, NULL);
}
int mkdir(const char *path, mode_t mode) {
    enter();
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!done && is_ours(path)) {
        struct stat found;
        uint64_t inode = syscall(SYS_newfstatat, AT_FDCWD, path, &found, 0) ? 0 : found.st_ino;
        put(MAKE_FOLDER, inode, 0, path, NULL, NULL, 0);
    }
    leave();
    return done;
}
int mkdirat(int folder, const char *path, mode_t mode) {
    if (is_ours(path)) abort();
    return (int)syscall(SYS_mkdirat, folder, path, mode);
}
