/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.List;

/**
 * Sends updates and deletes of one outer map to the kernel. Each system call waits for a grace period, about 10 ms. Changes
 * that wait at the same time are sent as one batch and share a grace period. Updates and deletes run in parallel.
 *
 * <p>The system calls run on daemon threads of the publisher, so that a waiting virtual thread does not pin its carrier. The
 * threads end when they have been idle for a second.
 *
 * <p>Callers must not publish two changes of the same key at the same time.
 */
final class Publisher {
    private final ChangeQueue updates;
    private final ChangeQueue deletes;

    Publisher(LeasedMap outer) {
        this.updates = new UpdateQueue(outer);
        this.deletes = new DeleteQueue(outer);
    }

    /** Sends the changes and waits until each of them has a result. */
    void publish(List<PendingChange> changes) {
        updates.add(changes.stream().filter(change -> change.inner() != null).toList());
        deletes.add(changes.stream().filter(change -> change.inner() == null).toList());
        changes.forEach(PendingChange::await);
    }
}
