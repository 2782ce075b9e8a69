/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is to be freed with an outer map whose handle was forgotten: the inner maps that are open for it, and more. It knows
 * parts of handles and no handle, as {@link HandleCleaner} does. A borrowed handle keeps that of the outer map from being garbage.
 */
public final class ForgottenResources {
    private final Map<Integer, Part> inners = new ConcurrentHashMap<>();
    private final List<Runnable> more = new CopyOnWriteArrayList<>();

    private record Part(RawMap raw, Lease lease) {
        void close() {
            lease.revoke();
            raw.close();
        }
    }

    public void add(int id, RawMap raw, Lease lease) {
        inners.put(id, new Part(raw, lease));
    }

    public void remove(int id) {
        inners.remove(id);
    }

    /** Has something done as well, which holds no handle either. */
    public void add(Runnable freeing) {
        more.add(freeing);
    }

    public void close() {
        new Cleanup()
                .each(inners.values(), Part::close)
                .each(more, Runnable::run)
                .rethrow();
    }
}
