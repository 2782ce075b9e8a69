/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code nestmap.*}. Development environments show the text of the parameters.
 *
 * @param inMemory Whether maps are created in the Java heap, for tests.
 * @param attach Where programs are attached, by the names of their C functions. The values are "xdp DEVICE", "tcx-ingress DEVICE", "tcx-egress
 *     DEVICE", "cgroup" (all processes), "cgroup DIRECTORY", and "section" (the target in the program's section).
 * @param pin Where the links of these attachments are pinned, by the same names, so that the programs keep counting when the process ends.
 *     A relative path starts at the directory of the object's pins.
 * @param drain the drains
 */
@ConfigurationProperties("nestmap")
public record NestmapProperties(
        boolean inMemory,
        @DefaultValue Map<String, String> attach,
        @DefaultValue Map<String, String> pin,
        @DefaultValue Drain drain) {
    /**
     * The properties {@code nestmap.drain.*}.
     *
     * @param every Pause between two drains.
     */
    public record Drain(@DefaultValue("10s") Duration every) {}
}
