// Names below an open folder: openat and its relatives, never through a link. A path is resolved
// anew at every call, so between looking at it and writing to it somebody may have put a link
// there; a descriptor stays with its folder. Linux, POSIX.1-2008.

#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/CSystemCalls.h"

static int outcome(int result) {
    return result < 0 ? -errno : result;
}

int cs_folder_open(int parent, const char *name) {
    return outcome(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

int cs_folder_make(int parent, const char *name) {
    return outcome(mkdirat(parent, name, 0777));
}

int cs_file_open(int folder, const char *name, bool makes) {
    // Without O_NONBLOCK the opening of a pipe could wait for ever.
    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (makes ? O_CREAT : 0);
    int file = openat(folder, name, flags, 0666);
    if (file < 0) return -errno;
    struct stat facts;
    int error = fstat(file, &facts) < 0 ? errno : 0;
    // With a second name it may be somebody's file elsewhere; with none it is being removed.
    if (error == 0 && (!S_ISREG(facts.st_mode) || facts.st_nlink > 1)) error = EMLINK;
    if (error == 0) return file;
    close(file);
    return -error;
}

int cs_file_make(int folder, const char *name) {
    return outcome(openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
}

int cs_file_has_name(int file, int folder, const char *name) {
    struct stat open, named;
    if (fstat(file, &open) < 0) return -errno;
    if (fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    return open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

int cs_name_move(int folder, const char *name, int target, const char *new_name) {
    return outcome(renameat(folder, name, target, new_name));
}

int cs_name_remove(int folder, const char *name) {
    return outcome(unlinkat(folder, name, 0));
}

int cs_link_make(int folder, const char *name, const char *destination) {
    return outcome(symlinkat(destination, folder, name));
}

int cs_link_leads_to(int folder, const char *name, const char *destination) {
    char found[PATH_MAX];
    ssize_t count = readlinkat(folder, name, found, sizeof found);
    // EINVAL: it is there, but no link.
    if (count < 0) return errno == EINVAL || errno == ENOENT ? 0 : -errno;
    return (size_t)count == strlen(destination) && memcmp(found, destination, (size_t)count) == 0;
}

int cs_tree_remove(int parent, const char *name, size_t depth_limit) {
    if (unlinkat(parent, name, 0) == 0) return 0;
    // Linux says EISDIR of a folder, POSIX EPERM.
    if (errno != EISDIR && errno != EPERM) return -errno;
    if (depth_limit == 0) return -ELOOP;
    int folder = cs_folder_open(parent, name);
    if (folder < 0) return folder;
    DIR *entries = fdopendir(folder);
    if (entries == NULL) {
        int error = errno;
        close(folder);
        return -error;
    }
    int result = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(entries);
        if (entry == NULL) {
            if (errno != 0) result = -errno;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        result = cs_tree_remove(folder, entry->d_name, depth_limit - 1);
        // Another process may have been faster.
        if (result == -ENOENT) result = 0;
        if (result < 0) break;
    }
    closedir(entries);
    return result < 0 ? result : outcome(unlinkat(parent, name, AT_REMOVEDIR));
}
