/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.Netkit;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Usdt;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.tests.maptypes.ControlGroups;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that programs attach to, with events that run them. */
enum AttachedHook {
    XDP("xdp", Result.XDP_PASS, Datagrams::open, events -> Xdp.on("lo").withMode(Xdp.Mode.GENERIC)),
    TCX_INGRESS("tcx/ingress", Result.TC_ACT_OK, Datagrams::open, events -> Tcx.ingress("lo"), KernelFeature.TCX),
    TCX_EGRESS("tcx/egress", Result.TC_ACT_OK, Datagrams::open, events -> Tcx.egress("lo"), KernelFeature.TCX),
    NETKIT(
            "netkit/primary",
            Result.TC_ACT_OK,
            NetkitDatagrams::open,
            events -> Netkit.primary(NetkitDatagrams.DEVICE),
            KernelFeature.NETKIT),
    NETKIT_PEER(
            "netkit/peer",
            Result.TC_ACT_OK,
            Frames::ofNetkitPeer,
            events -> Netkit.peer(NetkitDatagrams.DEVICE),
            KernelFeature.NETKIT),
    TC_INGRESS("tc", Result.TC_ACT_OK, Datagrams::open, events -> Tc.ingress("lo")),
    TC_EGRESS("classifier", Result.TC_ACT_OK, Datagrams::open, events -> Tc.egress("lo")),
    NETFILTER(
            "netfilter",
            Result.ALLOW,
            Datagrams::open,
            events -> Netfilter.ipv4(Netfilter.Place.LOCAL_IN),
            KernelFeature.NETFILTER_LINKS),
    CGROUP("cgroup_skb/egress", Result.ALLOW, Datagrams::open, events -> Cgroup.of(ControlGroups.ofThisProcess())),
    LSM_CGROUP(
            "lsm_cgroup/socket_sendmsg",
            Result.ALLOW,
            Datagrams::open,
            events -> Cgroup.of(ControlGroups.ofThisProcess()),
            KernelOption.LSM),
    SK_LOOKUP("sk_lookup", Result.ALLOW, Datagrams::open, events -> Netns.current()),
    FLOW_DISSECTOR("flow_dissector", 0, Frames::ofLoopback, events -> Netns.current()),
    SOCKET_FILTER("socket", Result.WHOLE_PACKET, Datagrams::open, events -> SocketFilter.of(events.descriptor())),
    REUSEPORT("sk_reuseport", Result.ALLOW, Datagrams::open, events -> Reuseport.of(events.descriptor())),
    RAW_TRACEPOINT("raw_tp", 0, Opens::new, events -> Tracepoint.Raw.of("sys_enter")),
    TRACEPOINT("tp", 0, Opens::new, events -> Tracepoint.of("syscalls", "sys_enter_openat"), KernelOption.TRACEPOINTS),
    KPROBE("kprobe", 0, Opens::new, events -> Kprobe.onEntry("security_file_open"), KernelOption.KPROBES),
    KRETPROBE("kretprobe", 0, Opens::new, events -> Kprobe.onReturn("security_file_open"), KernelOption.KPROBES),
    KSYSCALL("ksyscall", 0, Opens::new, events -> Kprobe.onSyscall("openat"), KernelOption.KPROBES),
    KPROBE_MULTI(
            "kprobe.multi",
            0,
            Opens::new,
            events -> Kprobe.Multi.onEntry("security_file_open", "security_file_permission"),
            KernelFeature.KPROBE_MULTI),
    KPROBE_SESSION(
            "kprobe.session",
            0,
            Opens::new,
            events -> Kprobe.Multi.onEntryMatching("security_file_o*"),
            KernelFeature.KPROBE_SESSION),
    FENTRY("fentry/security_file_open", 0, Opens::new, events -> Tracing.declared(), KernelOption.FENTRY),
    FEXIT("fexit/security_file_open", 0, Opens::new, events -> Tracing.declared(), KernelOption.FENTRY),
    FMOD_RET("fmod_ret/security_file_open", 0, Opens::new, events -> Tracing.declared(), KernelOption.FENTRY),
    LSM("lsm/file_open", 0, Opens::new, events -> Tracing.declared(), KernelOption.LSM),
    TP_BTF("tp_btf/sys_enter", 0, Opens::new, events -> Tracing.declared()),
    UPROBE("uprobe", 0, ProbedCalls::open, events -> Uprobe.onEntry(ProbedCalls.binary(), ProbedCalls.FIRST)),
    URETPROBE("uretprobe", 0, ProbedCalls::open, events -> Uprobe.onReturn(ProbedCalls.binary(), ProbedCalls.SECOND)),
    UPROBE_MULTI(
            "uprobe.multi",
            0,
            ProbedCalls::open,
            events -> Uprobe.Multi.onEntry(ProbedCalls.binary(), ProbedCalls.FIRST, ProbedCalls.SECOND),
            KernelFeature.UPROBE_MULTI),
    URETPROBE_MULTI(
            "uretprobe.multi",
            0,
            ProbedCalls::open,
            events -> Uprobe.Multi.onReturn(ProbedCalls.binary(), ProbedCalls.FIRST, ProbedCalls.SECOND),
            KernelFeature.UPROBE_MULTI),
    UPROBE_SESSION(
            "uprobe.session",
            0,
            ProbedCalls::open,
            events -> Uprobe.Multi.onEntryMatching(ProbedCalls.binary(), "probed_*"),
            KernelFeature.UPROBE_SESSION),
    USDT("usdt", 0, ProbedCalls::open, events -> Usdt.of(ProbedCalls.binary(), "nestmap", "called")),
    PERF_EVENT("perf_event", 0, Sleeps::new, events -> PerfEvent.software(PerfEvent.Software.CONTEXT_SWITCHES)),
    PERF_EVENT_OF_THREAD(
            "perf_event",
            0,
            Sleeps::new,
            events -> PerfEvent.software(PerfEvent.Software.CONTEXT_SWITCHES).ofThread(Descriptors.threadId()));

