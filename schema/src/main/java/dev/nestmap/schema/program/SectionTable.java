/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import dev.nestmap.schema.program.ProgramSection.Flag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The sections that libbpf knows: those of programs ({@code section_defs} in {@code src/libbpf.c}, versions 1.1 to 1.8) with the kinds of
 * attachments that fit. The runtime sets the types of programs whose sections the loaded libbpf
 * does not know.
 */
public final class SectionTable {
    /** Names up to this length are too short to recognize a typing mistake. */
    private static final int SHORT_NAME = 4;

    /** More than the length of each name. */
    private static final int LONGEST_NAME = 32;

    /** What other tools put between a section and a further name. */
    private static final String SEPARATORS = "/_-.:";

    private static final String UNRELEASED = "newer than 6.18";

    /**
     * A row for each section, in the order of libbpf: pattern, program type, expected attach type, flags, and the first Linux version with such
     * programs unless 6.1 has them. The kinds of attachments follow after a
     * colon, or the way to run such programs if Nestmap can't attach them.
     */
    private static final List<ProgramSection> ROWS =
            """
            socket                 SOCKET_FILTER    -: SOCKET_FILTER
            sk_reuseport/migrate   SK_REUSEPORT     SK_REUSEPORT_SELECT_OR_MIGRATE: REUSEPORT
            sk_reuseport           SK_REUSEPORT     SK_REUSEPORT_SELECT: REUSEPORT
            kprobe+                KPROBE           -: KPROBE, UPROBE, USDT
            uprobe+                KPROBE           -: UPROBE, KPROBE, USDT
            uprobe.s+              KPROBE           - SLEEPABLE: UPROBE
            kretprobe+             KPROBE           -: KPROBE, UPROBE, USDT
            uretprobe+             KPROBE           -: UPROBE, KPROBE, USDT
            uretprobe.s+           KPROBE           - SLEEPABLE: UPROBE
            kprobe.multi+          KPROBE           TRACE_KPROBE_MULTI: KPROBE_MULTI
            kretprobe.multi+       KPROBE           TRACE_KPROBE_MULTI: KPROBE_MULTI
            kprobe.session+        KPROBE           TRACE_KPROBE_SESSION 6.10: KPROBE_MULTI
            uprobe.multi+          KPROBE           TRACE_UPROBE_MULTI 6.6: UPROBE_MULTI
            uprobe.multi.s+        KPROBE           TRACE_UPROBE_MULTI SLEEPABLE 6.6: UPROBE_MULTI
            uretprobe.multi+       KPROBE           TRACE_UPROBE_MULTI 6.6: UPROBE_MULTI
            uretprobe.multi.s+     KPROBE           TRACE_UPROBE_MULTI SLEEPABLE 6.6: UPROBE_MULTI
            uprobe.session+        KPROBE           TRACE_UPROBE_SESSION 6.13: UPROBE_MULTI
            uprobe.session.s+      KPROBE           TRACE_UPROBE_SESSION SLEEPABLE 6.13: UPROBE_MULTI
            ksyscall+              KPROBE           -: KPROBE
            kretsyscall+           KPROBE           -: KPROBE
            usdt+                  KPROBE           -: USDT
            usdt.s+                KPROBE           - SLEEPABLE: USDT
            tc/ingress             SCHED_CLS        TCX_INGRESS 6.6: TCX, TC, NETKIT
            tc/egress              SCHED_CLS        TCX_EGRESS 6.6: TCX, TC, NETKIT
            tcx/ingress            SCHED_CLS        TCX_INGRESS 6.6: TCX, TC, NETKIT
            tcx/egress             SCHED_CLS        TCX_EGRESS 6.6: TCX, TC, NETKIT
            tc                     SCHED_CLS        -: TCX, TC, NETKIT
            classifier             SCHED_CLS        -: TCX, TC, NETKIT
            action                 SCHED_ACT        -: attach it with another tool: tc filter ... action bpf
            netkit/primary         SCHED_CLS        NETKIT_PRIMARY 6.7: NETKIT, TCX, TC
            netkit/peer            SCHED_CLS        NETKIT_PEER 6.7: NETKIT, TCX, TC
            tracepoint+            TRACEPOINT       -: TRACEPOINT
            tracepoint.s+          TRACEPOINT       - SLEEPABLE unreleased: TRACEPOINT
            tp+                    TRACEPOINT       -: TRACEPOINT
            tp.s+                  TRACEPOINT       - SLEEPABLE unreleased: TRACEPOINT
            raw_tracepoint+        RAW_TRACEPOINT   -: RAW_TRACEPOINT
            raw_tracepoint.s+      RAW_TRACEPOINT   - SLEEPABLE unreleased: RAW_TRACEPOINT
            raw_tracepoint.w+      RAW_TRACEPOINT_WRITABLE -: RAW_TRACEPOINT
            raw_tp+                RAW_TRACEPOINT   -: RAW_TRACEPOINT
            raw_tp.s+              RAW_TRACEPOINT   - SLEEPABLE unreleased: RAW_TRACEPOINT
            raw_tp.w+              RAW_TRACEPOINT_WRITABLE -: RAW_TRACEPOINT
            tp_btf+                TRACING          TRACE_RAW_TP TARGET_AT_LOAD: TRACING
            tp_btf.s+              TRACING          TRACE_RAW_TP SLEEPABLE TARGET_AT_LOAD: TRACING
            fentry+                TRACING          TRACE_FENTRY TARGET_AT_LOAD: TRACING
            fentry.s+              TRACING          TRACE_FENTRY SLEEPABLE TARGET_AT_LOAD: TRACING
            fmod_ret+              TRACING          MODIFY_RETURN TARGET_AT_LOAD: TRACING
            fmod_ret.s+            TRACING          MODIFY_RETURN SLEEPABLE TARGET_AT_LOAD: TRACING
            fexit+                 TRACING          TRACE_FEXIT TARGET_AT_LOAD: TRACING
            fexit.s+               TRACING          TRACE_FEXIT SLEEPABLE TARGET_AT_LOAD: TRACING
            iter+                  TRACING          TRACE_ITER TARGET_AT_LOAD: attach it with another tool: bpftool iter pin
            iter.s+                TRACING          TRACE_ITER SLEEPABLE TARGET_AT_LOAD: attach it with another tool: bpftool iter pin
            fsession+              TRACING          TRACE_FSESSION TARGET_AT_LOAD unreleased: TRACING
            lsm+                   LSM              LSM_MAC TARGET_AT_LOAD: TRACING
            fsession.s+            TRACING          TRACE_FSESSION SLEEPABLE TARGET_AT_LOAD unreleased: TRACING
            lsm.s+                 LSM              LSM_MAC SLEEPABLE TARGET_AT_LOAD: TRACING
            fsession.multi+        TRACING          TRACE_FSESSION_MULTI unreleased: attach it with libbpf or bpftool
            fentry.multi+          TRACING          TRACE_FENTRY_MULTI unreleased: attach it with libbpf or bpftool
            fexit.multi+           TRACING          TRACE_FEXIT_MULTI unreleased: attach it with libbpf or bpftool
            fsession.multi.s+      TRACING          TRACE_FSESSION_MULTI SLEEPABLE unreleased: attach it with libbpf or bpftool
            fentry.multi.s+        TRACING          TRACE_FENTRY_MULTI SLEEPABLE unreleased: attach it with libbpf or bpftool
            fexit.multi.s+         TRACING          TRACE_FEXIT_MULTI SLEEPABLE unreleased: attach it with libbpf or bpftool
            freplace+              EXT              - TARGET_AT_LOAD: TRACING
            lsm_cgroup+            LSM              LSM_CGROUP TARGET_AT_LOAD: CGROUP
            syscall                SYSCALL          - SLEEPABLE: run it with testRun(...)
            perf_event             PERF_EVENT       -: PERF_EVENT
            xdp.frags/devmap       XDP              XDP_DEVMAP FRAGMENTS: put it into a map of this kind
            xdp/devmap             XDP              XDP_DEVMAP: put it into a map of this kind
            xdp.frags/cpumap       XDP              XDP_CPUMAP FRAGMENTS: put it into a map of this kind
            xdp/cpumap             XDP              XDP_CPUMAP: put it into a map of this kind
            xdp.frags              XDP              XDP FRAGMENTS: XDP
            xdp                    XDP              XDP: XDP
            lwt_in                 LWT_IN           -: attach it with another tool: ip route ... encap bpf
            lwt_out                LWT_OUT          -: attach it with another tool: ip route ... encap bpf
            lwt_xmit               LWT_XMIT         -: attach it with another tool: ip route ... encap bpf
            lwt_seg6local          LWT_SEG6LOCAL    -: attach it with another tool: ip route ... encap bpf
            sk_skb/stream_parser   SK_SKB           SK_SKB_STREAM_PARSER: SOCKET_MAP
            sk_skb/stream_verdict  SK_SKB           SK_SKB_STREAM_VERDICT: SOCKET_MAP
            sk_skb/verdict         SK_SKB           SK_SKB_VERDICT: SOCKET_MAP
            sk_skb                 SK_SKB           -: compile it with SEC("sk_skb/stream_verdict") or SEC("sk_skb/stream_parser")
            sk_msg                 SK_MSG           SK_MSG_VERDICT: SOCKET_MAP
            lirc_mode2             LIRC_MODE2       LIRC_MODE2: attach it with another tool: ir-keytable
            flow_dissector         FLOW_DISSECTOR   FLOW_DISSECTOR: NETNS
            sockops                SOCK_OPS         CGROUP_SOCK_OPS: CGROUP
            cgroup_skb/ingress     CGROUP_SKB       CGROUP_INET_INGRESS: CGROUP
            cgroup_skb/egress      CGROUP_SKB       CGROUP_INET_EGRESS: CGROUP
            cgroup/skb             CGROUP_SKB       -: compile it with SEC("cgroup_skb/ingress") or SEC("cgroup_skb/egress")
            cgroup/sock_create     CGROUP_SOCK      CGROUP_INET_SOCK_CREATE: CGROUP
            cgroup/sock_release    CGROUP_SOCK      CGROUP_INET_SOCK_RELEASE: CGROUP
            cgroup/sock            CGROUP_SOCK      CGROUP_INET_SOCK_CREATE: CGROUP
            cgroup/post_bind4      CGROUP_SOCK      CGROUP_INET4_POST_BIND: CGROUP
            cgroup/post_bind6      CGROUP_SOCK      CGROUP_INET6_POST_BIND: CGROUP
            cgroup/sysctl          CGROUP_SYSCTL    CGROUP_SYSCTL: CGROUP
            cgroup/getsockopt      CGROUP_SOCKOPT   CGROUP_GETSOCKOPT: CGROUP
            cgroup/setsockopt      CGROUP_SOCKOPT   CGROUP_SETSOCKOPT: CGROUP
            cgroup/dev             CGROUP_DEVICE    CGROUP_DEVICE: CGROUP
            cgroup/bind4           CGROUP_SOCK_ADDR CGROUP_INET4_BIND: CGROUP
            cgroup/bind6           CGROUP_SOCK_ADDR CGROUP_INET6_BIND: CGROUP
            cgroup/connect4        CGROUP_SOCK_ADDR CGROUP_INET4_CONNECT: CGROUP
            cgroup/connect6        CGROUP_SOCK_ADDR CGROUP_INET6_CONNECT: CGROUP
            cgroup/sendmsg4        CGROUP_SOCK_ADDR CGROUP_UDP4_SENDMSG: CGROUP
            cgroup/sendmsg6        CGROUP_SOCK_ADDR CGROUP_UDP6_SENDMSG: CGROUP
            cgroup/recvmsg4        CGROUP_SOCK_ADDR CGROUP_UDP4_RECVMSG: CGROUP
            cgroup/recvmsg6        CGROUP_SOCK_ADDR CGROUP_UDP6_RECVMSG: CGROUP
            cgroup/getpeername4    CGROUP_SOCK_ADDR CGROUP_INET4_GETPEERNAME: CGROUP
            cgroup/getpeername6    CGROUP_SOCK_ADDR CGROUP_INET6_GETPEERNAME: CGROUP
            cgroup/getsockname4    CGROUP_SOCK_ADDR CGROUP_INET4_GETSOCKNAME: CGROUP
            cgroup/getsockname6    CGROUP_SOCK_ADDR CGROUP_INET6_GETSOCKNAME: CGROUP
            cgroup/connect_unix    CGROUP_SOCK_ADDR CGROUP_UNIX_CONNECT 6.7: CGROUP
            cgroup/sendmsg_unix    CGROUP_SOCK_ADDR CGROUP_UNIX_SENDMSG 6.7: CGROUP
            cgroup/recvmsg_unix    CGROUP_SOCK_ADDR CGROUP_UNIX_RECVMSG 6.7: CGROUP
            cgroup/getpeername_unix CGROUP_SOCK_ADDR CGROUP_UNIX_GETPEERNAME 6.7: CGROUP
            cgroup/getsockname_unix CGROUP_SOCK_ADDR CGROUP_UNIX_GETSOCKNAME 6.7: CGROUP
            struct_ops+            STRUCT_OPS       -: STRUCT_OPS
            struct_ops.s+          STRUCT_OPS       - SLEEPABLE: STRUCT_OPS
            sk_lookup              SK_LOOKUP        SK_LOOKUP: NETNS
            netfilter              NETFILTER        NETFILTER 6.4: NETFILTER
            """.lines().map(SectionTable::row).toList();

