/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import dev.nestmap.schema.MapKind;
import java.util.Optional;

/**
 * A helper's body that is one call of a function of {@code bpf/bpf_helpers.h}, as a row of a table.
 *
 * @param pattern the call; {@code $map}, {@code $key} (its address), {@code $index} (a key that is a number) and other words stand for
 *     the helper's parameters
 */
record KernelCall(String pattern) {
    /** What is called to do this with such a map; empty for what takes more than a call. */
    static Optional<KernelCall> of(Operation operation, MapKind kind) {
        boolean hashed = kind == MapKind.SOCKHASH;
        String pattern = switch (operation) {
            case UPDATE_SOCKET -> "bpf_map_update_elem($map, $key, $socket, $flags)";
            case LOOKUP_PERCPU -> "bpf_map_lookup_percpu_elem($map, $key, $cpu)";
            // The kernel takes no flags but 0.
            case FOR_EACH -> "bpf_for_each_map_elem($map, $callback, $context, 0)";
            case QUERY -> "bpf_ringbuf_query($map, $flags)";
            case SK_REDIRECT -> redirect("sk", hashed);
            case MSG_REDIRECT -> redirect("msg", hashed);
            case SOCK_UPDATE -> "bpf_sock_" + of(hashed) + "_update($context, $map, (void *)$key, $flags)";
            case SELECT_REUSEPORT -> "bpf_sk_select_reuseport($context, $map, (void *)$key, $flags)";
            case SKB_UNDER -> "bpf_skb_under_cgroup($context, $map, $index)";
            case CURRENT_TASK_UNDER -> "bpf_current_task_under_cgroup($map, $index)";
            case PERF_OUTPUT -> "bpf_perf_event_output($context, $map, $flags, (void *)$data, $size)";
            // The kernel takes the buffer of no other CPU (-EOPNOTSUPP).
            case PERF_EMIT -> "bpf_perf_event_output($context, $map, BPF_F_CURRENT_CPU, (void *)$value, $recordSize)";
            case PERF_READ -> "bpf_perf_event_read_value($map, $flags, $counted, sizeof(*$counted))";
            default -> "";
        };
        return pattern.isEmpty() ? Optional.empty() : Optional.of(new KernelCall(pattern));
    }

    private static String redirect(String what, boolean hashed) {
        return "bpf_" + what + "_redirect_" + of(hashed) + "($context, $map, " + (hashed ? "(void *)$key" : "$index")
                + ", $flags)";
    }

    private static String of(boolean hashed) {
        return hashed ? "hash" : "map";
    }
}
