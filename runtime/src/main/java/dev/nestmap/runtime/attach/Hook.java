/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * The place where a program is attached, and how: {@code Xdp.on("eth0")}. Pass it to {@link AttachableProgram#attach(Hook)}. The Java
 * compiler rejects a hook that does not fit the program's section. Create hooks by their static methods, because later kernels can bring
 * more components. Instances are immutable, so one may serve any number of programs.
 *
 * @param <P> the kind of programs that fit
 * @param <L> the link that attaching makes
 */
public sealed interface Hook<P, L extends Link>
        permits Cgroup,
                Iter,
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
    /** {@return what the program attaches to, for messages: {@code interface eth0}} */
    String target();

    /** The kind of a program whose section the Java compiler does not know: every hook fits it. */
    interface AnyKind
            extends Classifier,
                    Cgroup.Kind,
                    Iter.Kind,
                    Kprobe.Kind,
                    Kprobe.Multi.Kind,
                    Netfilter.Kind,
                    Netns.Kind,
                    PerfEvent.Kind,
                    Reuseport.Kind,
                    SocketFilter.Kind,
                    Tracepoint.Kind,
                    Tracepoint.Raw.Kind,
                    Tracing.Kind,
                    Uprobe.Kind,
                    Uprobe.Multi.Kind,
                    Usdt.Kind,
                    Xdp.Kind {}
}