    private SectionTable() {}

    private static ProgramSection row(String line) {
        String[] parts = line.split(": ", 2);
        List<String> words = new ArrayList<>(List.of(parts[0].split(" +")));
        boolean isUnreleased = words.remove("unreleased");
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        Stream.of(Flag.values()).filter(flag -> words.remove(flag.name())).forEach(flags::add);
        String since = isUnreleased ? UNRELEASED : words.size() > 3 ? words.get(3) : null;
        AttachType attachType = words.get(2).equals("-") ? null : AttachType.valueOf(words.get(2));
        boolean areKinds = parts[1].equals(parts[1].toUpperCase(Locale.ROOT));
        List<AttachmentKind> kinds = areKinds
                ? Stream.of(parts[1].split(", ")).map(AttachmentKind::valueOf).toList()
                : List.of();
        return new ProgramSection(
                words.get(0),
                ProgramType.valueOf(words.get(1)),
                attachType,
                flags,
                kinds,
                areKinds ? "" : parts[1],
                since);
    }

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
     * @return the name, or empty if no typing mistake explains it
     */
    static Optional<String> nearest(String section) {
        return ROWS.stream().flatMap(row -> corrected(section, row).stream()).findFirst();
    }

    private static Optional<String> corrected(String section, ProgramSection row) {
        int slash = row.pattern().endsWith("+") ? section.indexOf('/') : -1;
        String name = slash < 0 ? section : section.substring(0, slash);
        boolean isSwapped = name.length() == row.name().length();
        // Among short names, another character makes another kind of program: tcp, tc and tp.
        boolean isLikely = NearestNameFinder.changes(name, row.name()) == 1
                && (name.length() > SHORT_NAME || (isSwapped && sorted(name).equals(sorted(row.name()))));
        return isLikely ? Optional.of(row.name() + (slash < 0 ? "" : section.substring(slash))) : Optional.empty();
    }

