/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.nest.IdleInnerMaps;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many inner maps an {@link OnDemandServer} creates: in a second, and in all. Takes idle maps out of their slots to make room for
 * others. Only {@link #close} is thread-safe.
 */
final class OnDemandLimits {
    private final Nest nest;
    private final OnDemandServer.Options options;
    private final OnDemandFailures failures;
    private final @Nullable IdleInnerMaps idle;

    /** How many new maps the options allow now, and since when. */
    private double allowed;

    private long allowedSince = System.nanoTime();

    /** The time of the next attempt to take out idle maps after one has failed while there was room for some keys. */
    private long nextEviction = allowedSince;

    OnDemandLimits(Nest nest, OnDemandServer.Options options, OnDemandFailures failures) {
        this.nest = nest;
        this.options = options;
        this.failures = failures;
        this.idle = options.idle() == null ? null : new IdleInnerMaps(nest, options.idle(), options.idleCreated());
        this.allowed = options.mostNewPerSecond();
    }

    /**
     * Looks for idle maps, unless it did so recently.
     *
     * @param isServed false if the server is closed, so that displaced maps are observed no more
     */
    void look(boolean isServed) {
        if (idle == null) {
            return;
        }
        if (isServed) {
            idle.observe(); // again, if the server was closed meanwhile
        }
        idle.look();
    }

    /** How many of the wanted maps may be created now, as far as time limits them. */
    int inTime(int wanted) {
        if (wanted == 0) {
            return 0;
        }
        int perSecond = options.mostNewPerSecond();
        long now = System.nanoTime();
        double more = (double) (now - allowedSince) / TimeUnit.SECONDS.toNanos(1) * perSecond;
        allowedSince = now;
        allowed = Math.min(perSecond, Math.max(0, allowed) + more);
        return (int) Math.min(wanted, allowed);
    }

    /** Counts maps that were created. */
    void created(int count) {
        allowed -= count;
    }

    /** How many of the wanted maps the outer map may take, after idle maps have left it. */
    int room(int wanted) {
        if (wanted == 0 || (idle == null && options.mostMaps() == Long.MAX_VALUE)) {
            return wanted;
        }
        long room = Math.min(options.mostMaps(), nest.maxSlots()) - nest.maps().count();
        if (room < wanted && idle != null && (room <= 0 || nextEviction - System.nanoTime() <= 0)) {
            try {
                room += idle.takeOut((int) (wanted - Math.max(0, room)));
            } catch (InvalidHandleException e) {
                throw e;
            } catch (RuntimeException e) { // too many displaced maps wait, for example
                if (room <= 0) {
                    throw e;
                }
                nextEviction = System.nanoTime() + RequestedKeys.RETRY_NANOS;
                failures.failed(e);
            }
        }
        return (int) Math.max(0, Math.min(wanted, room));
    }

    /** Ends the observation of displaced maps. */
    void close() {
        if (idle != null) {
            idle.close();
        }
    }
}
