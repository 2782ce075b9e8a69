/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.Netkit;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.tests.maptypes.ControlGroups;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that programs attach to, with events that run them. */
enum Hook {
    XDP("xdp", Result.XDP_PASS, Datagrams::open, events -> Xdp.on("lo").mode(Xdp.Mode.GENERIC)),
    TCX_INGRESS("tcx/ingress", Result.TC_ACT_OK, Datagrams::open, events -> Tcx.ingress("lo"), KernelFeature.TCX),
    TCX_EGRESS("tcx/egress", Result.TC_ACT_OK, Datagrams::open, events -> Tcx.egress("lo"), KernelFeature.TCX),
    NETKIT(
            "netkit/primary",
            Result.TC_ACT_OK,
            NetkitDatagrams::open,
            events -> Netkit.primary(NetkitDatagrams.DEVICE),
            KernelFeature.NETKIT),
    TC_INGRESS("tc", Result.TC_ACT_OK, Datagrams::open, events -> Tc.ingress("lo")),
    TC_EGRESS("classifier", Result.TC_ACT_OK, Datagrams::open, events -> Tc.egress("lo")),
    NETFILTER(
            "netfilter",
            Result.ALLOW,
            Datagrams::open,
            events -> Netfilter.ipv4(Netfilter.Hook.LOCAL_IN),
            KernelFeature.NETFILTER_LINKS),
    CGROUP("cgroup_skb/egress", Result.ALLOW, Datagrams::open, events -> Cgroup.of(ControlGroups.ofThisProcess())),
    SK_LOOKUP("sk_lookup", Result.ALLOW, Datagrams::open, events -> Netns.current()),
    SOCKET_FILTER("socket", Result.WHOLE_PACKET, Datagrams::open, events -> SocketFilter.of(events.descriptor())),
    REUSEPORT("sk_reuseport", Result.ALLOW, Datagrams::open, events -> Reuseport.of(events.descriptor()));

    private final String section;
    private final int result;

    @SuppressWarnings("ImmutableEnumChecker") // the functions capture nothing
    private final Target<?> target;

    private final @Nullable KernelFeature feature;

    <E extends Events> Hook(String section, int result, Supplier<E> events, Function<E, Attachment> attachment) {
        this(section, result, events, attachment, null);
    }

    <E extends Events> Hook(
            String section,
            int result,
            Supplier<E> events,
            Function<E, Attachment> attachment,
            @Nullable KernelFeature feature) {
        this.section = section;
        this.result = result;
        this.target = new Target<>(events, attachment);
        this.feature = feature;
    }

    /** Return values that let packets pass. */
    private static final class Result {
        static final int XDP_PASS = 2;
        static final int TC_ACT_OK = 0;
        static final int WHOLE_PACKET = -1;

        /** Netfilter, control groups, sk_lookup and sk_reuseport. */
        static final int ALLOW = 1;
    }

    private record Target<E extends Events>(Supplier<E> events, Function<E, Attachment> attachment) {
        Scene open(HitCounter counter) {
            E opened = events.get();
            return new Scene(counter, opened, attachment.apply(opened));
        }
    }

    /** A loaded program, what to attach it to, and its events. */
    record Scene(HitCounter counter, Events events, Attachment attachment) implements AutoCloseable {
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

    /** Skips the test if the kernel lacks the hook. */
    void assume() {
        if (feature != null) {
            KernelAssumptions.assume(feature);
        }
    }

    /** Loads a program for this hook. */
    HitCounter load() {
        return HitCounter.load(section, result);
    }

    /** Loads a program for this hook and prepares the events. */
    Scene open() {
        HitCounter counter = load();
        try {
            return target.open(counter);
        } catch (Throwable e) {
            counter.close();
            throw e;
        }
    }
}
