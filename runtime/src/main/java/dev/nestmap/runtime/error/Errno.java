/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Error numbers that BPF, the file systems of its pins, and libbpf return. For other numbers, see {@link BpfException#errnoNumber}. The
 * numbers come from {@code asm-generic/errno.h}, which x86-64, arm64, s390x and riscv64 share. The descriptions come from the kernel and
 * are general. The message of a {@link BpfException} explains the error in its operation.
 */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1, Reason.NOT_PERMITTED),

    /** No such file or directory. */
    ENOENT(2, Reason.NOT_FOUND),

    /** No such process. */
    ESRCH(3, Reason.NOT_FOUND),

    /** Interrupted system call. */
    EINTR(4, Reason.BUSY),

    /** I/O error. */
    EIO(5),

    /** No such device or address. */
    ENXIO(6, Reason.NOT_FOUND),

    /** Argument list too long; in BPF: too large, or the map is full. */
    E2BIG(7, Reason.FULL),

    /** Bad file descriptor; in BPF: a descriptor that was passed as an entry is closed, or of the wrong kind for the map. */
    EBADF(9, Reason.CLOSED),

    /** Try again; also known as {@code EWOULDBLOCK}. */
    EAGAIN(11, Reason.BUSY),

    /** Out of memory. */
    ENOMEM(12, Reason.FULL),

    /** Permission denied; in BPF: the verifier rejected a program, or this user may not read the pin. */
    EACCES(13, Reason.NOT_PERMITTED),

    /** Bad address. */
    EFAULT(14),

    /** Device or resource busy. */
    EBUSY(16, Reason.BUSY),

    /** File exists. */
    EEXIST(17, Reason.ALREADY_EXISTS),

    /** Cross-device link. */
    EXDEV(18),

    /** No such device. */
    ENODEV(19, Reason.NOT_FOUND),

    /** Not a directory. */
    ENOTDIR(20, Reason.WRONG_USE),

    /** Is a directory. */
    EISDIR(21, Reason.WRONG_USE),

    /** Invalid argument. */
    EINVAL(22),

    /** Too many open files in the system. */
    ENFILE(23, Reason.FULL),

    /** Too many open files in this process. */
    EMFILE(24, Reason.FULL),

    /** Not a terminal, or an {@code ioctl} that the file does not know. */
    ENOTTY(25),

    /** File too large. */
    EFBIG(27),

    /** No space left on device; in BPF: an LPM trie or a ring buffer is full, or the kernel has no memory for a pin. */
    ENOSPC(28, Reason.FULL),

    /** Read-only file system. */
    EROFS(30),

    /** Result not representable. */
    ERANGE(34),

    /** Resource deadlock would occur; also known as {@code EDEADLOCK}. */
    EDEADLK(35, Reason.BUSY),

    /** File name too long. */
    ENAMETOOLONG(36, Reason.WRONG_USE),

    /** No record locks available. */
    ENOLCK(37, Reason.FULL),

    /** System call not implemented. */
    ENOSYS(38, Reason.NOT_SUPPORTED),

    /** Directory not empty. */
    ENOTEMPTY(39),

    /** Too many symbolic links encountered. */
    ELOOP(40, Reason.WRONG_USE),

    /** No data available. */
    ENODATA(61),

    /** Link has been severed. */
    ENOLINK(67, Reason.CLOSED),

    /** Protocol error. */
    EPROTO(71),

    /** Value too large for defined data type. */
    EOVERFLOW(75),

    /** Illegal byte sequence. */
    EILSEQ(84),

    /** Socket operation on non-socket. */
    ENOTSOCK(88, Reason.WRONG_USE),

    /** Message too long. */
    EMSGSIZE(90),

    /** Protocol not supported. */
    EPROTONOSUPPORT(93, Reason.NOT_SUPPORTED),

    /** Operation not supported; C libraries also call it {@code ENOTSUP}. Different from the kernel's internal {@link #ENOTSUPP}. */
    EOPNOTSUPP(95, Reason.NOT_SUPPORTED),

    /** Address family not supported by protocol. */
    EAFNOSUPPORT(97, Reason.NOT_SUPPORTED),

    /** Address already in use. */
    EADDRINUSE(98, Reason.ALREADY_EXISTS),

    /** Cannot assign requested address. */
    EADDRNOTAVAIL(99),

    /** Network is down. */
    ENETDOWN(100),

    /** No buffer space available. */
    ENOBUFS(105, Reason.FULL),

    /** Connection timed out. */
    ETIMEDOUT(110, Reason.BUSY),

    /** Stale file handle. */
    ESTALE(116),

    /** Quota exceeded. */
    EDQUOT(122, Reason.FULL),

    /** Key was rejected by service. */
    EKEYREJECTED(129),

    /** Operation not supported. An internal error of the kernel that BPF returns to user space; C libraries have no name for it. */
    ENOTSUPP(524, Reason.NOT_SUPPORTED),

    /** libelf failed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__LIBELF(4000),

    /** The object file has an invalid format ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__FORMAT(4001),

    /** The section {@code version} is missing or wrong ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__KVERSION(4002),

    /** The object file has a different byte order than this machine ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__ENDIAN(4003),

    /** Internal error of libbpf ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__INTERNAL(4004),

    /** A relocation failed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__RELOC(4005),

    /** A program could not be loaded, for an unknown reason ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__LOAD(4006),

    /** The verifier rejected a program ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__VERIFY(4007, Reason.REJECTED_BY_VERIFIER),

    /** A program is too large ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__PROG2BIG(4008),

    /** The kernel version is wrong ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__KVER(4009),

    /** The kernel does not support this program type ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__PROGTYPE(4010, Reason.NOT_SUPPORTED),

    /** A netlink message has the wrong process id ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__WRNGPID(4011),

    /** A netlink message has an invalid sequence number ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__INVSEQ(4012),

    /** A netlink message could not be parsed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__NLPARSE(4013);

    private static final Map<Integer, Errno> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Errno::number, Function.identity()));

    private final int number;

    private final Reason usualReason;

    Errno(int number) {
        this(number, Reason.SYSTEM_CALL);
    }

    Errno(int number, Reason usualReason) {
        this.number = number;
        this.usualReason = usualReason;
    }

    /** {@return the number, positive: 7 for {@code E2BIG}} */
    public int number() {
        return number;
    }

    /**
     * Returns the constant with a number.
     *
     * @param number a positive number; negate the negative result of a system call
     * @return null if no constant has the number
     */
    public static @Nullable Errno of(int number) {
        return BY_NUMBER.get(number);
    }

    /** The usual reason for an error with this number; 0 stands for one without a number. */
    static Reason usualReason(int number) {
        Errno known = of(number);
        return known == null ? Reason.SYSTEM_CALL : known.usualReason;
    }
}
