/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why libbpf or the kernel rejects an operation on an object or a program. */
record ObjectErrors(List<ErrorTable.Row> rows) {
    static final ObjectErrors OPEN = new ObjectErrors(ErrorTable.KERNEL.rows("OPEN"));
    static final ObjectErrors LOAD = new ObjectErrors(ErrorTable.KERNEL.rows("LOAD"));
    static final ObjectErrors TEST_RUN = new ObjectErrors(ErrorTable.KERNEL.rows("TEST_RUN"));

    /** Returns the exception for this errno, a positive number. */
    BpfException failed(String operation, int errno, List<String> log) {
        return failed(null, operation, null, errno, null, log);
    }

    /**
     * Returns the exception for this errno, a positive number.
     *
     * @param reason null for the usual reason of the errno
     * @param refuser who returned the errno; null if the message need not say it
     * @param explanation replaces the table's; null for the table's
     */
    BpfException failed(
            @Nullable Reason reason,
            String operation,
            @Nullable String refuser,
            int errno,
            @Nullable String explanation,
            List<String> log) {
        ErrorTable.Row row =
                rows.stream().filter(known -> known.has(errno)).findFirst().orElse(null);
        String why = explanation == null && row != null ? row.explanation() : explanation;
        if (why != null && errno == ErrnoNumbers.EPERM) {
            why = explanation == null ? LinuxCapability.denied(why) : why + LinuxCapability.lacking();
        }
        Reason known = reason == null && row != null ? row.reason() : reason;
        return (known == null
                        ? BpfException.of(errno, operation)
                        : BpfException.of(known, operation).errno(errno))
                .refusedBy(refuser)
                .log(log)
                .because(why);
    }
}
