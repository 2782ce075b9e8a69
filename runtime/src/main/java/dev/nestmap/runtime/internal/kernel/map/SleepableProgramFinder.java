/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads which maps sleepable programs use, which no system call returns. The program of {@code sleepable_users.bpf.c} visits all
 * maps of the kernel, in about 0.3 µs each.
 */
final class SleepableProgramFinder {
    private static final String OPERATION = "search for sleepable programs";

    private static final int BUFFER_SIZE = 4096;

    private SleepableProgramFinder() {}

    /**
     * Returns those of these maps that a sleepable program uses by their names, or did until a moment ago and may still run. Empty if the kernel does not
     * tell: if it refuses the program, because this process lacks CAP_BPF or CAP_PERFMON, for example; and before Linux 6.8.
     *
     * @throws BpfException if a later try may succeed
     */
    static Set<Integer> used(Set<Integer> maps) {
        try (BundledBpfObject object = BundledBpfObject.load("sleepable_users", opened -> {});
                Descriptor link = new Descriptor(
                        LinkCalls.creation(object.program("find_sleepable_users"), 0, AttachType.TRACE_ITER.number())
                                .run());
                Descriptor output = new Descriptor(LinkCalls.iterate(opened(link.fd())))) {
            return found(opened(output.fd()), maps);
        } catch (BpfException e) {
            if (BundledBpfObject.isTransient(e)) {
                throw e;
            }
            WarningLog.RUNTIME.log(Level.DEBUG, OPERATION + " is not possible", e);
            return Set.of();
        }
    }

    private static int opened(int fd) {
        if (fd < 0) {
            throw BpfException.of(-fd, OPERATION).build();
        }
        return fd;
    }

    /** Those of these ids that the program writes. The kernel runs it while its output is read, and returns EAGAIN after a million maps without output. */
    private static Set<Integer> found(int output, Set<Integer> wanted) {
        Set<Integer> found = new HashSet<>();
        OffHeapBlock ids = OffHeapBlock.allocate(BUFFER_SIZE);
        while (true) {
            int count = ids.call(address -> (int) NativeLibraries.libc().read(output, address, BUFFER_SIZE));
            for (int at = 0; at < count; at += Integer.BYTES) {
                found.add(ids.bytes().getInt(at));
            }
            if (count == 0) {
                found.retainAll(wanted);
                return found;
            }
            int errno = count < 0 ? NativeLibraries.lastErrno() : ErrnoNumbers.EAGAIN;
            if (errno != ErrnoNumbers.EAGAIN) {
                throw BpfException.of(errno, OPERATION).build();
            }
        }
    }
}
