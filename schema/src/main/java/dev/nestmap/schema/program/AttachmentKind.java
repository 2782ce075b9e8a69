/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

/** Ways to attach programs. The runtime has a type or a method for each. */
public enum AttachmentKind {
    XDP("attach(Xdp.on(\"eth0\"))"),
    TCX("attach(Tcx.ingress(\"eth0\"))"),
    NETKIT("attach(Netkit.primary(\"nk0\"))"),
    TC("attach(Tc.ingress(\"eth0\"))"),
    CGROUP("attach(Cgroup.of(Path.of(\"/sys/fs/cgroup/...\")))"),
    NETNS("attach(Netns.current())"),
    NETFILTER("attach(Netfilter.ipv4(Netfilter.Place.LOCAL_IN))"),
    SOCKET_MAP("map.attach(program), with a SOCKMAP or SOCKHASH"),
    SOCKET_FILTER("attach(SocketFilter.of(descriptor))"),
    REUSEPORT("attach(Reuseport.of(descriptor))"),
    PERF_EVENT("attach(PerfEvent.software(PerfEvent.Software.CPU_CLOCK).withFrequency(99))"),
    KPROBE("attach(Kprobe.onEntry(\"do_unlinkat\"))"),
    KPROBE_MULTI("attach(Kprobe.Multi.onEntryMatching(\"vfs_*\"))"),
    UPROBE("attach(Uprobe.onEntry(Path.of(\"/usr/lib/...\"), \"malloc\"))"),
    UPROBE_MULTI("attach(Uprobe.Multi.onEntry(Path.of(\"/usr/lib/...\"), \"malloc\", \"free\"))"),
    USDT("attach(Usdt.of(Path.of(\"/usr/lib/...\"), \"libc\", \"setjmp\"))"),
    TRACEPOINT("attach(Tracepoint.of(\"sched\", \"sched_switch\"))"),
    RAW_TRACEPOINT("attach(Tracepoint.Raw.of(\"sys_enter\"))"),
    TRACING("attach(), with a section that names the target, such as fentry/do_unlinkat"),
    STRUCT_OPS(
            "attachStructOps(\"my_struct\") of the loaded object, with the name of the struct that has the function");

    private final String call;

    AttachmentKind(String call) {
        this.call = call;
    }

    /** The call or tool that attaches a program in this way. Messages put it after the word "use". */
    public String call() {
        return call;
    }
}