    private final String section;
    private final int result;

    @SuppressWarnings("ImmutableEnumChecker") // the functions capture nothing
    private final Target<?> target;

    private final @Nullable KernelFeature feature;
    private final @Nullable KernelOption option;

    <E extends Events> AttachedHook(String section, int result, Supplier<E> events, Attachment<E> attachment) {
        this(section, result, new Target<>(events, attachment), null, null);
    }

    <E extends Events> AttachedHook(
            String section, int result, Supplier<E> events, Attachment<E> attachment, KernelFeature feature) {
        this(section, result, new Target<>(events, attachment), feature, null);
    }

    <E extends Events> AttachedHook(
            String section, int result, Supplier<E> events, Attachment<E> attachment, KernelOption option) {
        this(section, result, new Target<>(events, attachment), null, option);
    }

    AttachedHook(
            String section,
            int result,
            Target<?> target,
            @Nullable KernelFeature feature,
            @Nullable KernelOption option) {
        this.section = section;
        this.result = result;
        this.target = target;
        this.feature = feature;
        this.option = option;
    }

    /** Return values that let packets pass. */
    private static final class Result {
        static final int XDP_PASS = 2;
        static final int TC_ACT_OK = 0;
        static final int WHOLE_PACKET = -1;

        /** Netfilter, control groups, sk_lookup and sk_reuseport. */
        static final int ALLOW = 1;
    }

    private interface Attachment<E> {
        Hook<? super Hook.AnyKind, ?> of(E events);
    }

    private record Target<E extends Events>(Supplier<E> events, Attachment<E> attachment) {
        Scene open(HitCounter counter) {
            E opened = events.get();
            return new Scene(counter, opened, attachment.of(opened));
        }
    }

    /** A loaded program, what to attach it to, and its events. */
    record Scene(HitCounter counter, Events events, Hook<? super Hook.AnyKind, ?> attachment) implements AutoCloseable {
        /** The hook of an attachment that is a link of the kernel. */
        @SuppressWarnings("unchecked")
        Hook<? super Hook.AnyKind, KernelLink> pinnable() {
            return (Hook<? super Hook.AnyKind, KernelLink>) attachment;
        }

        @Override
        public void close() {
            counter.close();
            events.close();
        }
    }

    /** The section of the program. */
    String section() {
        return section;
    }

    /** What the program returns, so that packets pass. */
    int result() {
        return result;
    }

    /** The feature of newer kernels that the hook is; null if it depends on a build option, or every tested kernel has it. */
    @Nullable
    KernelFeature feature() {
        return feature;
    }

    /** Skips the test if the kernel lacks the hook. */
    void assume() {
        if (feature != null) {
            KernelAssumptions.assume(feature);
        }
        if (option != null) {
            option.assume();
        }
    }

    /** Loads a program for this hook. */
    HitCounter load() {
        return HitCounter.load(section, result);
    }

    /**
     * Loads a program for this hook, which counts only the events that this thread fires. A netfilter program counts all packets, because
     * the kernel may receive them in another thread.
     */
    HitCounter loadFor(int thread) {
        String fired = "(__u32)bpf_get_current_pid_tgid() == " + thread;
        return switch (this) {
            case NETFILTER -> load();
            case RAW_TRACEPOINT, TP_BTF -> loadIf(fired + " && ((__u64 *)ctx)[1] == " + Opens.SYSTEM_CALL);
            default -> loadIf(fired);
        };
    }

    private HitCounter loadIf(String condition) {
        return HitCounter.load(section, result, "-DADDS=(" + condition + ")");
    }

    /** Loads a program for this hook and prepares the events. */
    Scene open() {
        return open(load());
    }

    /** Loads a program for this hook, which counts only the events of this thread, and prepares the events. */
    Scene openFor(int thread) {
        return open(loadFor(thread));
    }

    private Scene open(HitCounter counter) {
        try {
            return target.open(counter);
        } catch (Throwable e) {
            counter.close();
            throw e;
        }
    }
}
