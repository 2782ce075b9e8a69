/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code nestmap.*}.
 *
 * @param inMemory {@code nestmap.in-memory}: whether {@link NestmapObjects} creates maps in the Java heap, for tests
 * @param attach {@code nestmap.attach.PROGRAM}: where programs are attached, by the names of their C functions. {@code xdp DEVICE}, {@code
 *     tcx-ingress DEVICE}, {@code tcx-egress DEVICE}, {@code cgroup} for all processes, {@code cgroup DIRECTORY}, or {@code section}
 *     for the target that the program's section names
 * @param linkPin {@code nestmap.link-pin.PROGRAM}: where the link of this attachment is pinned, so that the program counts on when the
 *     process ends. A relative path starts at the directory of the object's pins
 * @param drain the drains
 */
@ConfigurationProperties("nestmap")
public record NestmapProperties(
        boolean inMemory,
        @DefaultValue Map<String, String> attach,
        @DefaultValue Map<String, String> linkPin,
        @DefaultValue Drain drain) {
    /**
     * The properties {@code nestmap.drain.*}.
     *
     * @param every {@code nestmap.drain.every}: the pause between two drains
     */
    public record Drain(@DefaultValue("10s") Duration every) {}
}
