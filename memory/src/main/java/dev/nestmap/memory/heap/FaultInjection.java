/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.map.MapOperation;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Errors that a backend returns in place of operations on maps. Thread-safe. */
public final class FaultInjection {
    private final Map<Call, Queue<Integer>> next = new HashMap<>();
    private final Map<Call, Integer> always = new HashMap<>();
    private volatile boolean active;

    private record Call(String map, MapOperation operation) {}

    /** Queues an errno for the next operation on maps with this name. */
    public synchronized void failNext(String map, MapOperation operation, int errno) {
        next.computeIfAbsent(new Call(map, operation), absent -> new ArrayDeque<>())
                .add(errno);
        active = true;
    }

    /** Makes all operations on maps with this name fail with this errno, after the faults of {@link #failNext}. */
    public synchronized void failAlways(String map, MapOperation operation, int errno) {
        always.put(new Call(map, operation), errno);
        active = true;
    }

    /** Removes all faults. */
    public synchronized void clear() {
        next.clear();
        always.clear();
        active = false;
    }

    /** Returns the negative errno if the operation must fail, otherwise 0. */
    public int errno(String map, MapOperation operation) {
        return active ? -take(new Call(map, operation)) : 0;
    }

    private synchronized int take(Call call) {
        Queue<Integer> waiting = next.get(call);
        Integer errno = waiting == null ? null : waiting.poll();
        return errno == null ? always.getOrDefault(call, 0) : errno;
    }
}
