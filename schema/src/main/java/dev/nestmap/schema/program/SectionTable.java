/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import static dev.nestmap.schema.program.AttachmentKind.ITERATOR;
import static dev.nestmap.schema.program.AttachmentKind.KPROBE;
import static dev.nestmap.schema.program.AttachmentKind.KPROBE_MULTI;
import static dev.nestmap.schema.program.AttachmentKind.NETKIT;
import static dev.nestmap.schema.program.AttachmentKind.NETNS;
import static dev.nestmap.schema.program.AttachmentKind.REUSEPORT;
import static dev.nestmap.schema.program.AttachmentKind.SOCKET_MAP;
import static dev.nestmap.schema.program.AttachmentKind.TC;
import static dev.nestmap.schema.program.AttachmentKind.TCX;
import static dev.nestmap.schema.program.AttachmentKind.TRACEPOINT;
import static dev.nestmap.schema.program.AttachmentKind.TRACING;
import static dev.nestmap.schema.program.AttachmentKind.UPROBE;
import static dev.nestmap.schema.program.AttachmentKind.UPROBE_MULTI;
import static dev.nestmap.schema.program.AttachmentKind.USDT;
import static dev.nestmap.schema.program.ProgramSection.Flag.FRAGMENTS;
import static dev.nestmap.schema.program.ProgramSection.Flag.SLEEPABLE;
import static dev.nestmap.schema.program.ProgramSection.Flag.TARGET_AT_LOAD;
import static dev.nestmap.schema.program.ProgramType.CGROUP_SKB;
import static dev.nestmap.schema.program.ProgramType.CGROUP_SOCK;
import static dev.nestmap.schema.program.ProgramType.CGROUP_SOCKOPT;
import static dev.nestmap.schema.program.ProgramType.CGROUP_SOCK_ADDR;
import static dev.nestmap.schema.program.ProgramType.SCHED_CLS;
import static dev.nestmap.schema.program.ProgramType.SK_SKB;

import dev.nestmap.schema.program.ProgramSection.Flag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sections of programs that libbpf knows ({@code section_defs} in {@code src/libbpf.c}, version 1.7), with the kinds of attachments
 * that fit. Older versions know fewer sections: libbpf 1.1 has no {@code tcx}, {@code netkit}, {@code netfilter}, {@code kprobe.session}
 * and {@code uprobe.multi}. The runtime therefore sets the types of such programs itself.
 */
public final class SectionTable {
    private static final String UNRELEASED = "newer than 6.18";
    private static final String IN_A_MAP = "put it into a map of this kind";
    private static final String WITH_IP_ROUTE = "attach it with another tool: ip route ... encap bpf";

    private static final AttachmentKind[] CLASSIFIER = {TCX, TC, NETKIT};
    private static final List<ProgramSection> ROWS = new Rows().all();

    private SectionTable() {}

    /** All rows. */
    public static List<ProgramSection> rows() {
        return ROWS;
    }

    static Optional<ProgramSection> find(String section) {
        return ROWS.stream().filter(row -> row.matches(section)).findFirst();
    }

    /**
     * The known section with the name nearest to an unknown one: {@code xdp} for {@code xpd}, and {@code kprobe/do_unlinkat} for {@code
     * kprob/do_unlinkat}.
     *
     * @param section a name that no row matches
     * @return the name, or empty if none is near
     */
    public static Optional<String> nearest(String section) {
        return ROWS.stream()
                .map(row -> Suggestion.of(section, row))
                .filter(Suggestion::isLikely)
                .min(Comparator.comparingInt(Suggestion::changes))
                .map(Suggestion::section);
    }

    private record Suggestion(String section, int length, int changes) {
        static Suggestion of(String section, ProgramSection row) {
            int slash = row.pattern().endsWith("+") ? section.indexOf('/') : -1;
            String name = slash < 0 ? section : section.substring(0, slash);
            String target = slash < 0 ? "" : section.substring(slash);
            return new Suggestion(row.name() + target, name.length(), NearestNameFinder.changes(name, row.name()));
        }

        boolean isLikely() {
            return NearestNameFinder.isTypingMistake(changes, length);
        }
    }

    /** Collects the rows. The order is that of libbpf. */
    private static final class Rows {
        private final List<ProgramSection> rows = new ArrayList<>();

