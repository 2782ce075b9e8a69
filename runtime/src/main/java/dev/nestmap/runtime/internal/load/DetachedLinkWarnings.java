/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
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
        boolean isReplaced = link.info().attached();
        String advice = isReplaced
                ? " runs a program of another process, which has opened the pin of the link. If that is the next version of this service,"
                        + " end this process. Otherwise two services use one pin: give each a LinkPin of its own, and start this one again"
                : ". Its target was removed, or another process has detached it. If the target exists again, close this"
                        + " link and attach the program, or restart the service. If it will not come back, close this link (detach() if it is"
                        + " pinned): the metric and `nestmap pins` report it until then";
        WarningLog.RUNTIME.warn(
                link.info().toString(),
                "object " + object + ": " + link.attachment() + (isReplaced ? " was replaced" : " is detached")
                        + ", and counts nothing any more: " + link.info() + advice);
    }
}
