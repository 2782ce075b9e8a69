/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * The target of an attachment and its options: {@code Xdp.on("eth0")}. Pass it to {@link AttachableProgram#attach(Hook)}. The Java compiler
 * rejects a hook that does not fit the program's section. Create hooks with their static methods, because later versions may add components
 * to the records. Instances are immutable and can be shared by any number of programs.
 *
 * @param <P> the kind of programs that fit
 * @param <L> type of the links
 */
public sealed interface Hook<P, L extends Link>
        permits Cgroup,
                Kprobe,
                Kprobe.Multi,
                Netfilter,
                Netkit,
                Netns,
                PerfEvent,
                PerfEvent.OnEachCpu,
                Reuseport,
                SocketFilter,
                Tc,
                Tcx,
                Tracepoint,
                Tracepoint.Raw,
                Tracing,
                Uprobe,
                Uprobe.Multi,
                Usdt,
                Xdp {
    /** {@return the target for messages: {@code interface eth0}} */
    String target();

    /** The kind of programs whose section the Java compiler does not know. The compiler accepts every hook for them. */
    interface AnyKind
            extends Cgroup.Kind,
                    Kprobe.Kind,
                    Kprobe.Multi.Kind,
                    Netfilter.Kind,
                    Netns.Kind,
                    PerfEvent.Kind,
                    Reuseport.Kind,
                    SocketFilter.Kind,
                    Tc.Kind,
                    Tracepoint.Kind,
                    Tracepoint.Raw.Kind,
                    Tracing.Kind,
                    Uprobe.Kind,
                    Uprobe.Multi.Kind,
                    Usdt.Kind,
                    Xdp.Kind {}
}