        List<ProgramSection> all() {
            addSockets();
            addProbes();
            addClassifiers();
            addTracepoints();
            addTracing();
            addXdp();
            addMapsOfSockets();
            addCgroups();
            addCgroupSockets();
            add("struct_ops+", ProgramType.STRUCT_OPS, null, AttachmentKind.STRUCT_OPS);
            sleepable("struct_ops.s+", ProgramType.STRUCT_OPS, null, AttachmentKind.STRUCT_OPS);
            add("sk_lookup", ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP, NETNS);
            since("6.4", "netfilter", ProgramType.NETFILTER, AttachType.NETFILTER, AttachmentKind.NETFILTER);
            return List.copyOf(rows);
        }

        private void addSockets() {
            add("socket", ProgramType.SOCKET_FILTER, null, AttachmentKind.SOCKET_FILTER);
            ProgramType type = ProgramType.SK_REUSEPORT;
            add("sk_reuseport/migrate", type, AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE, REUSEPORT);
            add("sk_reuseport", type, AttachType.SK_REUSEPORT_SELECT, REUSEPORT);
        }

        private void addProbes() {
            ProgramType type = ProgramType.KPROBE;
            add("kprobe+", type, null, KPROBE, UPROBE, USDT);
            add("uprobe+", type, null, UPROBE, KPROBE, USDT);
            sleepable("uprobe.s+", type, null, UPROBE);
            add("kretprobe+", type, null, KPROBE, UPROBE, USDT);
            add("uretprobe+", type, null, UPROBE, KPROBE, USDT);
            sleepable("uretprobe.s+", type, null, UPROBE);
            add("kprobe.multi+", type, AttachType.TRACE_KPROBE_MULTI, KPROBE_MULTI);
            add("kretprobe.multi+", type, AttachType.TRACE_KPROBE_MULTI, KPROBE_MULTI);
            since("6.10", "kprobe.session+", type, AttachType.TRACE_KPROBE_SESSION, KPROBE_MULTI);
            for (String name : List.of("uprobe.multi", "uretprobe.multi")) {
                since("6.6", name + "+", type, AttachType.TRACE_UPROBE_MULTI, UPROBE_MULTI);
                row(name + ".s+", type, AttachType.TRACE_UPROBE_MULTI, Set.of(SLEEPABLE), "", "6.6", UPROBE_MULTI);
            }
            since("6.13", "uprobe.session+", type, AttachType.TRACE_UPROBE_SESSION, UPROBE_MULTI);
            row(
                    "uprobe.session.s+",
                    type,
                    AttachType.TRACE_UPROBE_SESSION,
                    Set.of(SLEEPABLE),
                    "",
                    "6.13",
                    UPROBE_MULTI);
            add("ksyscall+", type, null, KPROBE);
            add("kretsyscall+", type, null, KPROBE);
            add("usdt+", type, null, USDT);
            sleepable("usdt.s+", type, null, USDT);
        }

        private void addClassifiers() {
            for (String name : List.of("tc", "tcx")) {
                since("6.6", name + "/ingress", SCHED_CLS, AttachType.TCX_INGRESS, CLASSIFIER);
                since("6.6", name + "/egress", SCHED_CLS, AttachType.TCX_EGRESS, CLASSIFIER);
            }
            add("tc", SCHED_CLS, null, CLASSIFIER);
            add("classifier", SCHED_CLS, null, CLASSIFIER);
            instead("attach it with another tool: tc filter ... action bpf", "action", ProgramType.SCHED_ACT, null);
            since("6.7", "netkit/primary", SCHED_CLS, AttachType.NETKIT_PRIMARY, NETKIT, TCX, TC);
            since("6.7", "netkit/peer", SCHED_CLS, AttachType.NETKIT_PEER, NETKIT, TCX, TC);
        }

        private void addTracepoints() {
            for (String name : List.of("tracepoint", "tp")) {
                add(name + "+", ProgramType.TRACEPOINT, null, TRACEPOINT);
                row(name + ".s+", ProgramType.TRACEPOINT, null, Set.of(SLEEPABLE), "", UNRELEASED, TRACEPOINT);
            }
            for (String name : List.of("raw_tracepoint", "raw_tp")) {
                ProgramType type = ProgramType.RAW_TRACEPOINT;
                add(name + "+", type, null, AttachmentKind.RAW_TRACEPOINT);
                row(name + ".s+", type, null, Set.of(SLEEPABLE), "", UNRELEASED, AttachmentKind.RAW_TRACEPOINT);
                add(name + ".w+", ProgramType.RAW_TRACEPOINT_WRITABLE, null, AttachmentKind.RAW_TRACEPOINT);
            }
        }

