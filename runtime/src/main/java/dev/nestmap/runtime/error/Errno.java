/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Error numbers that Linux and libbpf return. The numbers are those of {@code asm-generic/errno.h}, which x86-64, arm64, s390x and
 * riscv64 share. The descriptions are the kernel's; what an error means for one operation is in the message of the {@link BpfException}.
 */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1),

    /** No such file or directory. */
    ENOENT(2),

    /** No such process. */
    ESRCH(3),

    /** Interrupted system call. */
    EINTR(4),

    /** I/O error. */
    EIO(5),

    /** No such device or address. */
    ENXIO(6),

    /** Argument list too long; in BPF: too large, or the map is full. */
    E2BIG(7),

    /** Exec format error. */
    ENOEXEC(8),

    /** Bad file descriptor. */
    EBADF(9),

    /** No child processes. */
    ECHILD(10),

    /** Try again; also known as {@code EWOULDBLOCK}. */
    EAGAIN(11),

    /** Out of memory. */
    ENOMEM(12),

    /** Permission denied. */
    EACCES(13),

    /** Bad address. */
    EFAULT(14),

    /** Block device required. */
    ENOTBLK(15),

    /** Device or resource busy. */
    EBUSY(16),

    /** File exists. */
    EEXIST(17),

    /** Cross-device link. */
    EXDEV(18),

    /** No such device. */
    ENODEV(19),

    /** Not a directory. */
    ENOTDIR(20),

    /** Is a directory. */
    EISDIR(21),

    /** Invalid argument. */
    EINVAL(22),

    /** Too many open files in the system. */
    ENFILE(23),

    /** Too many open files in this process. */
    EMFILE(24),

    /** Not a terminal, or an {@code ioctl} that the file does not know. */
    ENOTTY(25),

    /** Text file busy. */
    ETXTBSY(26),

    /** File too large. */
    EFBIG(27),

    /** No space left on device. */
    ENOSPC(28),

    /** Illegal seek. */
    ESPIPE(29),

    /** Read-only file system. */
    EROFS(30),

    /** Too many links. */
    EMLINK(31),

    /** Broken pipe. */
    EPIPE(32),

    /** Argument out of the domain of a function. */
    EDOM(33),

    /** Result not representable. */
    ERANGE(34),

    /** Resource deadlock would occur; also known as {@code EDEADLOCK}. */
    EDEADLK(35),

    /** File name too long. */
    ENAMETOOLONG(36),

    /** No record locks available. */
    ENOLCK(37),

    /** System call not implemented. */
    ENOSYS(38),

    /** Directory not empty. */
    ENOTEMPTY(39),

    /** Too many symbolic links encountered. */
    ELOOP(40),

    /** No message of desired type. */
    ENOMSG(42),

    /** Identifier removed. */
    EIDRM(43),

    /** Channel number out of range. */
    ECHRNG(44),

    /** Level 2 not synchronized. */
    EL2NSYNC(45),

    /** Level 3 halted. */
    EL3HLT(46),

    /** Level 3 reset. */
    EL3RST(47),

    /** Link number out of range. */
    ELNRNG(48),

    /** Protocol driver not attached. */
    EUNATCH(49),

    /** No CSI structure available. */
    ENOCSI(50),

    /** Level 2 halted. */
    EL2HLT(51),

    /** Invalid exchange. */
    EBADE(52),

    /** Invalid request descriptor. */
    EBADR(53),

    /** Exchange full. */
    EXFULL(54),

    /** No anode. */
    ENOANO(55),

    /** Invalid request code. */
    EBADRQC(56),

    /** Invalid slot. */
    EBADSLT(57),

    /** Bad font file format. */
    EBFONT(59),

    /** Device not a stream. */
    ENOSTR(60),

    /** No data available. */
    ENODATA(61),

    /** Timer expired. */
    ETIME(62),

    /** Out of streams resources. */
    ENOSR(63),

    /** Machine is not on the network. */
    ENONET(64),

    /** Package not installed. */
    ENOPKG(65),

    /** Object is remote. */
    EREMOTE(66),

    /** Link has been severed. */
    ENOLINK(67),

    /** Advertise error. */
    EADV(68),

    /** Error of {@code srmount}. */
    ESRMNT(69),

    /** Communication error on send. */
    ECOMM(70),

    /** Protocol error. */
    EPROTO(71),

    /** Multihop attempted. */
    EMULTIHOP(72),

    /** Error of the remote file system RFS. */
    EDOTDOT(73),

    /** Not a data message. */
    EBADMSG(74),

    /** Value too large for defined data type. */
    EOVERFLOW(75),

    /** Name not unique on network. */
    ENOTUNIQ(76),

    /** File descriptor in bad state. */
    EBADFD(77),

    /** Remote address changed. */
    EREMCHG(78),

    /** Can not access a needed shared library. */
    ELIBACC(79),

    /** Accessing a corrupted shared library. */
    ELIBBAD(80),

    /** Section {@code .lib} in a.out corrupted. */
    ELIBSCN(81),

    /** Attempting to link in too many shared libraries. */
    ELIBMAX(82),

    /** Cannot exec a shared library directly. */
    ELIBEXEC(83),

    /** Illegal byte sequence. */
    EILSEQ(84),

    /** Interrupted system call should be restarted. */
    ERESTART(85),

    /** Streams pipe error. */
    ESTRPIPE(86),

    /** Too many users. */
    EUSERS(87),

    /** Socket operation on non-socket. */
    ENOTSOCK(88),

    /** Destination address required. */
    EDESTADDRREQ(89),

    /** Message too long. */
    EMSGSIZE(90),

    /** Protocol wrong type for socket. */
    EPROTOTYPE(91),

    /** Protocol not available. */
    ENOPROTOOPT(92),

    /** Protocol not supported. */
    EPROTONOSUPPORT(93),

    /** Socket type not supported. */
    ESOCKTNOSUPPORT(94),

    /** Operation not supported; C libraries also call it {@code ENOTSUP}. Not the kernel's own {@link #ENOTSUPP}. */
    EOPNOTSUPP(95),

    /** Protocol family not supported. */
    EPFNOSUPPORT(96),

    /** Address family not supported by protocol. */
    EAFNOSUPPORT(97),

    /** Address already in use. */
    EADDRINUSE(98),

    /** Cannot assign requested address. */
    EADDRNOTAVAIL(99),

    /** Network is down. */
    ENETDOWN(100),

    /** Network is unreachable. */
    ENETUNREACH(101),

    /** Network dropped connection because of reset. */
    ENETRESET(102),

    /** Software caused connection abort. */
    ECONNABORTED(103),

    /** Connection reset by peer. */
    ECONNRESET(104),

    /** No buffer space available. */
    ENOBUFS(105),

    /** Transport endpoint is already connected. */
    EISCONN(106),

    /** Transport endpoint is not connected. */
    ENOTCONN(107),

    /** Cannot send after transport endpoint shutdown. */
    ESHUTDOWN(108),

    /** Too many references, cannot splice. */
    ETOOMANYREFS(109),

    /** Connection timed out. */
    ETIMEDOUT(110),

    /** Connection refused. */
    ECONNREFUSED(111),

    /** Host is down. */
    EHOSTDOWN(112),

    /** No route to host. */
    EHOSTUNREACH(113),

    /** Operation already in progress. */
    EALREADY(114),

    /** Operation now in progress. */
    EINPROGRESS(115),

    /** Stale file handle. */
    ESTALE(116),

    /** Structure needs cleaning. */
    EUCLEAN(117),

    /** Not a XENIX named type file. */
    ENOTNAM(118),

    /** No XENIX semaphores available. */
    ENAVAIL(119),

    /** Is a named type file. */
    EISNAM(120),

    /** Remote I/O error. */
    EREMOTEIO(121),

    /** Quota exceeded. */
    EDQUOT(122),

    /** No medium found. */
    ENOMEDIUM(123),

    /** Wrong medium type. */
    EMEDIUMTYPE(124),

    /** Operation canceled. */
    ECANCELED(125),

    /** Required key not available. */
    ENOKEY(126),

    /** Key has expired. */
    EKEYEXPIRED(127),

    /** Key has been revoked. */
    EKEYREVOKED(128),

    /** Key was rejected by service. */
    EKEYREJECTED(129),

    /** Owner died. */
    EOWNERDEAD(130),

    /** State not recoverable. */
    ENOTRECOVERABLE(131),

    /** Operation not possible due to RF-kill. */
    ERFKILL(132),

    /** Memory page has hardware error. */
    EHWPOISON(133),

    /**
     * Operation not supported. The kernel defines it for internal use, but BPF returns it to user space; C libraries have no name for it.
     */
    ENOTSUPP(524),

    /** libelf failed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__LIBELF(4000),

    /** The object file has an invalid format ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__FORMAT(4001),

    /** The section {@code version} is missing or wrong ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__KVERSION(4002),

    /** The object file has another byte order than this machine ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__ENDIAN(4003),

    /** Internal error of libbpf ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__INTERNAL(4004),

    /** A relocation failed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__RELOC(4005),

    /** A program could not be loaded, for an unknown reason ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__LOAD(4006),

    /** The verifier rejected a program ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__VERIFY(4007),

    /** A program is too large ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__PROG2BIG(4008),

    /** The kernel version is wrong ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__KVER(4009),

    /** The kernel does not support this program type ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__PROGTYPE(4010),

    /** A netlink message has the wrong process id ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__WRNGPID(4011),

    /** A netlink message has an invalid sequence number ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__INVSEQ(4012),

    /** A netlink message could not be parsed ({@code bpf/libbpf.h}). */
    LIBBPF_ERRNO__NLPARSE(4013);

    private static final Map<Integer, Errno> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Errno::number, Function.identity()));

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** {@return the number, positive: 7 for {@code E2BIG}} */
    public int number() {
        return number;
    }

    /**
     * Returns the constant with a number.
     *
     * @param number a positive number; system calls that return it negative need a change of sign
     * @return null if no constant has the number
     */
    public static @Nullable Errno of(int number) {
        return BY_NUMBER.get(number);
    }
}
