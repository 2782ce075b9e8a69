/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.pin.MapAccess;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an operation on a pin failed, with advice, because the kernel's errno is often only EPERM or EACCES.
 *
 * @param path the path of the pin or directory
 */
record PinErrors(String operation, Path path) {
    private static final String MOUNT = "mount -t bpf -o mode=0711 bpf /sys/fs/bpf";

    /** What a process can do that may not open the directory of a lock. */
    private static final String WITHOUT_LOCK =
            ". Without this lock, Nestmap can't detect another instance that uses the same pins, and nothing was changed. Run this"
                    + " process as the user of the directory, let its group use the pins (PinOptions.withPermissions), or grant it"
                    + " CAP_DAC_OVERRIDE";

    /** Throws if the directory of the pin is not in a BPF file system. */
    void requireBpf(PathDescriptor directory) throws PathException {
        if (!directory.isBpf()) {
            throw wrongUse(notBpf(directory.path()));
        }
    }

    /** Throws if a file can't be a pin. The kernel would follow a symbolic link, perhaps to a place that another user controls. */
    void requirePin(PathDescriptor file) throws PathException {
        if (file.status().isLink()) {
            throw wrongUse("the path is a symbolic link: pass the path of the pin itself");
        }
        if (file.status().isDirectory()) {
            throw wrongUse("the path is a directory: pass the path of one pin");
        }
        if (!file.isBpf()) {
            throw wrongUse("the path is not a pin: " + notBpf(file.path().getParent()));
        }
    }

    BpfException pinFailed(int errno) {
        return because(errno, pinRefusal(errno));
    }

    private @Nullable String pinRefusal(int errno) {
        if (errno == ErrnoNumbers.EPERM) {
            return LinuxCapability.denied(
                    "pinning requires CAP_BPF: run as root or with that capability", LinuxCapability.CAP_BPF);
        }
        return errno == ErrnoNumbers.EACCES
                ? notWritable(path.getParent())
                : ErrorTable.KERNEL.explanation("PIN", errno);
    }

    /** The explanation for a directory in which this process may not create a file. */
    static String notWritable(@Nullable Path directory) {
        int user = NativeLibraries.libc().geteuid();
        return "this process's user may not write to the directory" + owner(directory)
                + "; pin below a directory of user " + user
                + ", which root makes with mkdir -m 0700 DIRECTORY && chown " + user + " DIRECTORY";
    }

    BpfException openFailed(int errno, KernelPins.Type type, MapAccess access) {
        return because(errno, isDenied(errno) ? denied(type, access) : null);
    }

    BpfException openFailed(IOException e, KernelPins.Type type, MapAccess access) {
        return e instanceof PathException failure && isDenied(failure.errno())
                ? openFailed(failure.errno(), type, access)
                : failed(e);
    }

    private static boolean isDenied(int errno) {
        return errno == ErrnoNumbers.EACCES || errno == ErrnoNumbers.EPERM;
    }

    /** For a path that is a directory. */
    BpfException lockFailed(int errno) {
        return because(
                errno,
                errno == ErrnoNumbers.EACCES
                        ? "this process's user may not open the directory" + owner(path) + WITHOUT_LOCK
                        : null);
    }

    BpfException lockFailed(IOException e) {
        return failed(e, WITHOUT_LOCK);
    }

    /** For a pin of another type: {@code map}, or {@code link: XDP, program watch}. */
    BpfException wrongType(KernelPins.Type type, String found) {
        return switch (type) {
            case MAP -> new NotAMapException(operation, found);
            case PROGRAM -> wrongUse("the pin is not a program but a " + found);
            case LINK ->
                wrongUse("the pin is not a link but a " + found
                        + ": pass another path. Nestmap leaves the pin as it is");
        };
    }

    BpfException failed(IOException e) {
        return failed(e, "");
    }

    /** @param ifDenied what follows the explanation of EACCES */
    private BpfException failed(IOException e, String ifDenied) {
        int errno = e instanceof PathException failure ? failure.errno() : 0;
        String reason = reason(e, errno);
        String why = reason == null && isDenied(errno)
                ? "this process's user may not do that" + owner(path.getParent())
                : reason;
        BpfException.Builder failure = e instanceof PathException && errno == 0
                ? BpfException.of(Reason.WRONG_USE, operation)
                : BpfException.of(errno, operation);
        return failure.cause(e).because(errno == ErrnoNumbers.EACCES ? why + ifDenied : why);
    }

    /** Explains why two generations of a set could not be exchanged. */
    BpfException exchangeFailed(PathException e) {
        String why = ErrorTable.KERNEL.explanation("EXCHANGE", e.errno());
        return why == null ? failed(e) : because(e.errno(), why.replace("{path}", path.toString()));
    }

    private static @Nullable String reason(IOException e, int errno) {
        String ofFileSystem = ErrorTable.KERNEL.explanation("PATH", errno);
        if (ofFileSystem != null) {
            return ofFileSystem;
        }
        if (e instanceof NotDirectoryException failure) {
            return failure.getFile() + " is not a directory";
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : null;
        return reason == null && errno == 0 ? e.toString() : reason;
    }

    private String denied(KernelPins.Type type, MapAccess access) {
        if (type != KernelPins.Type.MAP) {
            return "this process's user may not open it" + owner(path)
                    + "; let the process that pins it use PinOptions with other permissions or another owner";
        }
        String what = access == MapAccess.READ_ONLY ? "read" : "read and write";
        String remedy = access == MapAccess.READ_ONLY
                ? "let its owner pin it with PinOptions.withPermissions(\"rw-r--r--\"), which may let all users write to it,"
                        + " and make sure that this user may enter its directories; or get its entries from its owner"
                : "if reading is enough, open it with MapAccess.READ_ONLY. Otherwise, let its owner pin it with other PinOptions. If root's"
                        + " `nestmap drain` was killed here, let root run that command again with the same file";
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

    /** The explanation for a directory that is not in a BPF file system. */
    static String notBpf(@Nullable Path directory) {
        return "no BPF file system is mounted at " + directory + ": mount one (" + MOUNT
                + ", as root), and pass a path in it. ip netns exec hides it: use nsenter --net=/run/netns/NAME COMMAND instead";
    }

    /**
     * Throws if a pin or directory must not be created with this name. The kernel refuses names with a dot ({@code bpf_lookup} in {@code
     * kernel/bpf/inode.c}), and nobody could type one with a control character, or read it in a message.
     */
    static void requireName(Path directory, String name) throws PathException {
        String wrong = null;
        if (name.indexOf('.') >= 0) {
            wrong = "has a dot, and a BPF file system reserves names with dots";
        } else if (name.chars().anyMatch(Character::isISOControl)) {
            wrong = "has a control character";
        }
        if (wrong != null) {
            String shown = name.replaceAll("\\p{Cntrl}", "?");
            throw new PathException(
                    directory, 0, "the name \"" + shown + "\" in " + directory + " " + wrong + ": choose another name");
        }
    }

    private BpfException wrongUse(String why) {
        return BpfException.of(Reason.WRONG_USE, operation).because(why);
    }

    private BpfException because(int errno, @Nullable String why) {
        return BpfException.of(errno, operation).because(why);
    }
}