        private void addTracing() {
            addTarget("tp_btf", AttachType.TRACE_RAW_TP, TRACING);
            addTarget("fentry", AttachType.TRACE_FENTRY, TRACING);
            addTarget("fmod_ret", AttachType.MODIFY_RETURN, TRACING);
            addTarget("fexit", AttachType.TRACE_FEXIT, TRACING);
            addTarget("iter", AttachType.TRACE_ITER, ITERATOR);
            ProgramType tracing = ProgramType.TRACING;
            for (Set<Flag> flags : List.of(Set.of(TARGET_AT_LOAD), Set.of(TARGET_AT_LOAD, SLEEPABLE))) {
                String end = flags.contains(SLEEPABLE) ? ".s+" : "+";
                row("fsession" + end, tracing, AttachType.TRACE_FSESSION, flags, "", UNRELEASED, TRACING);
                row("lsm" + end, ProgramType.LSM, AttachType.LSM_MAC, flags, "", null, TRACING);
            }
            String multi = "attach it with libbpf or bpftool";
            for (String end : List.of(".multi+", ".multi.s+")) {
                Set<Flag> flags = end.equals(".multi.s+") ? Set.of(SLEEPABLE) : Set.of();
                row("fsession" + end, tracing, AttachType.TRACE_FSESSION_MULTI, flags, multi, UNRELEASED);
                row("fentry" + end, tracing, AttachType.TRACE_FENTRY_MULTI, flags, multi, UNRELEASED);
                row("fexit" + end, tracing, AttachType.TRACE_FEXIT_MULTI, flags, multi, UNRELEASED);
            }
            instead("attach it with libbpf or bpftool", "freplace+", ProgramType.EXT, null);
            Set<Flag> target = Set.of(TARGET_AT_LOAD);
            row("lsm_cgroup+", ProgramType.LSM, AttachType.LSM_CGROUP, target, "", null, AttachmentKind.CGROUP);
            row("syscall", ProgramType.SYSCALL, null, Set.of(SLEEPABLE), "run it with testRun(...)", null);
            add("perf_event", ProgramType.PERF_EVENT, null, AttachmentKind.PERF_EVENT);
        }

        private void addTarget(String name, AttachType attachType, AttachmentKind kind) {
            row(name + "+", ProgramType.TRACING, attachType, Set.of(TARGET_AT_LOAD), "", null, kind);
            row(name + ".s+", ProgramType.TRACING, attachType, Set.of(TARGET_AT_LOAD, SLEEPABLE), "", null, kind);
        }

        private void addXdp() {
            ProgramType type = ProgramType.XDP;
            Set<Flag> frags = Set.of(FRAGMENTS);
            row("xdp.frags/devmap", type, AttachType.XDP_DEVMAP, frags, IN_A_MAP, null);
            instead(IN_A_MAP, "xdp/devmap", type, AttachType.XDP_DEVMAP);
            row("xdp.frags/cpumap", type, AttachType.XDP_CPUMAP, frags, IN_A_MAP, null);
            instead(IN_A_MAP, "xdp/cpumap", type, AttachType.XDP_CPUMAP);
            row("xdp.frags", type, AttachType.XDP, frags, "", null, AttachmentKind.XDP);
            add("xdp", type, AttachType.XDP, AttachmentKind.XDP);
            instead(WITH_IP_ROUTE, "lwt_in", ProgramType.LWT_IN, null);
            instead(WITH_IP_ROUTE, "lwt_out", ProgramType.LWT_OUT, null);
            instead(WITH_IP_ROUTE, "lwt_xmit", ProgramType.LWT_XMIT, null);
            instead(WITH_IP_ROUTE, "lwt_seg6local", ProgramType.LWT_SEG6LOCAL, null);
        }

        private void addMapsOfSockets() {
            add("sk_skb/stream_parser", SK_SKB, AttachType.SK_SKB_STREAM_PARSER, SOCKET_MAP);
            add("sk_skb/stream_verdict", SK_SKB, AttachType.SK_SKB_STREAM_VERDICT, SOCKET_MAP);
            add("sk_skb/verdict", SK_SKB, AttachType.SK_SKB_VERDICT, SOCKET_MAP);
            instead(
                    "compile it with SEC(\"sk_skb/stream_verdict\") or SEC(\"sk_skb/stream_parser\")",
                    "sk_skb",
                    SK_SKB,
                    null);
            add("sk_msg", ProgramType.SK_MSG, AttachType.SK_MSG_VERDICT, SOCKET_MAP);
            instead(
                    "attach it with another tool: ir-keytable",
                    "lirc_mode2",
                    ProgramType.LIRC_MODE2,
                    AttachType.LIRC_MODE2);
            add("flow_dissector", ProgramType.FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR, NETNS);
        }