    private static String sorted(String name) {
        char[] characters = name.toCharArray();
        Arrays.sort(characters);
        return new String(characters);
    }

    /**
     * The known sections whose type the authors of another section meant. Other tools accept a name after the section ({@code
     * socket/http}, {@code cgroup/connect4/x}), also after an underscore ({@code xdp_pass}). Several sections if the name leaves out the
     * direction or the family: {@code cgroup/connect}.
     *
     * @param section a name that no row matches
     * @return the names of sections that need no target; empty if the name does not tell
     */
    static List<String> ofPrefix(String section) {
        for (int end = section.length() - 1; end > 0; end--) {
            if (SEPARATORS.indexOf(section.charAt(end)) >= 0 && end <= LONGEST_NAME) {
                String prefix = section.substring(0, end);
                Optional<ProgramSection> row =
                        ROWS.stream().filter(each -> each.name().equals(prefix)).findFirst();
                if (row.isPresent()) {
                    boolean needsTarget = row.get().flags().contains(Flag.TARGET_AT_LOAD);
                    return needsTarget ? List.of() : List.of(prefix);
                }
            }
        }
        String start = section.indexOf('/') < 0 ? section : section.substring(0, section.lastIndexOf('/'));
        return Stream.of(section, start)
                .map(SectionTable::begunBy)
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** The sections of one program type whose names begin with this name: {@code cgroup/connect4} and others for {@code cgroup/connect}. */
    private static List<String> begunBy(String start) {
        List<ProgramSection> rows = ROWS.stream()
                .filter(row -> start.length() > SHORT_NAME && row.name().startsWith(start))
                .toList();
        boolean isOneType = rows.stream().map(ProgramSection::type).distinct().count() == 1;
        return isOneType ? rows.stream().map(ProgramSection::name).toList() : List.of();
    }
}
