/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file, directory or symbolic link that is held by a descriptor ({@code O_PATH}). Whoever exchanges a file of its path later does not
 * change what this object refers to.
 *
 * <p>System calls that take no descriptor get {@link #link}, which the kernel resolves to the held file itself. A file in a held directory
 * has the path {@link #entry}.
 */
final class OpenPath implements AutoCloseable {
    /** {@code linux/magic.h}. */
    private static final int BPF_FS_MAGIC = 0xcafe4a11;

    /** Room for {@code struct statfs}, which begins with the magic number: 64 bits, or 32 bits on s390. */
    private static final int STATFS_SIZE = 256;

    /** {@code linux/stat.h}. */
    private static final int S_IFMT = 0170000;

    private static final int S_ISVTX = 01000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;

    /** {@code linux/fcntl.h}. */
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;

    /** Size and fields of two {@code struct timespec}: the time of the last access and that of the last modification. */
    private static final int TIMES_SIZE = 32;

    private static final int ACCESS_NANOS_AT = 8;
    private static final int SECONDS_AT = 16;
    private static final int NANOS_AT = 24;

    /** {@code linux/stat.h}: leaves a time as it is. */
    private static final long UTIME_OMIT = (1 << 30) - 2;

    /** {@code STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID} in {@code linux/stat.h}. */
    private static final int STATX_BASICS = 0x1f;

    /** Size and fields of {@code struct statx} in {@code linux/stat.h}, which is the same for all architectures. */
    private static final int STATX_SIZE = 256;

    private static final int NLINK_AT = 16;
    private static final int UID_AT = 20;
    private static final int GID_AT = 24;
    private static final int MODE_AT = 28;

    private final int fd;
    private final Path path;
    private final Status status;

    /**
     * Type, owner and permissions of a file.
     *
     * @param mode the file's type and permissions, {@code st_mode}
     * @param links the number of its names
     */
    record Status(int user, int group, int mode, int links) {
        boolean isDirectory() {
            return (mode & S_IFMT) == S_IFDIR;
        }

        /** Whether it is an ordinary file, as pins are. */
        boolean isFile() {
            return (mode & S_IFMT) == S_IFREG;
        }

        /** Whether only its owner may remove or move a file in this directory. */
        boolean isSticky() {
            return (mode & S_ISVTX) != 0;
        }

        boolean isLink() {
            return (mode & S_IFMT) == S_IFLNK;
        }
    }

    private OpenPath(int fd, Path path) throws IOException {
        this.fd = fd;
        this.path = path;
        try {
            this.status = status(fd, path);
        } catch (Throwable e) { // even after an Error, nobody else would close the descriptor
            Native.libc().close(fd);
            throw e;
        }
    }

    private static Status status(int fd, Path path) throws PathException {
        try (Scratch scratch = Scratch.take(STATX_SIZE)) {
            Block answer = scratch.block();
            if (Native.libc().statx(fd, "", AT_EMPTY_PATH, STATX_BASICS, answer.address()) != 0) {
                throw new PathException(path, Native.lastErrno(), null);
            }
            ByteBuffer bytes = answer.bytes();
            int mode = Short.toUnsignedInt(bytes.getShort(MODE_AT));
            return new Status(bytes.getInt(UID_AT), bytes.getInt(GID_AT), mode, bytes.getInt(NLINK_AT));
        }
    }

    /** Opens the directory {@code /}. */
    static OpenPath root() throws IOException {
        Path root = Path.of("/");
        int fd = Native.openPath(-1, root.toString());
        if (fd < 0) {
            throw new PathException(root, Native.lastErrno(), null);
        }
        return new OpenPath(fd, root);
    }

    /**
     * Opens a file in this directory. A symbolic link is opened itself, not the file that it names.
     *
     * @return null if there is no such file
     */
    @Nullable
    OpenPath open(String name) throws IOException {
        int child = Native.openPath(fd, name);
        if (child >= 0) {
            return new OpenPath(child, path.resolve(name));
        }
        int errno = Native.lastErrno();
        if (errno == ErrnoNumbers.ENOENT) {
            return null;
        }
        if (errno == ErrnoNumbers.EPERM && isBpf()) {
            PinErrors.requireName(path, name);
        }
        throw new PathException(path.resolve(name), errno, null);
    }

    /** Opens a file in this directory. Follows symbolic links. */
    OpenPath follow(String name) throws IOException {
        int child = Native.openTarget(fd, name);
        if (child < 0) {
            throw new PathException(path.resolve(name), Native.lastErrno(), null);
        }
        return new OpenPath(child, path.resolve(name));
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
        return link(fd);
    }

    /** A path that the kernel resolves to the file of a descriptor. */
    static Path link(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    /** A path that the kernel resolves to a file in the held directory. */
    Path entry(String name) {
        return link().resolve(name);
    }

    /** Whether the file is in a BPF file system. */
    boolean isBpf() {
        try (Scratch scratch = Scratch.take(STATFS_SIZE)) {
            Block answer = scratch.block();
            return Native.libc().fstatfs(fd, answer.address()) == 0
                    && (answer.bytes().getInt(0) == BPF_FS_MAGIC
                            || (int) answer.bytes().getLong(0) == BPF_FS_MAGIC);
        }
    }

    /** Sets the owner and the permissions of a file or directory that this process has just created. */
    void setOwnerAndMode(PinOptions.@Nullable Owner owner, Set<PosixFilePermission> mode) throws IOException {
        boolean isOwn = status.user() == Native.libc().geteuid() && (status.isDirectory() || status.links() == 1);
        if (!isOwn) {
            throw new PathException(path, 0, path + " was exchanged by another user right after it was created");
        }
        if (owner != null) {
            Files.setAttribute(link(), "unix:gid", owner.group());
            Files.setAttribute(link(), "unix:uid", owner.user());
        }
        Files.setPosixFilePermissions(link(), mode);
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
            if (Native.libc().utimensat(fd, name, scratch.block().address(), AT_SYMLINK_NOFOLLOW) != 0) {
                throw new PathException(path.resolve(name), Native.lastErrno(), null);
            }
        }
    }

    @Override
    public void close() {
        Native.libc().close(fd);
    }
}
