/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An {@code O_PATH} descriptor of a file, directory or symbolic link. If another user later replaces a file on its path, it still refers to
 * the original one.
 *
 * <p>For system calls that take only paths, {@link #link} is a path that the kernel resolves to the file itself, and {@link #entry} is the
 * path of a file in the directory.
 */
final class PathDescriptor implements AutoCloseable {
    /** {@code linux/magic.h}. */
    private static final int BPF_FS_MAGIC = 0xcafe4a11;

    /** Room for {@code struct statfs}, which begins with the magic number: 64 bits, or 32 bits on s390. */
    private static final int STATFS_SIZE = 256;

    /** {@code linux/stat.h}. */
    private static final int S_IFMT = 0170000;

    private static final int PERMISSIONS = 07777;
    private static final int S_ISVTX = 01000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;

    /** {@code linux/fcntl.h}. */
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;

    /** Size and fields of two {@code struct timespec}: the times of the last access and of the last modification. */
    private static final int TIMES_SIZE = 32;

    private static final int ACCESS_NANOS_AT = 8;
    private static final int SECONDS_AT = 16;
    private static final int NANOS_AT = 24;

    /** {@code linux/stat.h}: leaves a time as it is. */
    private static final long UTIME_OMIT = (1 << 30) - 2;

    /**
     * {@code STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_MTIME | STATX_INO | STATX_MNT_ID} in {@code
     * linux/stat.h}. Kernels before 5.8 leave the last one out, and its field 0.
     */
    private static final int STATX_FIELDS = 0x115f;

    /** Size and fields of {@code struct statx} in {@code linux/stat.h}, which is the same for all architectures. */
    private static final int STATX_SIZE = 256;

    private static final int NLINK_AT = 16;
    private static final int UID_AT = 20;
    private static final int GID_AT = 24;
    private static final int MODE_AT = 28;
    private static final int INODE_AT = 32;
    private static final int MODIFIED_AT = 112;
    private static final int DEVICE_AT = 136;
    private static final int MOUNT_AT = 144;

    /** A user or group that chown(2) leaves as it is. */
    private static final int KEEP = -1;

    /** Room for a link in {@code /proc/self/fd}. */
    private static final int LINK_SIZE = 4096;

    /** What statx(2) says of a path that leads to no file. */
    private static final Set<Integer> NO_FILE =
            Set.of(ErrnoNumbers.ENOENT, ErrnoNumbers.ENOTDIR, ErrnoNumbers.ELOOP, ErrnoNumbers.ENAMETOOLONG);

    /** What unlinkat(2) says of a directory that is not empty, and of a path that leads to no file. */
    private static final Set<Integer> KEPT_OR_MISSING =
            Set.of(ErrnoNumbers.ENOTEMPTY, ErrnoNumbers.ENOENT, ErrnoNumbers.ENAMETOOLONG);

    private static final int LISTING_SIZE = 16_384;

    /** Fields of {@code struct linux_dirent64} in {@code linux/dirent.h}. */
    private static final int ENTRY_LENGTH_AT = 16;

    private static final int ENTRY_TYPE_AT = 18;
    private static final int ENTRY_NAME_AT = 19;

    /** Types of files in {@code dirent.h}. */
    private static final int DT_DIR = 4;

    private static final int DT_LNK = 10;

    private final Descriptor descriptor;

    /** How many of these objects have the descriptor. The last one closes it. */
    private final AtomicInteger users;

    private final Path path;
    private final Status status;
    private final boolean isBpf;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What a file is, and who may use it.
     *
     * @param place of the file, which no two files have at the same time
     * @param mode the file's type and permissions, {@code st_mode}
     * @param links the number of its names
     */
    record Status(Place place, int user, int group, int mode, int links, Instant modified) {
        boolean isDirectory() {
            return (mode & S_IFMT) == S_IFDIR;
        }

        /** Whether it is a directory with these permissions. */
        boolean isDirectoryWith(Set<PosixFilePermission> permissions) {
            return isDirectory() && (mode & PERMISSIONS) == bits(permissions);
        }

        /** Whether only its owner may remove or move a file in this directory. */
        boolean isSticky() {
            return (mode & S_ISVTX) != 0;
        }

        boolean isLink() {
            return (mode & S_IFMT) == S_IFLNK;
        }

        /** Whether this file, which is no directory, has one name and these permissions, and belongs to this process's user. */
        boolean isOwnFileWith(Set<PosixFilePermission> permissions) {
            return (mode & S_IFMT) == S_IFREG
                    && (mode & PERMISSIONS) == bits(permissions)
                    && links == 1
                    && user == NativeLibraries.libc().geteuid();
        }
    }

    /** Where a file is: its file system, where this is mounted, and its number there. */
    record Place(long device, long mount, long inode) {
        /** Names the file as each process sees it, also in another mount namespace. */
        String withoutMount() {
            return Long.toHexString(device) + "-" + Long.toUnsignedString(inode);
        }
    }

    /** @param parent the directory that the file was opened in; null for the root */
    private PathDescriptor(int fd, Path path, @Nullable PathDescriptor parent) throws IOException {
        this.path = path;
        try (Descriptor opened = new Descriptor(fd)) {
            this.status = status(fd, path);
            this.isBpf = (parent != null && parent.status.place.device == status.place.device)
                    ? parent.isBpf
                    : isBpf(fd, path);
            this.users = new AtomicInteger(1);
            this.descriptor = opened.moved();
        }
    }

    /** The same file with the same descriptor, for another user. Both are closed, and this one only afterwards. */
    private PathDescriptor(PathDescriptor other) {
        this.descriptor = other.descriptor;
        this.users = other.users;
        this.path = other.path;
        this.status = other.status;
        this.isBpf = other.isBpf;
        users.incrementAndGet();
    }

    /** The same file with the same descriptor, for another user. Both are closed. The caller ensures that nobody closes this one meanwhile. */
    PathDescriptor shared() {
        return new PathDescriptor(this);
    }

    /** The number of the open descriptor. */
    private int fd() {
        return descriptor.fd();
    }

    /** Where the file at a path is; null if there is none. Follows no symbolic link at the end of the path. */
    static @Nullable Place place(Path path) throws PathException {
        Status now = findStatus(-1, path.toString(), AT_SYMLINK_NOFOLLOW, path);
        return now == null ? null : now.place;
    }

    /** Reads the status of an open file. */
    static Status status(int fd, Path path) throws PathException {
        Status status = findStatus(fd, "", AT_EMPTY_PATH, path);
        if (status == null) {
            throw new PathException(path, ErrnoNumbers.ENOENT, null);
        }
        return status;
    }

    /** Reads the status of a file in this directory, or of a symbolic link itself. Null if there is no such file. */
    @Nullable
    Status findStatus(String name) throws PathException {
        try {
            return findStatus(fd(), name, AT_SYMLINK_NOFOLLOW, path.resolve(name));
        } catch (PathException e) {
            requireName(name, e.errno());
            throw e;
        }
    }

    /** @param file the file's path, for the exception */
    private static @Nullable Status findStatus(int directory, String name, int flags, Path file) throws PathException {
        try (Scratch scratch = Scratch.take(STATX_SIZE)) {
            OffHeapBlock answer = scratch.zeroed(STATX_SIZE);
            int result = NativeLibraries.libc().statx(directory, name, flags, STATX_FIELDS, answer.address());
            if (result < 0 && NO_FILE.contains(NativeLibraries.lastErrno())) {
                return null;
            }
            check(result, file);
            ByteBuffer bytes = answer.bytes();
            int mode = Short.toUnsignedInt(bytes.getShort(MODE_AT));
            Instant modified =
                    Instant.ofEpochSecond(bytes.getLong(MODIFIED_AT), bytes.getInt(MODIFIED_AT + Long.BYTES));
            Place place = new Place(bytes.getLong(DEVICE_AT), bytes.getLong(MOUNT_AT), bytes.getLong(INODE_AT));
            return new Status(
                    place, bytes.getInt(UID_AT), bytes.getInt(GID_AT), mode, bytes.getInt(NLINK_AT), modified);
        }
    }

    /** Opens the directory {@code /}. */
    static PathDescriptor root() throws IOException {
        Path root = Path.of("/");
        int fd = SystemCallWrappers.openPath(-1, root.toString());
        check(fd, root);
        return new PathDescriptor(fd, root, null);
    }

    /**
     * Opens a file in this directory. A symbolic link is opened itself, not the file that it names.
     *
     * @return null if there is no such file
     */
    @Nullable
    PathDescriptor open(String name) throws IOException {
        int child = SystemCallWrappers.openPath(fd(), name);
        if (child >= 0) {
            return new PathDescriptor(child, path.resolve(name), this);
        }
        int errno = NativeLibraries.lastErrno();
        if (errno == ErrnoNumbers.ENOENT || errno == ErrnoNumbers.ENAMETOOLONG) { // no file has such a name
            return null;
        }
        requireName(name, errno);
        throw new PathException(path.resolve(name), errno, null);
    }

    /** Does the same for a file that exists. */
    PathDescriptor openExisting(String name) throws IOException {
        PathDescriptor found = open(name);
        if (found == null) {
            throw new PathException(path.resolve(name), ErrnoNumbers.ENOENT, null);
        }
        return found;
    }

    private void requireName(String name, int errno) throws PathException {
        if (errno == ErrnoNumbers.EPERM && isBpf) {
            PinErrors.requireName(path, name);
        }
    }

    /** Opens a file in this directory. Follows symbolic links. */
    PathDescriptor follow(String name) throws IOException {
        int child = SystemCallWrappers.openTarget(fd(), name);
        check(child, path.resolve(name));
        return new PathDescriptor(child, path.resolve(name), this);
    }

    /** The path that was opened, for messages. */
    Path path() {
        return path;
    }

    Status status() {
        return status;
    }

    /** A path that the kernel resolves to the held file. */
    Path link() {
        return link(fd());
    }

    /** A path that the kernel resolves to the file of a descriptor. */
    static Path link(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    /**
     * The kind of object behind a descriptor, by its link in {@code /proc}: bpf_obj_get opens maps, programs and links, and their infos
     * look alike.
     *
     * @param pin the path that was opened, for the exception
     */
    static String typeOf(int fd, Path pin) throws PathException {
        try (Scratch scratch = Scratch.take(LINK_SIZE)) {
            int length = Math.toIntExact(NativeLibraries.libc()
                    .readlink(link(fd).toString(), scratch.block().address(), LINK_SIZE));
            check(length, pin);
            byte[] type = new byte[length];
            scratch.block().bytes().get(0, type);
            return new String(type, StandardCharsets.UTF_8);
        }
    }

    /** A path that the kernel resolves to a file in the held directory. */
    Path entry(String name) {
        return link().resolve(name);
    }

    /** Whether the file is in a BPF file system. */
    boolean isBpf() {
        return isBpf;
    }

    private static boolean isBpf(int fd, Path path) throws PathException {
        try (Scratch scratch = Scratch.take(STATFS_SIZE)) {
            OffHeapBlock answer = scratch.block();
            check(NativeLibraries.libc().fstatfs(fd, answer.address()), path);
            return answer.bytes().getInt(0) == BPF_FS_MAGIC
                    || (int) answer.bytes().getLong(0) == BPF_FS_MAGIC;
        }
    }

    /**
     * Sets the owner and the permissions of a file or directory that this process has just created. The user comes last: only the owner may
     * set permissions, or remove the file again from a directory with a sticky bit. The group comes first, so that no other group gets access.
     *
     * @return false if it has them already
     */
    boolean setOwnerAndMode(PinAttributes.@Nullable Owner owner, Set<PosixFilePermission> mode) throws IOException {
        boolean isNew = status.isDirectory() || status.links() == 1;
        if (!isNew || status.user() != NativeLibraries.libc().geteuid()) {
            throw replaced(0);
        }
        if (owner == null && (status.mode & PERMISSIONS) == bits(mode)) {
            return false;
        }
        if (owner != null) {
            setOwner(KEEP, owner.group());
        }
        check(NativeLibraries.libc().chmod(link().toString(), bits(mode)), path);
        if (owner != null) {
            setOwner(owner.user(), KEEP);
        }
        return true;
    }

    private void setOwner(int user, int group) throws PathException {
        int result = NativeLibraries.libc().chown(link().toString(), user, group);
        if (result < 0 && NativeLibraries.lastErrno() == ErrnoNumbers.EPERM) {
            String who = user == KEEP ? "group " + group : "user " + user;
            throw new PathException(
                    path,
                    ErrnoNumbers.EPERM,
                    "giving " + path + " to " + who + " requires CAP_CHOWN"
                            + LinuxCapability.lacking(List.of(LinuxCapability.CAP_CHOWN)));
        }
        check(result, path);
    }

    /**
     * The failure after another user has exchanged a new file.
     *
     * @param errno why the file that is there now can't be opened, a positive number; 0 if it can
     */
    PathException replaced(int errno) {
        return new PathException(path, errno, path + " was replaced by another user right after it was created");
    }

    /** The permissions as bits of {@code st_mode}. */
    private static int bits(Set<PosixFilePermission> mode) {
        String text =
                PosixFilePermissions.toString(mode).replaceAll("[rwx]", "1").replace('-', '0');
        return Integer.parseInt(text, 2);
    }

    /**
     * Creates a directory in this directory.
     *
     * @return false if there is a file with this name
     */
    boolean createDirectory(String name, Set<PosixFilePermission> mode) throws PathException {
        int result = NativeLibraries.libc().mkdirat(fd(), name, bits(mode));
        if (result != 0 && NativeLibraries.lastErrno() == ErrnoNumbers.EACCES) {
            throw new PathException(path.resolve(name), ErrnoNumbers.EACCES, PinErrors.notWritable(path));
        }
        return isNew(result, name);
    }

    /**
     * Creates a directory in this directory with the owner and the permissions of another one. It stays this user's if this process may not give
     * it away.
     *
     * @return where it is; null if there is a file with this name
     */
    @Nullable
    Place createLike(String name, PathDescriptor model) throws IOException {
        if (!createDirectory(name, PosixFilePermissions.fromString("rwx------"))) {
            return null;
        }
        try (PathDescriptor created = openExisting(name)) {
            if (!created.status.isDirectory()) {
                throw created.replaced(0);
            }
            int user = created.status.user == model.status.user ? KEEP : model.status.user;
            int group = created.status.group == model.status.group ? KEEP : model.status.group;
            String file = created.link().toString();
            if (user != KEEP || group != KEEP) {
                NativeLibraries.libc().chown(file, KEEP, group);
            }
            if (((created.status.mode ^ model.status.mode) & PERMISSIONS) != 0) {
                check(NativeLibraries.libc().chmod(file, model.status.mode & PERMISSIONS), created.path);
            }
            if (user != KEEP) {
                NativeLibraries.libc().chown(file, user, KEEP);
            }
            return created.status.place;
        }
    }

    /**
     * Removes a file or an empty directory from this directory. Does nothing if there is no such file, or if it is a directory that is not empty.
     *
     * @return whether it was a directory, which is gone now
     */
    boolean remove(String name) throws PathException {
        int result = NativeLibraries.libc().unlinkat(fd(), name, 0);
        if (result != 0 && NativeLibraries.lastErrno() == ErrnoNumbers.EISDIR) {
            return removeIfEmpty(name);
        } else if (result != 0 && !KEPT_OR_MISSING.contains(NativeLibraries.lastErrno())) {
            check(result, path.resolve(name));
        }
        return false;
    }

    /** Removes a directory from this directory, if it is empty, and never a file. Returns whether there is neither. */
    boolean removeIfEmpty(String name) throws PathException {
        int result = NativeLibraries.libc().unlinkat(fd(), name, AT_REMOVEDIR);
        if (result == 0) {
            return true;
        }
        int errno = NativeLibraries.lastErrno();
        if (errno == ErrnoNumbers.ENOTEMPTY || errno == ErrnoNumbers.ENOTDIR) {
            return false;
        }
        if (!KEPT_OR_MISSING.contains(errno)) {
            throw new PathException(path.resolve(name), errno, null);
        }
        return true;
    }

    /** Removes an empty directory from this directory, and never a file. */
    void removeDirectory(String name) throws PathException {
        check(NativeLibraries.libc().unlinkat(fd(), name, AT_REMOVEDIR), path.resolve(name));
    }

    /** Moves a file of this directory to another one, in place of the file with the new name. */
    void move(String name, PathDescriptor target, String newName) throws PathException {
        check(NativeLibraries.libc().renameat(fd(), name, target.fd(), newName), path.resolve(name));
    }

    /**
     * Moves a file of this directory to another one.
     *
     * @return false if there is a file with the new name
     */
    boolean moveNew(String name, PathDescriptor target, String newName) throws PathException {
        return isNew(SystemCallWrappers.renameNew(fd(), name, target.fd(), newName), name);
    }

    /** Gives each of two files of this directory the name of the other one. */
    void exchange(String name, String other) throws PathException {
        check(SystemCallWrappers.exchange(fd(), name, other), path.resolve(name));
    }

    /**
     * Gives a file of this directory a second name in another one: a hard link.
     *
     * @return false if there is a file with this name
     */
    boolean link(String name, PathDescriptor target, String newName) throws PathException {
        return isNew(NativeLibraries.libc().linkat(fd(), name, target.fd(), newName, 0), name);
    }

    /**
     * Creates a symbolic link in this directory.
     *
     * @return false if there is a file with this name
     */
    boolean createLink(String name, String target) throws PathException {
        return isNew(NativeLibraries.libc().symlinkat(target, fd(), name), name);
    }

    private boolean isNew(int result, String name) throws PathException {
        if (result != 0 && NativeLibraries.lastErrno() == ErrnoNumbers.EEXIST) {
            return false;
        }
        check(result, path.resolve(name));
        return true;
    }

    /** The names of the files in this directory. The classes of the JDK lose the errno. */
    List<String> names() throws PathException {
        return list(path).stream()
                .map(file -> String.valueOf(file.path().getFileName()))
                .toList();
    }

    /**
     * The files in this directory, with their types. A BPF file system knows them ({@code dcache_readdir} in {@code fs/libfs.c}).
     *
     * @param directory the path of this directory in the result
     */
    List<Pins.Listed> list(Path directory) throws PathException {
        List<Pins.Listed> files = new ArrayList<>();
        try (Descriptor opened = new Descriptor(SystemCallWrappers.open(link()))) {
            check(opened.fd(), path);
            OffHeapBlock buffer = OffHeapBlock.allocate(LISTING_SIZE);
            for (int size = read(opened.fd(), buffer); size > 0; size = read(opened.fd(), buffer)) {
                for (int at = 0;
                        at < size;
                        at += Short.toUnsignedInt(buffer.bytes().getShort(at + ENTRY_LENGTH_AT))) {
                    int nameAt = at + ENTRY_NAME_AT;
                    String name = ValueBytes.getString(buffer.bytes(), nameAt, size - nameAt);
                    if (!name.equals(".") && !name.equals("..")) {
                        byte type = buffer.bytes().get(at + ENTRY_TYPE_AT);
                        files.add(new Pins.Listed(
                                directory.resolve(name), type == DT_DIR, type != DT_DIR && type != DT_LNK));
                    }
                }
            }
        }
        return files;
    }

    private int read(int opened, OffHeapBlock buffer) throws PathException {
        int size = buffer.call(address -> SystemCallWrappers.directoryEntries(opened, address, LISTING_SIZE));
        check(size, path);
        return size;
    }

    /** Throws if a system call returned a negative number. */
    private static void check(int result, Path at) throws PathException {
        if (result < 0) {
            throw new PathException(at, NativeLibraries.lastErrno(), null);
        }
    }

    /**
     * Sets the modification time of a file in this directory. Java can't: it would open the file, which a BPF file system refuses for
     * maps without BTF ({@code bpffs_obj_open} in {@code kernel/bpf/inode.c}).
     */
    void setTime(String name, Instant time) throws PathException {
        try (Scratch scratch = Scratch.take(TIMES_SIZE)) {
            ByteBuffer times = scratch.block().bytes();
            times.putLong(ACCESS_NANOS_AT, UTIME_OMIT);
            times.putLong(SECONDS_AT, time.getEpochSecond());
            times.putLong(NANOS_AT, time.getNano());
            check(
                    NativeLibraries.libc().utimensat(fd(), name, scratch.block().address(), AT_SYMLINK_NOFOLLOW),
                    path.resolve(name));
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && users.decrementAndGet() == 0) {
            descriptor.close();
        }
    }
}
