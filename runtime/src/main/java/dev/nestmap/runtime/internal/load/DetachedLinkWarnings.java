/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Warns once about each link of an object whose program will never run again. Otherwise its maps just stay empty. */
final class DetachedLinkWarnings {
    /** One system call for each link is much for a rotation that takes 0.1 ms. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String object;
    private final ObjectBackend backend;
    private final Set<Integer> warned = ConcurrentHashMap.newKeySet();
    private volatile long checked = System.nanoTime() - PAUSE_NANOS;

    DetachedLinkWarnings(String object, ObjectBackend backend) {
        this.object = object;
        this.backend = backend;
    }

    /** Reads the links, at most once a second. Throws nothing. */
    void check() {
        long now = System.nanoTime();
        if (now - checked < PAUSE_NANOS) {
            return;
        }
        checked = now;
        try {
            backend.detachedLinks(program -> true).stream()
                    .filter(link -> warned.add(link.info().id()))
                    .forEach(this::warn);
        } catch (BpfException e) {
            if (e.reason() != Reason.CLOSED) {
                WarningLog.RUNTIME.warn(
                        "links of " + object,
                        "object " + object + ": its links can't be read, so nobody notices if one of them is detached",
                        e);
            }
        }
    }

    private void warn(ObjectBackend.DetachedLink link) {
        WarningLog.RUNTIME.warn(
                link.info().toString(),
                link.info().attached()
                        ? ErrorTable.message("LINK_WAS_TAKEN_OVER", object, link.attachment(), link.info())
                        : ErrorTable.message("LINK_WAS_DETACHED", object, link.attachment(), link.info()));
    }
}
