/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static dev.nestmap.runtime.error.Errno.E2BIG;
import static dev.nestmap.runtime.error.Errno.EACCES;
import static dev.nestmap.runtime.error.Errno.EBUSY;
import static dev.nestmap.runtime.error.Errno.EINTR;
import static dev.nestmap.runtime.error.Errno.EINVAL;
import static dev.nestmap.runtime.error.Errno.EMFILE;
import static dev.nestmap.runtime.error.Errno.ENFILE;
import static dev.nestmap.runtime.error.Errno.ENOLCK;
import static dev.nestmap.runtime.error.Errno.ENOMEM;
import static dev.nestmap.runtime.error.Errno.ENOSPC;
import static dev.nestmap.runtime.error.Errno.EPERM;
import static dev.nestmap.runtime.error.Errno.EROFS;

import dev.nestmap.runtime.error.Errno;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The system calls with which libbpf, Java and Nestmap reach maps, programs and pins, and the errors that tests give them. An errno that
 * only says that something does not exist, or exists already, is not an error of the call and is left out.
 *
 * <p>{@code close} is missing: Linux closes the descriptor whatever the call returns ({@code close(2)}).
 */
public enum SystemCall {
    MAP_CREATE(bpf(0), true, EPERM, ENOMEM, E2BIG, EMFILE),
    MAP_LOOKUP_ELEM(bpf(1), false, ENOMEM, EPERM),
    MAP_UPDATE_ELEM(bpf(2), true, ENOMEM, EBUSY, EPERM, E2BIG),
    MAP_DELETE_ELEM(bpf(3), true, EBUSY, EPERM),
    MAP_GET_NEXT_KEY(bpf(4), false, ENOMEM, EPERM),
    PROG_LOAD(bpf(5), true, ENOMEM, EACCES, EPERM, E2BIG, EINVAL),
    OBJ_PIN(bpf(6), true, ENOSPC, EPERM, EACCES, ENOMEM),
    OBJ_GET(bpf(7), false, EMFILE, EACCES, ENOMEM),
    PROG_ATTACH(bpf(8), true, EPERM, EBUSY),
    PROG_TEST_RUN(bpf(10), true, ENOMEM, EINTR),
    PROG_GET_FD_BY_ID(bpf(13), false, EMFILE, ENOMEM),
    MAP_GET_FD_BY_ID(bpf(14), false, EPERM, EMFILE),
    OBJ_GET_INFO_BY_FD(bpf(15), false, ENOMEM, EPERM),
    PROG_QUERY(bpf(16), false, EPERM, ENOMEM),
    RAW_TRACEPOINT_OPEN(bpf(17), true, ENOMEM, EPERM, EINVAL, EMFILE),
    BTF_LOAD(bpf(18), true, ENOMEM, EPERM, EMFILE),
    BTF_GET_FD_BY_ID(bpf(19), false, EPERM, EMFILE),
    MAP_LOOKUP_AND_DELETE_ELEM(bpf(21), true, ENOMEM, EPERM),
    MAP_FREEZE(bpf(22), true, EBUSY, EPERM),
    MAP_LOOKUP_BATCH(bpf(24), false, ENOMEM, EPERM),
    MAP_LOOKUP_AND_DELETE_BATCH(bpf(25), true, ENOMEM, EPERM),
    MAP_UPDATE_BATCH(bpf(26), true, ENOMEM, EBUSY, EPERM, E2BIG),
    MAP_DELETE_BATCH(bpf(27), true, EBUSY, EPERM),
    LINK_CREATE(bpf(28), true, ENOMEM, EPERM, EBUSY, EINVAL, EMFILE),
    LINK_UPDATE(bpf(29), true, EPERM, EBUSY, EINVAL),
    LINK_GET_FD_BY_ID(bpf(30), false, EMFILE, ENOMEM),
    LINK_GET_NEXT_ID(bpf(31), false, ENOMEM),
    ITER_CREATE(bpf(33), false, EMFILE, EPERM, ENOMEM),
    LINK_DETACH(bpf(34), true, EPERM, ENOMEM),
    /** Without ENODEV, which only says that the CPU is offline. */
    PERF_EVENT_OPEN(number(298, 241), true, EMFILE, EACCES),
    /** Only of a descriptor for a path, of a directory, and with {@code O_CLOEXEC}: see {@link WatchedThread}. */
    OPENAT(number(257, 56), false, EMFILE, ENFILE, EACCES, ENOMEM),
    STATX(number(332, 291), false, ENOMEM, EACCES),
    FSTATFS(number(138, 44), false, ENOMEM, EINTR),
    READLINK(number(89, 78), false, ENOMEM, EACCES),
    GETDENTS(number(217, 61), false, ENOMEM, EINTR),
    UTIMENSAT(number(280, 88), true, EPERM, EROFS),
    FLOCK(number(73, 32), true, ENOLCK, EINTR),
    MKDIR(number(258, 34), true, ENOSPC, EACCES, EROFS),
    UNLINK(number(263, 35), true, EPERM, EROFS, EBUSY),
    RENAME(number(264, 38), true, EPERM, ENOMEM, EROFS),
    RENAME_NEW(number(316, 276), true, EPERM, ENOMEM, EROFS),
    LINK(number(265, 37), true, EPERM, ENOSPC, EROFS),
    SYMLINK(number(266, 36), true, EPERM, ENOSPC, EROFS),
    CHMOD(number(90, 53), true, EPERM, EROFS),
    CHOWN(number(92, 54), true, EPERM, EROFS),
    /** How Java makes files safe and changes their names; Nestmap's own calls of pins are above. Tests of files look for them by name. */
    FSYNC(number(74, 82), false),
    RENAME_PATH(number(82, 38), false),
    UNLINK_PATH(number(87, 35), false),
    /** Only {@code F_DUPFD_CLOEXEC}. */
    FCNTL(number(72, 25), false, EMFILE),
    DUP3(number(292, 24), false, EBUSY),
    /** Only shared mappings of a file. */
    MMAP(number(9, 222), false, ENOMEM, EPERM, EINVAL);

    /** The number of bpf(2) on x86-64 and on arm64. */
    private static final Numbers BPF = number(321, 280);

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private final Numbers number;

    private final boolean changes;

    @SuppressWarnings("ImmutableEnumChecker") // List.of never changes
    private final List<Errno> errors;

    SystemCall(Numbers number, boolean changes, Errno... errors) {
        this.number = number;
        this.changes = changes;
        this.errors = List.of(errors);
    }

    /**
     * A call's numbers.
     *
     * @param command first argument of bpf(2), or -1
     */
    private record Numbers(int x86, int arm, int command) {
        int here() {
            return "aarch64".equals(System.getProperty("os.arch")) ? arm : x86;
        }
    }

    private static Numbers number(int x86, int arm) {
        return new Numbers(x86, arm, -1);
    }

    private static Numbers bpf(int command) {
        return new Numbers(321, 280, command);
    }

    /** The errors that the call can return. */
    public List<Errno> errors() {
        return errors;
    }

    /** Whether the call changes something that another call, thread or process can observe. */
    public boolean changes() {
        return changes;
    }

    /** The numbers of all calls on this machine. */
    static IntStream numbers() {
        return Arrays.stream(values())
                .mapToInt(call -> call.number.here())
                .filter(number -> number >= 0)
                .distinct();
    }

    /**
     * The call with a number.
     *
     * @param argument its first argument
     */
    static Optional<SystemCall> of(int number, long argument) {
        return Arrays.stream(values())
                .filter(call -> call.number.here() == number)
                .filter(call -> number != BPF.here() || call.number.command == argument)
                .findFirst();
    }
}
