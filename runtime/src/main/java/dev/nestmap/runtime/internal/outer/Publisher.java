/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.List;

/**
 * Changes the entries of one outer map. Each change waits for a grace period, about 10 ms, so those that wait go to the kernel
 * as one batch and share it; updates and deletes go side by side. The native calls run on daemon threads of the publisher,
 * there while there is something to do, so that a virtual thread that waits does not hold its carrier.
 *
 * <p>The makers keep changes of one key apart: no two of them are here at a time.
 */
final class Publisher {
    private final ChangeQueue updates;
    private final ChangeQueue deletes;

    Publisher(LeasedMap outer) {
        this.updates = new UpdateQueue(outer);
        this.deletes = new DeleteQueue(outer);
    }

    /** Returns when all of them are done or refused, each on its own. */
    void publish(List<PendingUpdate> changes) {
        updates.add(changes.stream().filter(change -> change.inner() != null).toList());
        deletes.add(changes.stream().filter(change -> change.inner() == null).toList());
        changes.forEach(PendingUpdate::await);
    }
}
