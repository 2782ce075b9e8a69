/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Explanations, by errno, of why libbpf or the kernel rejects an operation on an object or a program.
 *
 * @param wrongUses the errnos that say that the object or the input is wrong
 */
record ObjectErrors(Set<Integer> wrongUses, Map<Integer, String> explanations) {
    private static final String NO_OBJECT =
            "the file is not a BPF object file: compile it with clang -g -O2 -target bpf -c";
    static final ObjectErrors OPEN = new ObjectErrors(
            Set.of(
                    ErrnoNumbers.LIBBPF_ERRNO__LIBELF,
                    ErrnoNumbers.LIBBPF_ERRNO__FORMAT,
                    ErrnoNumbers.LIBBPF_ERRNO__ENDIAN,
                    ErrnoNumbers.ENOENT,
                    ErrnoNumbers.EINVAL),
            Map.ofEntries(
                    Map.entry(ErrnoNumbers.LIBBPF_ERRNO__LIBELF, NO_OBJECT),
                    Map.entry(ErrnoNumbers.LIBBPF_ERRNO__FORMAT, NO_OBJECT),
                    Map.entry(
                            ErrnoNumbers.ENOENT,
                            "the object uses a function or variable that it does not define, such as a program for a slot of a"
                                    + " program array: libbpf's log below names it"),
                    Map.entry(
                            ErrnoNumbers.EINVAL,
                            "libbpf can't parse the object: its log below says which part. If it can't determine a size, nestmap check OBJECT"
                                    + " names the type"),
                    Map.entry(
                            ErrnoNumbers.EOPNOTSUPP,
                            "libbpf does not know a part of the object, or no longer supports it: its log below names it. A newer libbpf"
                                    + " may know it"),
                    Map.entry(
                            ErrnoNumbers.LIBBPF_ERRNO__ENDIAN,
                            "the object was compiled for another byte order: compile it with clang -target bpf on a machine"
                                    + " with this one's byte order")));
    static final ObjectErrors LOAD = new ObjectErrors(
            Set.of(ErrnoNumbers.EINVAL, ErrnoNumbers.E2BIG),
            Map.of(
                    ErrnoNumbers.EPERM,
                    "loading requires CAP_BPF, and CAP_NET_ADMIN for network programs or CAP_PERFMON for tracing programs",
                    ErrnoNumbers.ESRCH,
                    "the kernel has no function, tracepoint, hook or iterator with the name that a section names: libbpf's log below"
                            + " says which",
                    ErrnoNumbers.EACCES,
                    "the kernel's verifier rejected a program: its log below says why",
                    ErrnoNumbers.EINVAL,
                    "the kernel rejected a map or a program: libbpf's log below says which",
                    ErrnoNumbers.E2BIG,
                    "a program is too complex for the verifier, or a map is too large for the kernel: libbpf's log"
                            + " below says which",
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for the object: check max_entries of its maps and the memory limit of"
                            + " this process's control group",
                    ErrnoNumbers.ENOTSUPP,
                    "this kernel does not support a feature that a map or a program uses: libbpf's log below names the map or program. nestmap"
                            + " check OBJECT lists the kernel's rules that a map breaks"));
    static final ObjectErrors TEST_RUN = new ObjectErrors(
            Set.of(ErrnoNumbers.EINVAL, ErrnoNumbers.ENOSPC, ErrnoNumbers.ENOMEM, ErrnoNumbers.E2BIG),
            Map.of(
                    ErrnoNumbers.EPERM,
                            "test runs require CAP_BPF, and CAP_NET_ADMIN for network programs: run as root or with these capabilities",
                    ErrnoNumbers.EINVAL,
                            "the kernel rejects this input: a packet needs at least 14 bytes and at most a page; a program that"
                                    + " reads no packet must get none and can't be repeated; a context must have the size of the"
                                    + " program's context",
                    ErrnoNumbers.ENOTSUPP,
                            "the kernel can't test-run programs of this type: attach the program instead",
                    ErrnoNumbers.ENOSPC,
                            "the program made the packet longer than the buffer for it, or the context is smaller than the program's",
                    ErrnoNumbers.ENOMEM, "the packet is too long for the kernel: pass a shorter one",
                    ErrnoNumbers.ENODEV,
                            "this network namespace has no interface with the index that the context names (ingress_ifindex): ip link lists them",
                    ErrnoNumbers.E2BIG, "the context is larger than the program's"));
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
        String why = explanation == null ? explanations.get(errno) : explanation;
        if (why != null && errno == ErrnoNumbers.EPERM) {
            why = explanation == null ? LinuxCapability.denied(why) : why + LinuxCapability.lacking();
        }
        Reason known = reason == null && wrongUses.contains(errno) ? Reason.WRONG_USE : reason;
        return (known == null
                        ? BpfException.of(errno, operation)
                        : BpfException.of(known, operation).errno(errno))
                .refusedBy(refuser)
                .because(why)
                .log(log)
                .build();
    }
}
