/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.LoadedObject;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Out of service until the programs are attached, and after the last drain. Down if an object is closed, a program detached, if the last drain
 * failed, or if no drain succeeded for three intervals. Degraded if maps of another version wait that this one
 * can't read. Full inner maps are a detail: a restart would not help.
 */
final class NestmapHealthIndicator extends AbstractHealthIndicator {
    private static final Status DEGRADED = new Status(
            "DEGRADED",
            "old maps wait that this version can't read, so counts are missing until another version drains these maps");

    private final NestmapLifecycle lifecycle;

    NestmapHealthIndicator(NestmapLifecycle lifecycle) {
        super("the state of Nestmap can't be read");
        this.lifecycle = lifecycle;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        boolean closed = lifecycle.objects().values().stream().anyMatch(LoadedObject::isClosed);
        Throwable failure = lifecycle.failure();
        List<String> detached = lifecycle.detached();
        Map<String, Long> kept = lifecycle.kept();
        if (closed || failure != null || lifecycle.isLate() || !detached.isEmpty()) {
            builder.down();
        } else if (lifecycle.isRunning()) {
            builder.status(kept.isEmpty() ? Status.UP : DEGRADED);
        } else {
            builder.outOfService();
        }
        kept.forEach((map, number) -> builder.withDetail(map + " maps of another version", number));
        if (failure != null) {
            builder.withDetail("error", failure.toString()); // withException would log a trace at each poll
        }
        if (!detached.isEmpty()) {
            builder.withDetail("detached", detached);
        }
        lifecycle.refused().forEach((map, number) -> builder.withDetail(map + " refused additions", number));
        builder.withDetail("secondsSinceDrain", lifecycle.sinceDrain().toSeconds());
        lifecycle.objects().forEach((name, object) -> builder.withDetail(name, state(object)));
    }

    private static String state(LoadedObject object) {
        if (object.isClosed()) {
            return "closed";
        }
        return object.isInMemory() ? "in memory" : "in the kernel";
    }
}
