/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.schema.program.AttachType;
import java.util.Map;

/** Attaches programs to netfilter hooks. */
final class NetfilterAttacher {
    // struct netfilter in union bpf_attr
    private static final int PF_AT = 16;
    private static final int HOOKNUM_AT = 20;
    private static final int PRIORITY_AT = 24;
    private static final int FLAGS_AT = 28;

    private static final int BPF_F_NETFILTER_IP_DEFRAG = 1;

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.EBUSY,
            "another BPF program has this hook and priority: choose another priority",
            Errno.ERANGE,
            "defragmented() needs a priority above -400, at which the kernel puts fragments together",
            Errno.ENOENT,
            "the kernel can't load the module that defragments packets: modprobe nf_defrag_ipv4 nf_defrag_ipv6",
            Errno.EAFNOSUPPORT,
            "the kernel was built without this protocol");

    private NetfilterAttacher() {}

    static KernelAttachment attach(NativeProgram program, Netfilter netfilter, AttachErrors errors) {
        int fd = new LinkRequest(program.fd(), 0, AttachType.NETFILTER.number())
                .setInt(PF_AT, family(netfilter.family()))
                .setInt(HOOKNUM_AT, hook(netfilter.hook()))
                .setInt(PRIORITY_AT, netfilter.priority())
                .setInt(FLAGS_AT, netfilter.defragment() ? BPF_F_NETFILTER_IP_DEFRAG : 0)
                .create();
        if (fd < 0) {
            throw errors.refused(-fd, ERRORS);
        }
        return new LinkDescriptor(fd);
    }

    /** {@code NFPROTO_*} of {@code linux/netfilter.h}. */
    private static int family(Netfilter.Family family) {
        return switch (family) {
            case IPV4 -> 2;
            case IPV6 -> 10;
        };
    }

    /** {@code enum nf_inet_hooks} of {@code linux/netfilter.h}. */
    private static int hook(Netfilter.Hook hook) {
        return switch (hook) {
            case PRE_ROUTING -> 0;
            case LOCAL_IN -> 1;
            case FORWARD -> 2;
            case LOCAL_OUT -> 3;
            case POST_ROUTING -> 4;
        };
    }
}
