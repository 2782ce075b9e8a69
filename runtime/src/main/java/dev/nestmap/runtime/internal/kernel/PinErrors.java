/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.pin.PinAccess;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Explains why an operation on a pin failed, with advice. The kernel's errno alone says little: often EPERM or EACCES. */
final class PinErrors {
    /** {@code linux/magic.h}. */
    private static final int BPF_FS_MAGIC = 0xcafe4a11;

    /** Room for {@code struct statfs}, which begins with the magic number: 64 bits, or 32 bits on s390. */
    private static final int STATFS_SIZE = 256;

    private static final String MOUNT = "mount -t bpf bpf /sys/fs/bpf";

    private final String operation;
    private final Path path;

    PinErrors(String operation, Path path) {
        this.operation = operation;
        this.path = path;
    }

    /** Whether this file, which must exist, is in a BPF file system. */
    static boolean isBpf(Path file) {
        Block answer = Block.allocate(STATFS_SIZE);
        try {
            return Native.libc().statfs(file.toString(), answer.address()) == 0
                    && (answer.bytes().getInt(0) == BPF_FS_MAGIC
                            || (int) answer.bytes().getLong(0) == BPF_FS_MAGIC);
        } finally {
            Reference.reachabilityFence(answer);
        }
    }

    /** Throws if the path is a symbolic link. The kernel would follow it, perhaps to a place that another user controls. */
    void refuseSymbolicLink() {
        if (Files.isSymbolicLink(path)) {
            throw because(0, "the path is a symbolic link: pass the path of the pin itself");
        }
    }

    /** Throws if the path is not in a BPF file system. */
    void refuseNotBpf() {
        Path directory = path.getParent();
        if (directory == null || !isBpf(directory)) {
            throw because(0, notBpf());
        }
    }

    BpfException pinFailed(int errno) {
        return because(errno, pinRefusal(errno));
    }

    private @Nullable String pinRefusal(int errno) {
        if (errno == ErrnoNumbers.EEXIST) {
            return "something is pinned there already: open that map, or remove the pin (rm " + path
                    + ", for an outer map also the files that begin with " + path
                    + "-), which deletes the map and its entries unless something else holds it";
        }
        if (errno == ErrnoNumbers.EPERM) {
            return hasDot()
                    ? "a BPF file system reserves names with a dot: choose a name without"
                    : "pinning requires CAP_BPF: run as root or with that capability";
        }
        return errno == ErrnoNumbers.EACCES
                ? "this process's user may not write to the directory" + owner(path.getParent())
                : null;
    }

    BpfException openFailed(int errno, PinAccess access) {
        if (Files.isDirectory(path)) {
            return because(errno, "the path is a directory: pass the path of one pin");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isBpf(path)) {
            return because(errno, "the path is not a pin: " + notBpf());
        }
        if (errno == ErrnoNumbers.EACCES || errno == ErrnoNumbers.EPERM) {
            return because(errno, denied(access));
        }
        return because(errno, null);
    }

    /** For a path that is a directory. */
    BpfException lockFailed(int errno) {
        return because(
                errno,
                errno == ErrnoNumbers.EACCES ? "this process's user may not open the directory" + owner(path) : null);
    }

    BpfException noMap(String what) {
        return because(
                0, "the pin is not a map but " + what.replace("anon_inode:", "") + ": pass the path of a map's pin");
    }

    BpfException failed(IOException e) {
        String why = e instanceof AccessDeniedException
                ? "this process's user may not do that" + owner(path.getParent())
                : reason(e);
        return BpfException.of(operation)
                .errno(ErrnoNumbers.of(e))
                .because(why)
                .cause(e)
                .build();
    }

    private static @Nullable String reason(IOException e) {
        if (ErrnoNumbers.of(e) != 0) {
            return null;
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : null;
        return reason == null ? e.toString() : reason;
    }

    private String denied(PinAccess access) {
        String what = access == PinAccess.READ_ONLY ? "read" : "read and write";
        String remedy = access == PinAccess.READ_ONLY
                ? "let its owner pin it with PinOptions.withPermissions(\"rw-r--r--\"), and make sure that this user"
                        + " may enter its directories"
                : "open it with PinAccess.READ_ONLY if reading is enough, or let its owner pin it with other PinOptions";
        return "this process's user may not " + what + " it" + owner(path) + "; " + remedy;
    }

    /** The file's permissions and owner, such as {@code : flow is rw------- of user 0, group 0}. Empty if this process can't read them. */
    private static String owner(@Nullable Path file) {
        if (file == null) {
            return "";
        }
        try {
            return ": " + file.getFileName() + " is "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " of user "
                    + Files.getAttribute(file, "unix:uid") + ", group " + Files.getAttribute(file, "unix:gid");
        } catch (IOException e) {
            return "";
        }
    }

    private String notBpf() {
        return "no BPF file system is mounted at " + path.getParent() + ": mount one (" + MOUNT
                + ", as root), and pass a path in it";
    }

    /** Whether the pin's own name has a dot. Only that name counts: the file system may be mounted at a directory with a dot. */
    private boolean hasDot() {
        return String.valueOf(path.getFileName()).contains(".");
    }

    private BpfException because(int errno, @Nullable String why) {
        return BpfException.of(operation).errno(errno).because(why).build();
    }
}
