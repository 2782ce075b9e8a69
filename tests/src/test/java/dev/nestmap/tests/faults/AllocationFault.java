/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes the kernel's n-th allocation of memory for a thread fail, in whatever system call it is ({@code /proc/PID/fail-nth}, see
 * Documentation/fault-injection in the kernel's source).
 */
final class AllocationFault implements Fault {
    /** Takes the number of the allocation that fails, and says how many are left until then; 0 afterwards. */
    static final Path FAIL_NTH = Path.of("/proc/thread-self/fail-nth");

    /**
     * A failed allocation is ENOMEM, ENOSPC for a new pin or directory ({@code bpf_get_inode}), ENFILE for a socket ({@code sock_create}),
     * and ENOBUFS for a message of netlink.
     */
    private static final Set<Errno> ERRORS = EnumSet.of(Errno.ENOMEM, Errno.ENOSPC, Errno.ENFILE, Errno.ENOBUFS);

    private static final Pattern WITHOUT_REASON = Pattern.compile("(libbpf|Java) can't read");

    private final int allocation;
    private volatile int left;

    /** @param allocation which allocation fails, counted from 1 */
    AllocationFault(int allocation) {
        this.allocation = allocation;
    }

    @Override
    public void run(WatchedThread thread, Runnable action) {
        thread.run(call -> null, () -> {
            // Opened before, because opening allocates memory too. The kernel can't seek in this file.
            try (RandomAccessFile remaining = new RandomAccessFile(FAIL_NTH.toFile(), "r");
                    RandomAccessFile nth = new RandomAccessFile(FAIL_NTH.toFile(), "rw")) {
                nth.write(String.valueOf(allocation).getBytes(StandardCharsets.US_ASCII));
                try {
                    action.run();
                } finally {
                    byte[] number = new byte[16];
                    int length = remaining.read(number);
                    nth.write('0');
                    left = Integer.parseInt(new String(number, 0, length, StandardCharsets.US_ASCII).strip());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public boolean hasOccurred() {
        return left == 0;
    }

    /** How many allocations there were, if this one has not occurred. */
    int allocations() {
        return allocation - left;
    }

    @Override
    public boolean isLasting() {
        return false;
    }

    /** Java's exceptions have no errno. Its class loader and older versions of libbpf don't say why they can't read a file. */
    @Override
    public boolean isCauseOf(BpfException e) {
        return (e.errno() != null && ERRORS.contains(e.errno()))
                || isUnexplained(e)
                || e.getCause() instanceof IOException
                || WITHOUT_REASON.matcher(String.valueOf(e.getMessage())).find();
    }

    /**
     * Linux 6.12.117 returned EEXIST for 3 of 6,900 failed allocations, always from bpf(2) for a new map and its types. Where in the kernel
     * is not known.
     */
    private static boolean isUnexplained(BpfException e) {
        return e.errno() == Errno.EEXIST && String.valueOf(e.getMessage()).startsWith("creation of map ");
    }

    @Override
    public String toString() {
        return "allocation number " + allocation;
    }
}
