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

/** Why something can't be done with a pin, and what to do. The kernel says little more than EPERM and EACCES. */
final class PinErrors {
    /** {@code linux/magic.h}. */
    private static final int BPF_FS_MAGIC = 0xcafe4a11;

    /** {@code struct statfs} begins with the magic number, in 64 bits, or in 32 on s390; with room for all that follows. */
    private static final int STATFS_SIZE = 256;

    private static final String MOUNT = "mount -t bpf bpf /sys/fs/bpf";

    private final String operation;
    private final Path path;

    PinErrors(String operation, Path path) {
        this.operation = operation;
        this.path = path;
    }

    /** Whether this file, which has to be there, is of a BPF file system. */
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

    /** A link is followed by the kernel, perhaps out of a directory that somebody else may write to. */
    void refuseSymbolicLink() {
        if (Files.isSymbolicLink(path)) {
            throw because(0, "it is a symbolic link; give the path of the pin itself");
        }
    }

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
            return "something is pinned there already: open it and use that map, or remove it (rm " + path
                    + ", and of an outer map" + " what begins with " + path + "-)";
        }
        if (errno == ErrnoNumbers.EPERM) {
            return hasDot()
                    ? "the kernel keeps names with a dot for itself; choose one without"
                    : "pinning takes CAP_BPF: run as root or with it";
        }
        return errno == ErrnoNumbers.EACCES
                ? "this process's user may not write to its directory" + owner(path.getParent())
                : null;
    }

    BpfException openFailed(int errno, PinAccess access) {
        if (Files.isDirectory(path)) {
            return because(errno, "it is a directory; give the path of one pin");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isBpf(path)) {
            return because(errno, "it is no pin: " + notBpf());
        }
        if (errno == ErrnoNumbers.EACCES || errno == ErrnoNumbers.EPERM) {
            return because(errno, denied(access));
        }
        return because(errno, null);
    }

    /** The path is a directory. */
    BpfException lockFailed(int errno) {
        return because(
                errno, errno == ErrnoNumbers.EACCES ? "this process's user may not open it" + owner(path) : null);
    }

    BpfException noMap(String what) {
        return because(
                0,
                "what is pinned there is no map but " + what.replace("anon_inode:", "")
                        + "; give the path of a map's pin");
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
                ? "have its owner pin it with PinOptions.withPermissions(\"rw-r--r--\"), and run where its directories may"
                        + " be entered"
                : "open it by PinAccess.READ_ONLY if reading will do, or have its owner pin it with other PinOptions";
        return "this process's user may not " + what + " it" + owner(path) + "; " + remedy;
    }

    /** {@code : it is rw------- of user 0, group 0}, as far as this process can see. */
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
        return "there is no BPF file system at " + path.getParent() + "; mount one (" + MOUNT
                + ", as root), and give a path in it";
    }

    /** Of the pin itself: there are no directories with a dot in a BPF file system, but it may be mounted at one. */
    private boolean hasDot() {
        return String.valueOf(path.getFileName()).contains(".");
    }

    private BpfException because(int errno, @Nullable String why) {
        return BpfException.of(operation).errno(errno).because(why).build();
    }
}
