/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.OpenMap;
import java.util.List;

/**
 * Sends updates and deletes of one outer map to the kernel. Each system call waits for a grace period, about 10 ms. Calls
 * that wait at the same time are sent as one batch and share a grace period. Updates and deletes run in parallel.
 *
 * <p>The system calls run on daemon threads of the publisher, so that a waiting virtual thread does not pin its carrier. The
 * threads end when they have been idle for a second.
 *
 * <p>Callers must not publish two changes of the same key at the same time.
 */
final class Publisher {
    private final CallQueue updates;
    private final CallQueue deletes;

    Publisher(OpenMap outer) {
        this.updates = new CallQueue(outer, "update");
        this.deletes = new CallQueue(outer, "delete");
    }

    /** Sends the calls and waits until each of them has a result. */
    void publish(List<QueuedCall> calls) {
        updates.add(calls.stream().filter(call -> call.inner() != null).toList());
        deletes.add(calls.stream().filter(call -> call.inner() == null).toList());
        calls.forEach(QueuedCall::await);
    }
}