        private void addCgroups() {
            addCgroup("sockops", ProgramType.SOCK_OPS, AttachType.CGROUP_SOCK_OPS);
            addCgroup("cgroup_skb/ingress", CGROUP_SKB, AttachType.CGROUP_INET_INGRESS);
            addCgroup("cgroup_skb/egress", CGROUP_SKB, AttachType.CGROUP_INET_EGRESS);
            instead(
                    "compile it with SEC(\"cgroup_skb/ingress\") or SEC(\"cgroup_skb/egress\")",
                    "cgroup/skb",
                    CGROUP_SKB,
                    null);
            addCgroup("cgroup/sock_create", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE);
            addCgroup("cgroup/sock_release", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_RELEASE);
            addCgroup("cgroup/sock", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE);
            addCgroup("cgroup/post_bind4", CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND);
            addCgroup("cgroup/post_bind6", CGROUP_SOCK, AttachType.CGROUP_INET6_POST_BIND);
            addCgroup("cgroup/sysctl", ProgramType.CGROUP_SYSCTL, AttachType.CGROUP_SYSCTL);
            addCgroup("cgroup/getsockopt", CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT);
            addCgroup("cgroup/setsockopt", CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT);
            addCgroup("cgroup/dev", ProgramType.CGROUP_DEVICE, AttachType.CGROUP_DEVICE);
        }

        private void addCgroupSockets() {
            addCgroup("cgroup/bind4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND);
            addCgroup("cgroup/bind6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND);
            addCgroup("cgroup/connect4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_CONNECT);
            addCgroup("cgroup/connect6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_CONNECT);
            addCgroup("cgroup/sendmsg4", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_SENDMSG);
            addCgroup("cgroup/sendmsg6", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_SENDMSG);
            addCgroup("cgroup/recvmsg4", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_RECVMSG);
            addCgroup("cgroup/recvmsg6", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_RECVMSG);
            addCgroup("cgroup/getpeername4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETPEERNAME);
            addCgroup("cgroup/getpeername6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETPEERNAME);
            addCgroup("cgroup/getsockname4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETSOCKNAME);
            addCgroup("cgroup/getsockname6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETSOCKNAME);
            addUnix("connect", AttachType.CGROUP_UNIX_CONNECT);
            addUnix("sendmsg", AttachType.CGROUP_UNIX_SENDMSG);
            addUnix("recvmsg", AttachType.CGROUP_UNIX_RECVMSG);
            addUnix("getpeername", AttachType.CGROUP_UNIX_GETPEERNAME);
            addUnix("getsockname", AttachType.CGROUP_UNIX_GETSOCKNAME);
        }

        private void addCgroup(String name, ProgramType type, AttachType attachType) {
            add(name, type, attachType, AttachmentKind.CGROUP);
        }

        private void addUnix(String call, AttachType attachType) {
            since("6.7", "cgroup/" + call + "_unix", CGROUP_SOCK_ADDR, attachType, AttachmentKind.CGROUP);
        }

        private void add(String pattern, ProgramType type, @Nullable AttachType attachType, AttachmentKind... kinds) {
            row(pattern, type, attachType, Set.of(), "", null, kinds);
        }

        private void sleepable(
                String pattern, ProgramType type, @Nullable AttachType attachType, AttachmentKind... kinds) {
            row(pattern, type, attachType, Set.of(SLEEPABLE), "", null, kinds);
        }

        private void since(
                String version, String pattern, ProgramType type, AttachType attachType, AttachmentKind... kinds) {
            row(pattern, type, attachType, Set.of(), "", version, kinds);
        }

        private void instead(String use, String pattern, ProgramType type, @Nullable AttachType attachType) {
            row(pattern, type, attachType, Set.of(), use, null);
        }

        private void row(
                String pattern,
                ProgramType type,
                @Nullable AttachType attachType,
                Set<Flag> flags,
                String instead,
                @Nullable String since,
                AttachmentKind... kinds) {
            rows.add(new ProgramSection(pattern, type, attachType, flags, List.of(kinds), instead, since));
        }
    }
}
