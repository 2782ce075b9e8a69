/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Capabilities;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done with objects, programs and ids, and why libbpf or the kernel refuses it, by errno. */
final class ObjectErrors {
    private static final String NO_OBJECT = "this is no BPF object file: compile it with clang -g -O2 -target bpf -c";
    private static final String ATTACHING_TAKES =
            "attaching takes CAP_BPF, and CAP_PERFMON for tracing or CAP_NET_ADMIN for network programs: run as root or"
                    + " with them; some hosts deny tracing even then (sysctl kernel.perf_event_paranoid, lockdown)";

    static final ObjectErrors OPEN = new ObjectErrors(Map.ofEntries(
            Map.entry(ErrnoNumbers.LIBBPF_ERRNO__LIBELF, NO_OBJECT),
            Map.entry(ErrnoNumbers.LIBBPF_ERRNO__FORMAT, NO_OBJECT),
            Map.entry(
                    ErrnoNumbers.ENOENT,
                    "the object uses a function or variable that it does not define, such as a program that is to be in a slot"
                            + " of a program array: libbpf's lines below name it"),
            Map.entry(ErrnoNumbers.EINVAL, "libbpf can't make sense of the object: its lines below say of which part"),
            Map.entry(
                    ErrnoNumbers.EOPNOTSUPP,
                    "the object has what this version of libbpf does not know: its lines below say what"),
            Map.entry(
                    ErrnoNumbers.LIBBPF_ERRNO__ENDIAN,
                    "the object was compiled for the other byte order: compile it with clang -target bpf on this kind of"
                            + " machine")));
    static final ObjectErrors DUPLICATE = new ObjectErrors(Map.of(ErrnoNumbers.EBADF, "the map has been closed"));
    static final ObjectErrors LOAD = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
                    "loading takes CAP_BPF, and CAP_NET_ADMIN for network or CAP_PERFMON for tracing programs: run as root or"
                            + " with those capabilities; the sysctl kernel.unprivileged_bpf_disabled (0, 1 or 2) says what is"
                            + " left to others, and before Linux 5.11 a small RLIMIT_MEMLOCK (ulimit -l) gives this error too",
            ErrnoNumbers.EACCES, "the kernel's verifier refused a program: the end of its log says why",
            ErrnoNumbers.EINVAL, "the kernel refused a map or a program: the lines below say which",
            ErrnoNumbers.E2BIG,
                    "a program is too complex for the verifier, or a map too large for the kernel: the lines below say which",
            ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for it: look at max_entries of the maps and at the memory limit of this"
                            + " process's control group",
            ErrnoNumbers.ENOTSUPP,
                    "this kernel does not have what a map or a program asks for: the lines below say which"));
    static final ObjectErrors ATTACH =
            new ObjectErrors(Map.of(ErrnoNumbers.EPERM, ATTACHING_TAKES, ErrnoNumbers.EACCES, ATTACHING_TAKES));
    static final ObjectErrors ATTACH_XDP = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM, "attaching an XDP program takes CAP_NET_ADMIN and CAP_BPF: run as root or with them",
            ErrnoNumbers.EINVAL, "the program is no XDP program, or the interface's driver can't run it",
            ErrnoNumbers.EOPNOTSUPP, "the interface's driver can't run XDP programs"));
    static final ObjectErrors ATTACH_RAW_TRACEPOINT = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
            ATTACHING_TAKES,
            ErrnoNumbers.ENOENT,
            "the kernel has no tracepoint of this name: names are without a category, sys_enter and not"
                    + " raw_syscalls/sys_enter; the directories of /sys/kernel/tracing/events list them",
            ErrnoNumbers.EINVAL,
            "the program is not for raw tracepoints: compile it with SEC(\"raw_tp\")"));
    static final ObjectErrors ATTACH_TO_CGROUP = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
            "attaching to a control group takes CAP_NET_ADMIN and CAP_BPF, and a control group where nobody attached a program"
                    + " that is to be the only one: run as root or with them; bpftool cgroup tree lists programs",
            ErrnoNumbers.EBADF,
            "this is no directory of a control group of version 2: grep cgroup2 /proc/mounts says where those are",
            ErrnoNumbers.EINVAL,
            "the program is not for control groups: compile it with SEC(\"sockops\") or SEC(\"cgroup_skb/ingress\"),"
                    + " or another one of theirs"));
    static final ObjectErrors ATTACH_TO_NETNS = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
                    "attaching to a network namespace takes CAP_NET_ADMIN in it and CAP_BPF: run as root or with them",
            ErrnoNumbers.EINVAL,
                    "the file is no network namespace, or the program not for one: compile it with SEC(\"sk_lookup\") or"
                            + " SEC(\"flow_dissector\")",
            ErrnoNumbers.EEXIST,
                    "the namespace has such a program that was attached without a link: end who attached it"));
    static final ObjectErrors ATTACH_TO_SOCKETS = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
                    "attaching to a map of sockets takes CAP_NET_ADMIN and CAP_BPF: run as root or with them",
            ErrnoNumbers.EINVAL,
                    "the program is not for maps of sockets: compile it with SEC(\"sk_msg\"), SEC(\"sk_skb/stream_parser\") or"
                            + " SEC(\"sk_skb/stream_verdict\")",
            ErrnoNumbers.EBUSY, "another program is attached to the map by a link"));
    static final ObjectErrors ATTACH_TO_SOCKET = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM, "the socket's owner has locked its filter (SO_LOCK_FILTER)",
            ErrnoNumbers.EBADF, "this process has no file with this descriptor",
            ErrnoNumbers.ENOTSOCK, "the descriptor is of no socket",
            ErrnoNumbers.EINVAL, "the socket shares no port: set SO_REUSEPORT before it is bound"));
    static final ObjectErrors TEST_RUN = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
                    "test runs take CAP_BPF, and CAP_NET_ADMIN for network programs: run as root or with them",
            ErrnoNumbers.EINVAL,
                    "the kernel does not take this input: a packet has 14 bytes or more and fits a page, a program"
                            + " that reads no packet is given none and not repeated, a context is as large as the program's",
            ErrnoNumbers.ENOTSUPP, "the kernel does not test-run programs of this kind: attach it",
            ErrnoNumbers.ENOSPC,
                    "the program made the packet longer than the room kept for it, or the context is shorter than the"
                            + " program's",
            ErrnoNumbers.ENOMEM, "the kernel has no room for so long a packet: give it a shorter one",
            ErrnoNumbers.E2BIG, "the context is longer than the program's"));
    static final ObjectErrors OPEN_MAP = new ObjectErrors(Map.of(
            ErrnoNumbers.EPERM,
            "getting a map by its id takes CAP_SYS_ADMIN, CAP_BPF is not enough: run with it, reach the map through a pin, or"
                    + " use the handle that created it"));

    private final Map<Integer, String> explanations;

    private ObjectErrors(Map<Integer, String> explanations) {
        this.explanations = explanations;
    }

    /** The exception for this errno, a positive number. */
    BpfException failed(String operation, int errno, List<String> log) {
        return failed(operation, errno, null, log);
    }

    /** The same with an explanation that fits this very case better than the table's; null when there is none. */
    BpfException failed(String operation, int errno, @Nullable String explanation, List<String> log) {
        String why = explanation == null ? explanations.get(errno) : explanation;
        if (why != null && errno == ErrnoNumbers.EPERM && this != OPEN_MAP) {
            why += Capabilities.lacking();
        }
        return BpfException.of(operation).errno(errno).because(why).log(log).build();
    }
}
