/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * What a program attaches to, with the options of the attachment. Pass it to {@link
 * dev.nestmap.runtime.program.Program#attach(Attachment)}. Instances are immutable, so one may serve any number of programs.
 */
public sealed interface Attachment
        permits Cgroup,
                Iter,
                Kprobe,
                KprobeMulti,
                Netfilter,
                Netkit,
                Netns,
                PerfEvent,
                RawTracepoint,
                Reuseport,
                SocketFilter,
                Tc,
                Tcx,
                Tracepoint,
                Tracing,
                Uprobe,
                UprobeMulti,
                Usdt,
                Xdp {
    /** {@return what the program attaches to, for messages: {@code interface eth0}} */
    String target();
}
